import { parseAddress } from '../read/address.js';
import type { LineFormat, LineParser, Outcome, Row } from './row.js';
import {
  bracketTime,
  closingQuote,
  emptyDash,
  type Field,
  hostAndPort,
  nextField,
  secondsToMs,
  statusOf,
  whole,
} from './scan.js';

interface Shape {
  /** A virtual host stands before the address. */
  readonly vhost: boolean;
  readonly agent: 'required' | 'absent' | 'optional';
  /** What follows the agent has the meanings of {@link nginxTail}. */
  readonly tail: 'ignored' | 'nginx';
}

/** host ident user [time] "request" status bytes, then "referrer" "agent" and what else there is. */
class ApacheParser implements LineParser {
  private readonly field: Field = { text: '', quoted: false, end: 0 };

  constructor(private readonly shape: Shape) {}

  parse(line: string, row: Row): Outcome {
    row.clear();
    if (line.charCodeAt(0) === 0x23) return 'comment';
    const start = this.shape.vhost ? this.vhost(line, row) : 0;
    const space = start < 0 ? -1 : line.indexOf(' ', start);
    if (space <= start) return 'no-match';
    row.host = line.slice(start, space);
    const open = line.indexOf(' [', space);
    const close = open < 0 ? -1 : line.indexOf(']', open);
    if (close < 0) return 'no-match';
    const ident = line.indexOf(' ', space + 1);
    if (ident < 0 || ident >= open) return 'no-match';
    row.user = emptyDash(line.slice(ident + 1, open));
    if (!bracketTime(line, open + 2, close, row)) return 'bad-time';
    return this.request(line, close + 1, row);
  }

  private vhost(line: string, row: Row): number {
    const space = line.indexOf(' ');
    if (space <= 0) return -1;
    const name = line.slice(0, space);
    const colon = name.lastIndexOf(':');
    row.vhost = colon > 0 && colon > name.lastIndexOf(']') ? name.slice(0, colon) : name;
    return space + 1;
  }

  private request(line: string, from: number, row: Row): Outcome {
    if (line.charCodeAt(from) !== 0x20 || line.charCodeAt(from + 1) !== 0x22) return 'no-match';
    const close = closingQuote(line, from + 2);
    if (close < 0 || line.charCodeAt(close + 1) !== 0x20) return 'no-match';
    row.request = line.slice(from + 2, close);
    const status = line.slice(close + 2, close + 5);
    row.status = statusOf(status);
    if (Number.isNaN(row.status) || line.charCodeAt(close + 5) !== 0x20) return 'bad-status';
    const space = line.indexOf(' ', close + 6);
    const end = space < 0 ? line.length : space;
    row.bytes = whole(line.slice(close + 6, end));
    if (Number.isNaN(row.bytes) && line.slice(close + 6, end) !== '-') return 'no-match';
    return this.agent(line, end, row);
  }

  private agent(line: string, end: number, row: Row): Outcome {
    const { agent } = this.shape;
    if (agent === 'absent') return end >= line.length ? 'ok' : 'column-count';
    if (line.charCodeAt(end + 1) !== 0x22) return agent === 'optional' && end >= line.length ? 'ok' : 'no-match';
    const referrer = closingQuote(line, end + 2);
    if (referrer < 0 || line.charCodeAt(referrer + 2) !== 0x22) return 'no-match';
    const close = closingQuote(line, referrer + 3);
    if (close < 0) return 'no-match';
    row.referrer = emptyDash(line.slice(end + 2, referrer));
    row.agent = emptyDash(line.slice(referrer + 3, close));
    if (this.shape.tail === 'nginx' && close + 1 < line.length) this.nginxTail(line, close + 1, row);
    return 'ok';
  }

  /**
   * request_time upstream_response_time "x-forwarded-for" "host", any of them, told apart by quotes and order. What is no
   * address or no time of nginx (seconds with a point) is something else that the site logs.
   */
  private nginxTail(line: string, from: number, row: Row): void {
    const { field } = this;
    let plain = 0;
    let quoted = 0;
    for (let i = from; nextField(line, i, field); i = field.end) {
      if (field.quoted) {
        if (quoted === 0 && isForwarded(field.text)) row.forwarded = emptyDash(field.text);
        if (quoted === 1 && row.forwarded !== null) row.vhost = emptyDash(field.text);
        quoted++;
      } else if (plain++ === 0 && field.text.includes('.')) row.durationMs = secondsToMs(field.text);
    }
  }
}

/** A hyphen, or a list whose first item is an address, with a port or not, or `unknown`. */
function isForwarded(text: string): boolean {
  if (text === '-' || text === '') return true;
  const comma = text.indexOf(',');
  const first = (comma < 0 ? text : text.slice(0, comma)).trim();
  return first === 'unknown' || parseAddress(first) !== null || parseAddress(hostAndPort(first).host) !== null;
}

const format = (name: LineFormat['name'], shape: Shape): LineFormat => ({ name, open: () => new ApacheParser(shape) });

/** Apache's `common`: no referrer and no agent. */
export const common = format('common', { vhost: false, agent: 'absent', tail: 'ignored' });
/** Apache's and nginx's `combined`; further fields are passed over. */
export const combined = format('combined', { vhost: false, agent: 'required', tail: 'ignored' });
/** A virtual host, then `combined` or `common`. */
export const vhost = format('vhost', { vhost: true, agent: 'optional', tail: 'ignored' });
/** `combined` with request time, upstream time, forwarded addresses and host behind it. */
export const nginx = format('nginx', { vhost: false, agent: 'required', tail: 'nginx' });
