/**
 * One request as a parser finds it, texts still in the bytes of the file (Latin-1) and with their escapes.
 * One object is used again for every line, so that a line makes no garbage. `null` = the format has no such
 * field; `''` = it has, and the server wrote `-` or nothing.
 */
export class Row {
  host = '';
  /** Forwarded addresses as written, left-most first. */
  forwarded: string | null = null;
  vhost: string | null = null;
  user: string | null = null;
  /** Microseconds since 1970 UTC. */
  tsUs = 0;
  /** Offset that the line names, minutes; NaN = none. */
  tzMin = 0;
  /** The request line as a whole, where the format has one; `null` = method, target and protocol stand alone. */
  request: string | null = null;
  method: string | null = null;
  target: string | null = null;
  protocol: string | null = null;
  /** NaN = not in the format; 0 = no response was sent. */
  status = Number.NaN;
  /** NaN = not known. */
  bytes = Number.NaN;
  referrer: string | null = null;
  agent: string | null = null;
  durationMs = Number.NaN;
  cookie: string | null = null;
  rangeStart = Number.NaN;
  rangeEnd = Number.NaN;
  clientPort = Number.NaN;

  /** Back to "the format has no such field" everywhere. */
  clear(): void {
    this.host = '';
    this.forwarded = null;
    this.vhost = null;
    this.user = null;
    this.tsUs = 0;
    this.tzMin = Number.NaN;
    this.request = null;
    this.method = null;
    this.target = null;
    this.protocol = null;
    this.status = Number.NaN;
    this.bytes = Number.NaN;
    this.referrer = null;
    this.agent = null;
    this.durationMs = Number.NaN;
    this.cookie = null;
    this.rangeStart = Number.NaN;
    this.rangeEnd = Number.NaN;
    this.clientPort = Number.NaN;
  }
}

/** Why a line is no row. The first three are set aside without being wrong. */
export const REASONS = [
  'comment',
  'not-access',
  'repeated',
  'no-match',
  'bad-time',
  'bad-status',
  'bad-ip',
  'too-long',
  'bad-json',
  'missing-fields-directive',
  'column-count',
  'nul-bytes',
  'time-out-of-range',
] as const;
export type Reason = (typeof REASONS)[number];

/** What a parser says of a line: `'ok'`, and the row is filled, or why it is none. */
export type Outcome = 'ok' | Reason;

export const FORMAT_NAMES = [
  'common',
  'combined',
  'vhost',
  'nginx',
  'caddy-json',
  'json-lines',
  'cloudfront',
  'iis',
  'elb',
  'alb',
  's3',
  'custom',
] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

/** Reads the lines of one file in order; a format with a header keeps it between lines. */
export interface LineParser {
  parse(line: string, row: Row): Outcome;
  /** Shows the first lines of the file, from which a format without a header learns which fields it has. */
  prime?(lines: readonly string[]): void;
}

export interface LineFormat {
  readonly name: FormatName;
  /** A parser for one file. */
  open(): LineParser;
}
