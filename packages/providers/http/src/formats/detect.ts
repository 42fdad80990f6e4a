import { parseAddress } from '../read/address.js';
import { combined, common, nginx, vhost } from './apache.js';
import { alb, elb, s3 } from './aws.js';
import { caddyJson, jsonLines } from './json.js';
import { type FormatName, type LineFormat, Row } from './row.js';
import { cloudfront, iis } from './w3c.js';

/** Formats that are tried, the plainest first: it wins where others say no more. */
export const FORMATS: readonly LineFormat[] = [
  combined,
  nginx,
  vhost,
  common,
  s3,
  alb,
  elb,
  caddyJson,
  jsonLines,
  cloudfront,
  iis,
];

const SAMPLE = 200;

/** How well a format fits the first lines of a file. */
export interface FormatScore {
  readonly format: FormatName;
  /** Share of the lines that it accepts, 0 … 1. */
  readonly confidence: number;
  /** Fields with a value that only the right format would find, per accepted line. */
  readonly fields: number;
}

/** Scores every format on the first 200 lines, the best first. Lines that a format sets aside as comments do not count. */
export function detectFormat(lines: readonly string[], formats: readonly LineFormat[] = FORMATS): FormatScore[] {
  return formats
    .map((format) => score(format, lines))
    .sort((a, b) => b.confidence - a.confidence || b.fields - a.fields);
}

function score(format: LineFormat, lines: readonly string[]): FormatScore {
  const parser = format.open();
  const row = new Row();
  let seen = 0;
  let accepted = 0;
  let fields = 0;
  for (const line of lines) {
    if (seen >= SAMPLE) break;
    const outcome = parser.parse(line, row);
    if (outcome === 'comment' || outcome === 'not-access' || line === '') continue;
    seen++;
    if (outcome !== 'ok') continue;
    accepted++;
    fields += typedFields(row);
  }
  const confidence = seen === 0 ? 0 : accepted / seen;
  return { format: format.name, confidence, fields: accepted === 0 ? 0 : fields / accepted };
}

/** Fields whose values have a shape: an address counts most, because columns that are shifted by one lose it. */
function typedFields(row: Row): number {
  const numbers = [row.status, row.bytes, row.durationMs, row.clientPort].filter(
    (value) => !Number.isNaN(value),
  ).length;
  const texts = [row.referrer, row.agent, row.forwarded || null, row.vhost || null].filter(
    (value) => value !== null,
  ).length;
  return numbers + texts + (parseAddress(row.host) ? 4 : 0);
}
