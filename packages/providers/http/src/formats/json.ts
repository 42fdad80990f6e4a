import { type LineFormat, type LineParser, type Outcome, Row } from './row.js';
import {
  apacheTime,
  emptyDash,
  epochTime,
  hostAndPort,
  isoTimeOf,
  portOf,
  rawOf,
  secondsToMs,
  statusOf,
} from './scan.js';

type Plain = Readonly<Record<string, unknown>>;
const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object of a line, or why it is none. */
function objectOf(line: string): Plain | Outcome {
  if (line.charCodeAt(0) === 0x23) return 'comment';
  try {
    const value: unknown = JSON.parse(Buffer.from(line, 'latin1').toString('utf8'));
    return isPlain(value) ? value : 'bad-json';
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return 'bad-json';
  }
}

/** Text of a value that is text or a number; null for anything else. */
function textOf(value: unknown): string | null {
  if (typeof value === 'string') return emptyDash(rawOf(value));
  return typeof value === 'number' ? String(value) : null;
}

/** Seconds, milliseconds or microseconds since 1970, ISO 8601, or Apache's form. Sets time and offset of the row. */
function setTime(row: Row, value: unknown): boolean {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
  row.tzMin = 0;
  if (typeof value === 'string' && Number.isNaN(number)) {
    return apacheTime(value, 0, value.length, row) || isoTimeOf(row, value);
  }
  row.tsUs = epochTime(number);
  return !Number.isNaN(row.tsUs);
}

const UNITS: readonly (readonly [suffix: string, ms: number])[] = [
  ['µs', 1e-3],
  ['us', 1e-3],
  ['ns', 1e-6],
  ['ms', 1],
  ['s', 1000],
];

/** Seconds as a number, or a text such as `1.2ms`, to milliseconds; NaN for anything else and below 0. */
function durationMs(value: unknown): number {
  if (typeof value === 'number') return value >= 0 ? value * 1000 : Number.NaN;
  if (typeof value !== 'string') return Number.NaN;
  const unit = UNITS.find(([suffix]) => value.endsWith(suffix));
  return unit ? (secondsToMs(value.slice(0, -unit[0].length)) / 1000) * unit[1] : secondsToMs(value);
}

/** Caddy's access log. Lines of other loggers are set aside as no access. */
class CaddyParser implements LineParser {
  parse(line: string, row: Row): Outcome {
    const entry = objectOf(line);
    if (typeof entry === 'string') return entry;
    const { request } = entry;
    if (!isPlain(request))
      return typeof entry.logger === 'string' || typeof entry.msg === 'string' ? 'not-access' : 'no-match';
    if (entry.status === undefined) return 'no-match';
    row.clear();
    if (!setTime(row, entry.ts)) return 'bad-time';
    const older = hostAndPort(textOf(request.remote_addr) ?? '');
    row.host = textOf(request.client_ip) ?? textOf(request.remote_ip) ?? older.host;
    row.clientPort = portOf(textOf(request.remote_port) ?? String(older.port));
    row.method = textOf(request.method) ?? '';
    row.target = textOf(request.uri) ?? '';
    row.protocol = textOf(request.proto);
    row.vhost = textOf(request.host);
    row.user = textOf(entry.user_id);
    row.status = statusOf(String(entry.status).padStart(3, '0'));
    if (Number.isNaN(row.status)) return 'bad-status';
    row.bytes = typeof entry.size === 'number' && entry.size >= 0 ? entry.size : Number.NaN;
    row.durationMs = durationMs(entry.duration);
    this.headers(row, isPlain(request.headers) ? request.headers : {});
    return 'ok';
  }

  /** A header that was not sent is empty; one that was left out of the log (`REDACTED`) is not known. */
  private headers(row: Row, headers: Plain): void {
    const get = (name: string): string | null => {
      const key = Object.keys(headers).find((header) => header.toLowerCase() === name);
      const value = key === undefined ? [''] : headers[key];
      const first: unknown = Array.isArray(value) ? value[0] : value;
      return first === 'REDACTED' ? null : textOf(first);
    };
    row.agent = get('user-agent');
    row.referrer = get('referer');
    row.forwarded = get('x-forwarded-for');
  }
}

export const caddyJson: LineFormat = { name: 'caddy-json', open: () => new CaddyParser() };

/** Names that nginx configurations, web frameworks, the Elastic Common Schema, Traefik, Cloudflare and Google's balancers use. */
const NAMES = {
  host: [
    'remote_addr',
    'client_ip',
    'clientip',
    'remote_ip',
    'ip',
    'source.ip',
    'client.ip',
    'source.address',
    'client.address',
    'ClientHost',
    'ClientIP',
    'httpRequest.remoteIp',
  ],
  time: [
    'StartUTC',
    '@timestamp',
    'time_iso8601',
    'timestamp',
    'time',
    'time_local',
    'ts',
    'msec',
    'datetime',
    'date',
    'EdgeStartTimestamp',
  ],
  request: ['request', 'http.request.line'],
  method: [
    'request_method',
    'method',
    'http.request.method',
    'verb',
    'RequestMethod',
    'ClientRequestMethod',
    'httpRequest.requestMethod',
  ],
  target: [
    'request_uri',
    'uri',
    'url.original',
    'url',
    'path',
    'url.path',
    'RequestPath',
    'ClientRequestURI',
    'httpRequest.requestUrl',
  ],
  query: ['args', 'query_string', 'url.query'],
  protocol: [
    'server_protocol',
    'protocol',
    'proto',
    'http.version',
    'RequestProtocol',
    'ClientRequestProtocol',
    'httpRequest.protocol',
  ],
  status: [
    'status',
    'http.response.status_code',
    'status_code',
    'response',
    'code',
    'DownstreamStatus',
    'EdgeResponseStatus',
    'httpRequest.status',
  ],
  bytes: [
    'body_bytes_sent',
    'bytes_sent',
    'http.response.body.bytes',
    'http.response.bytes',
    'bytes',
    'size',
    'DownstreamContentSize',
    'EdgeResponseBytes',
    'httpRequest.responseSize',
  ],
  referrer: [
    'http_referrer',
    'http_referer',
    'referrer',
    'referer',
    'http.request.referrer',
    'request_Referer',
    'ClientRequestReferer',
    'httpRequest.referer',
  ],
  agent: [
    'http_user_agent',
    'user_agent.original',
    'user_agent',
    'useragent',
    'agent',
    'ua',
    'request_User-Agent',
    'ClientRequestUserAgent',
    'httpRequest.userAgent',
  ],
  vhost: ['http_host', 'server_name', 'host', 'vhost', 'url.domain', 'RequestHost', 'ClientRequestHost'],
  duration: ['request_time', 'duration', 'response_time', 'httpRequest.latency'],
  /** Nanoseconds. */
  nanoseconds: ['Duration', 'event.duration'],
  forwarded: ['http_x_forwarded_for', 'x_forwarded_for', 'xff', 'forwarded_for', 'request_X-Forwarded-For'],
  user: ['remote_user', 'user.name', 'user', 'ClientUsername'],
} as const;

const nanoseconds = (value: unknown): string | undefined => (typeof value === 'number' ? `${value}ns` : undefined);

/** A dotted name as a key of its own or as a path. */
function lookUp(entry: Plain, name: string): unknown {
  if (name in entry) return entry[name];
  let value: unknown = entry;
  for (const part of name.split('.')) {
    if (!isPlain(value)) return undefined;
    value = value[part];
  }
  return value;
}

/**
 * One JSON object per line with the names of {@link NAMES}. Many writers leave a field out where the client sent none: what
 * one of the first lines has, the log has, and a later line without it says that nothing was sent.
 */
class JsonParser implements LineParser {
  private hasAgent = false;
  private hasReferrer = false;

  prime(lines: readonly string[]): void {
    const row = new Row();
    for (const line of lines) this.parse(line, row);
  }

  parse(line: string, row: Row): Outcome {
    const entry = objectOf(line);
    if (typeof entry === 'string') return entry;
    const get = (names: readonly string[]): unknown => {
      for (const name of names) {
        const value = lookUp(entry, name);
        if (value !== undefined && !isPlain(value)) return value;
      }
      return undefined;
    };
    const text = (names: readonly string[]) => textOf(get(names));
    row.clear();
    const host = text(NAMES.host);
    const status = get(NAMES.status);
    if (host === null || status === undefined) return 'no-match';
    if (!setTime(row, get(NAMES.time))) return 'bad-time';
    row.host = host;
    row.status = statusOf(String(status));
    if (Number.isNaN(row.status)) return 'bad-status';
    row.request = text(NAMES.request);
    row.method = text(NAMES.method);
    const query = text(NAMES.query);
    const target = text(NAMES.target);
    row.target = query && target && !target.includes('?') ? `${target}?${query}` : target;
    row.protocol = text(NAMES.protocol);
    const bytes = Number(text(NAMES.bytes) ?? Number.NaN);
    row.bytes = bytes >= 0 ? bytes : Number.NaN;
    row.referrer = text(NAMES.referrer) ?? (this.hasReferrer ? '' : null);
    row.agent = text(NAMES.agent) ?? (this.hasAgent ? '' : null);
    if (row.referrer) this.hasReferrer = true;
    if (row.agent) this.hasAgent = true;
    row.vhost = text(NAMES.vhost);
    row.durationMs = durationMs(get(NAMES.duration) ?? nanoseconds(get(NAMES.nanoseconds)));
    row.forwarded = text(NAMES.forwarded);
    row.user = text(NAMES.user);
    return row.request === null && row.method === null ? 'no-match' : 'ok';
  }
}

export const jsonLines: LineFormat = { name: 'json-lines', open: () => new JsonParser() };
