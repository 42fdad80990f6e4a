import type { LineFormat, LineParser, Outcome, Row } from './row.js';
import {
  apacheTime,
  emptyDash,
  type Field,
  hostWithPort,
  isoTime,
  nextField,
  secondsToMs,
  statusOf,
  whole,
} from './scan.js';

/** The fields of a line parted by spaces, some quoted; one list used again for every line. */
class Fields {
  readonly texts: string[] = [];
  length = 0;
  private readonly field: Field = { text: '', quoted: false, end: 0 };

  /** At most `most` fields; `bracketed` is the place of a time in brackets, which holds a space. */
  read(line: string, most: number, bracketed = -1): void {
    this.length = 0;
    let i = 0;
    while (this.length < most) {
      if (this.length === bracketed) {
        const close = line.indexOf(']', i);
        const open = line.indexOf('[', i);
        if (open < 0 || close < open) return;
        this.texts[this.length++] = line.slice(open + 1, close);
        i = close + 1;
        continue;
      }
      if (!nextField(line, i, this.field)) return;
      this.texts[this.length++] = this.field.text;
      i = this.field.end;
    }
  }

  at(i: number): string {
    return i < this.length ? this.texts[i]! : '-';
  }
}

/** Classic and application load balancers: the same fields, with the type of request in front of the latter's. */
class BalancerParser implements LineParser {
  private readonly fields = new Fields();

  constructor(private readonly first: 0 | 1) {}

  parse(line: string, row: Row): Outcome {
    const { fields, first } = this;
    row.clear();
    fields.read(line, first + 19);
    if (fields.length < first + 12) return 'no-match';
    row.tsUs = isoTime(fields.at(first));
    if (Number.isNaN(row.tsUs)) return 'bad-time';
    row.tzMin = 0;
    const client = hostWithPort(fields.at(first + 2));
    row.host = client.host;
    row.clientPort = client.port;
    row.durationMs = [4, 5, 6].reduce((sum, i) => sum + secondsToMs(fields.at(first + i)), 0);
    const status = fields.at(first + 7);
    row.status = status === '-' ? 0 : statusOf(status);
    if (Number.isNaN(row.status)) return 'bad-status';
    row.bytes = whole(fields.at(first + 10));
    row.request = fields.at(first + 11);
    row.agent = fields.length > first + 12 ? emptyDash(fields.at(first + 12)) : null;
    if (first === 1 && fields.length > 18) row.vhost = emptyDash(fields.at(18)) || null;
    return 'ok';
  }
}

/** Classic Elastic Load Balancer. No referrer. */
export const elb: LineFormat = { name: 'elb', open: () => new BalancerParser(0) };

const TYPES: ReadonlySet<string> = new Set(['http', 'https', 'h2', 'grpcs', 'ws', 'wss']);

/** Application Load Balancer. No referrer; columns that were added later are passed over. */
export const alb: LineFormat = {
  name: 'alb',
  open: () => {
    const parser = new BalancerParser(1);
    return {
      parse: (line, row) => (TYPES.has(line.slice(0, line.indexOf(' '))) ? parser.parse(line, row) : 'no-match'),
    };
  },
};

/** Server access log of S3. A transfer of fewer bytes than the object has is a part of it. */
class S3Parser implements LineParser {
  private readonly fields = new Fields();

  parse(line: string, row: Row): Outcome {
    const { fields } = this;
    row.clear();
    fields.read(line, 18, 2);
    if (fields.length < 17) return 'no-match';
    const time = fields.at(2);
    if (!apacheTime(time, 0, time.length, row)) return 'bad-time';
    // Without an address it is something that S3 did by itself.
    if (fields.at(3) === '-') return 'not-access';
    row.host = fields.at(3);
    row.user = emptyDash(fields.at(4));
    row.vhost = fields.at(1);
    row.request = fields.at(8);
    row.status = statusOf(fields.at(9));
    if (Number.isNaN(row.status)) return 'bad-status';
    row.bytes = whole(fields.at(11));
    row.durationMs = whole(fields.at(13));
    row.referrer = emptyDash(fields.at(15));
    row.agent = emptyDash(fields.at(16));
    return 'ok';
  }
}

export const s3: LineFormat = { name: 's3', open: () => new S3Parser() };
