import { ConfigError } from '@deeplogbot/core';
import type { LineFormat, LineParser, Outcome, Row } from './row.js';
import {
  apacheTime,
  closingQuote,
  emptyDash,
  epochTime,
  hostAndPort,
  isoTimeOf,
  secondsToMs,
  statusOf,
  whole,
} from './scan.js';

/** Puts the text of a field into the row; false = the line is malformed for the reason named. */
type Setter = (row: Row, text: string) => Outcome;

const ok =
  (set: (row: Row, text: string) => void): Setter =>
  (row, text) => {
    set(row, text);
    return 'ok';
  };

const host = ok((row, text) => {
  row.host = hostAndPort(text).host;
});
const time: Setter = (row, text) => {
  const inner = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  return apacheTime(inner, 0, inner.length, row) ? 'ok' : 'bad-time';
};
const iso: Setter = (row, text) => (isoTimeOf(row, text) ? 'ok' : 'bad-time');
const epoch: Setter = (row, text) => {
  row.tsUs = epochTime(Number(text));
  row.tzMin = 0;
  return Number.isNaN(row.tsUs) ? 'bad-time' : 'ok';
};
const status: Setter = (row, text) => {
  row.status = statusOf(text);
  return Number.isNaN(row.status) ? 'bad-status' : 'ok';
};
const request = ok((row, text) => {
  row.request = text;
});
const bytes = ok((row, text) => {
  row.bytes = whole(text);
});
const referrer = ok((row, text) => {
  row.referrer = emptyDash(text);
});
const agent = ok((row, text) => {
  row.agent = emptyDash(text);
});
const user = ok((row, text) => {
  row.user = emptyDash(text);
});
const vhost = ok((row, text) => {
  row.vhost = hostAndPort(emptyDash(text)).host;
});
const method = ok((row, text) => {
  row.method = text;
});
const target = ok((row, text) => {
  row.target = text;
});
const query = ok((row, text) => {
  const bare = text.startsWith('?') ? text.slice(1) : emptyDash(text);
  if (bare !== '' && row.target !== null) row.target += `?${bare}`;
});
const protocol = ok((row, text) => {
  row.protocol = text;
});
const seconds = ok((row, text) => {
  row.durationMs = secondsToMs(text);
});
const microseconds = ok((row, text) => {
  row.durationMs = whole(text) / 1000;
});
const milliseconds = ok((row, text) => {
  row.durationMs = whole(text);
});
const forwarded = ok((row, text) => {
  row.forwarded = emptyDash(text);
});
const cookie = ok((row, text) => {
  row.cookie = emptyDash(text);
});
const ignored = ok(() => undefined);

const APACHE: Readonly<Record<string, Setter>> = {
  h: host,
  a: host,
  l: ignored,
  u: user,
  t: time,
  r: request,
  s: status,
  b: bytes,
  B: bytes,
  O: ignored,
  I: ignored,
  D: microseconds,
  T: seconds,
  v: vhost,
  V: vhost,
  m: method,
  U: target,
  q: query,
  H: protocol,
  p: ignored,
  P: ignored,
  X: ignored,
  k: ignored,
  f: ignored,
  A: ignored,
  L: ignored,
};

const HEADERS: Readonly<Record<string, Setter>> = {
  referer: referrer,
  'user-agent': agent,
  'x-forwarded-for': forwarded,
  host: vhost,
  cookie,
};

const NGINX: Readonly<Record<string, Setter>> = {
  remote_addr: host,
  realip_remote_addr: ignored,
  remote_user: user,
  time_local: time,
  time_iso8601: iso,
  msec: epoch,
  request,
  request_method: method,
  request_uri: target,
  uri: ignored,
  args: ignored,
  query_string: ignored,
  server_protocol: protocol,
  status,
  body_bytes_sent: bytes,
  bytes_sent: ignored,
  request_length: ignored,
  request_time: seconds,
  http_referer: referrer,
  http_user_agent: agent,
  http_x_forwarded_for: forwarded,
  http_cookie: cookie,
  http_host: vhost,
  host: vhost,
  server_name: vhost,
};

/** Variables of nginx that say nothing about the request of a client. */
const NGINX_PREFIXES = [
  'upstream_',
  'http_',
  'sent_http_',
  'ssl_',
  'connection',
  'gzip_',
  'geoip',
  'server_',
  'scheme',
  'pipe',
  'hostname',
  'pid',
  'remote_port',
  'request_id',
  'cookie_',
  'proxy_',
  'https',
];

type Part = { readonly literal: string } | { readonly set: Setter };

/** Fields and the literal text between them. */
function compile(pattern: string): Part[] {
  const parts: Part[] = [];
  let literal = '';
  const push = (set: Setter) => {
    const last = parts.at(-1);
    if (literal !== '') parts.push({ literal });
    // Apache's own way to write a target: the query begins with its question mark, so that both are one field.
    else if (set === query && last && 'set' in last && last.set === target) return;
    else if (parts.length > 0) throw unreadable(pattern, 'two fields stand side by side');
    literal = '';
    parts.push({ set });
  };
  for (let i = 0; i < pattern.length; ) {
    const char = pattern[i]!;
    if (char === '\\' && i + 1 < pattern.length) {
      literal += pattern[i + 1] === 't' ? '\t' : pattern[i + 1];
      i += 2;
    } else if (char === '%' && pattern[i + 1] === '%') {
      literal += '%';
      i += 2;
    } else if (char === '%') i = directive(pattern, i, push);
    else if (char === '$') i = variable(pattern, i, push);
    else {
      literal += char;
      i++;
    }
  }
  if (literal !== '') parts.push({ literal });
  if (!parts.some((part) => 'set' in part)) throw unreadable(pattern, 'it names no field');
  return parts;
}

/** `%h`, `%>s`, `%{Name}i`; returns where it ends. */
function directive(pattern: string, start: number, push: (set: Setter) => void): number {
  let i = start + 1;
  while ('<>!,0123456789'.includes(pattern[i] ?? '_')) i++;
  let name: string | null = null;
  if (pattern[i] === '{') {
    const close = pattern.indexOf('}', i);
    if (close < 0) throw unreadable(pattern, `the brace at ${i + 1} is not closed`);
    name = pattern.slice(i + 1, close);
    i = close + 1;
  }
  const letter = pattern[i] ?? '';
  const set = name === null || letter === 'a' ? APACHE[letter] : named(letter, name);
  if (!set) throw unreadable(pattern, `%${name === null ? '' : `{${name}}`}${letter} at ${start + 1} is not known`);
  push(set);
  return i + 1;
}

function named(letter: string, name: string): Setter | undefined {
  if (letter === 'i') return HEADERS[name.toLowerCase()] ?? ignored;
  if (letter === 'T') return name === 'us' ? microseconds : name === 'ms' ? milliseconds : seconds;
  if (letter === 't') return name === 'sec' || name === 'msec' || name === 'usec' ? epoch : undefined;
  return 'CeopnL'.includes(letter) && letter !== '' ? ignored : undefined;
}

/** `$name` or `${name}`; returns where it ends. */
function variable(pattern: string, start: number, push: (set: Setter) => void): number {
  const braced = pattern[start + 1] === '{';
  let i = start + (braced ? 2 : 1);
  const begin = i;
  while (/[a-z0-9_]/.test(pattern[i] ?? '')) i++;
  const name = pattern.slice(begin, i);
  const set = NGINX[name] ?? (NGINX_PREFIXES.some((prefix) => name.startsWith(prefix)) ? ignored : undefined);
  if (!set) throw unreadable(pattern, `$${name} at ${start + 1} is not known`);
  push(set);
  return braced ? i + 1 : i;
}

class CustomParser implements LineParser {
  constructor(private readonly parts: readonly Part[]) {}

  parse(line: string, row: Row): Outcome {
    row.clear();
    let i = 0;
    for (const [p, part] of this.parts.entries()) {
      if ('literal' in part) {
        if (!line.startsWith(part.literal, i)) return 'no-match';
        i += part.literal.length;
        continue;
      }
      const end = this.endOf(line, i, p);
      if (end < 0) return 'no-match';
      const outcome = part.set(row, line.slice(i, end));
      if (outcome !== 'ok') return outcome;
      i = end;
    }
    return 'ok';
  }

  /** A field ends where the literal behind it begins; between quotes, at the quote that closes it. */
  private endOf(line: string, from: number, p: number): number {
    const next = this.parts[p + 1];
    if (!next || !('literal' in next)) return line.length;
    if (next.literal.startsWith('"')) return closingQuote(line, from);
    const inBrackets = line.charCodeAt(from) === 0x5b && !next.literal.startsWith(']');
    return line.indexOf(next.literal, inBrackets ? Math.max(line.indexOf(']', from), from) : from);
  }
}

/** A format by Apache's `LogFormat` or nginx's `log_format` text. Unknown directives are a ConfigError that names their place. */
export function customFormat(pattern: string): LineFormat {
  const parts = compile(pattern);
  return { name: 'custom', open: () => new CustomParser(parts) };
}

const unreadable = (pattern: string, what: string) =>
  new ConfigError('LOG_PATTERN', `The log pattern ${JSON.stringify(pattern)} is not readable: ${what}.`, {
    hint: 'Copy the text of LogFormat (Apache) or log_format (nginx) from the configuration.',
  });
