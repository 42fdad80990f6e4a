import type { LineFormat, LineParser, Outcome, Row } from './row.js';
import { isoTime, portOf, rawOf, secondsToMs, statusOf, whole } from './scan.js';

interface Dialect {
  readonly separator: '\t' | ' ';
  /** Values are percent-encoded, perhaps twice. */
  readonly encoded: boolean;
  /** A plus sign stands for a space. */
  readonly plus: boolean;
  readonly durationMs: (text: string) => number;
}

/** Logs whose `#Fields` line names their columns; it may come again with others. */
class W3cParser implements LineParser {
  private names: ReadonlyMap<string, number> = new Map();

  constructor(private readonly dialect: Dialect) {}

  parse(line: string, row: Row): Outcome {
    if (line.charCodeAt(0) === 0x23) return this.directive(line);
    if (this.names.size === 0) return 'missing-fields-directive';
    const fields = line.split(this.dialect.separator, this.names.size + 1);
    if (fields.length !== this.names.size) return 'column-count';
    row.clear();
    return this.fill(row, fields);
  }

  private directive(line: string): Outcome {
    if (line.startsWith('#Fields:')) {
      const names = line
        .slice('#Fields:'.length)
        .trim()
        .split(/[ \t]+/);
      this.names = new Map(names.map((name, i) => [name.toLowerCase(), i]));
    }
    return 'comment';
  }

  /** A column; null where the log lacks it, `''` where it is a hyphen. */
  private get(fields: readonly string[], name: string): string | null {
    const i = this.names.get(name);
    if (i === undefined) return null;
    const text = fields[i]!;
    return text === '-' ? '' : text;
  }

  private fill(row: Row, fields: readonly string[]): Outcome {
    const get = (name: string) => this.get(fields, name);
    row.tsUs = isoTime(`${get('date')} ${get('time')}`);
    if (Number.isNaN(row.tsUs)) return 'bad-time';
    row.tzMin = 0;
    row.host = get('c-ip') ?? '';
    row.method = get('cs-method') ?? '';
    row.target = targetOf(get('cs-uri-stem'), get('cs-uri-query'), this.dialect.encoded);
    row.protocol = get('cs-protocol-version') ?? get('cs-version');
    row.status = statusOf(get('sc-status') ?? '');
    if (Number.isNaN(row.status)) return 'bad-status';
    row.bytes = whole(get('sc-bytes') ?? '');
    row.referrer = this.text(get('cs(referer)'));
    row.agent = this.text(get('cs(user-agent)'));
    row.vhost = get('x-host-header') || get('cs-host') || get('cs(host)') || null;
    row.user = get('cs-username');
    row.cookie = get('cs(cookie)');
    row.forwarded = this.text(get('x-forwarded-for'));
    row.durationMs = this.dialect.durationMs(get('time-taken') ?? '');
    row.clientPort = portOf(get('c-port') ?? '');
    row.rangeStart = whole(get('sc-range-start') ?? '');
    row.rangeEnd = whole(get('sc-range-end') ?? '');
    return 'ok';
  }

  private text(value: string | null): string | null {
    if (value === null || value === '') return value;
    if (this.dialect.encoded) return rawOf(decoded(value));
    return this.dialect.plus ? unplussed(value) : value;
  }
}

/** A plus is a space; of two, as in `;++http://…`, the second is a plus. */
const unplussed = (text: string): string => text.replace(/\+(\+?)/g, ' $1');

/** Decodes percent signs until nothing changes, at most twice; what is no UTF-8 stays as it is. */
function decoded(text: string): string {
  let result = text;
  for (let pass = 0; pass < 2 && result.includes('%'); pass++) {
    try {
      const next = decodeURIComponent(result);
      if (next === result) break;
      result = next;
    } catch (error) {
      if (!(error instanceof URIError)) throw error;
      break;
    }
  }
  return result;
}

function targetOf(stem: string | null, query: string | null, encoded: boolean): string {
  const path = encoded ? (stem ?? '').replaceAll('%25', '%') : (stem ?? '').replaceAll(' ', '%20');
  return query ? `${path}?${query}` : path;
}

/** CloudFront standard logs: columns by `#Fields`, parted by tabs, in UTC. */
export const cloudfront: LineFormat = {
  name: 'cloudfront',
  open: () => new W3cParser({ separator: '\t', encoded: true, plus: false, durationMs: secondsToMs }),
};

/** W3C extended logs of IIS: columns by `#Fields`, parted by spaces, in UTC, durations in milliseconds. */
export const iis: LineFormat = {
  name: 'iis',
  open: () => new W3cParser({ separator: ' ', encoded: false, plus: true, durationMs: whole }),
};
