import type { UsageCounts } from './count.js';
import { headerOf } from './header.js';
import { type Cell, type ItemMetadata, itemsOf, METRICS } from './items.js';
import { firstDay, lastDay, type Month } from './months.js';
import { REPORT_DEFAULTS, type ReportOptions } from './options.js';
import { utf8Length } from './utf8.js';

export type Metadata = ReadonlyMap<string, ItemMetadata>;

/** Bytes of the header that a part may need beside its data sets. */
const HEADER_ROOM = 2_000;

/**
 * The report as JSON texts, each at most `maxItems` data sets and `maxBytes` bytes of UTF-8 (a single larger data set is
 * a part of its own). Zero counts are left out. Where nothing counts there is one text without data sets, so that a report that was
 * sent before is replaced.
 */
export function* jsonParts(usage: UsageCounts, metadata: Metadata, options: ReportOptions): Iterable<string> {
  const maxItems = options.maxItems ?? REPORT_DEFAULTS.maxItems;
  const maxBytes = (options.maxBytes ?? REPORT_DEFAULTS.maxBytes) - HEADER_ROOM;
  const period = periodTexts(usage.from, usage.to);
  let parts = 0;
  let pending: string[] = [];
  let bytes = 0;
  const part = (number: number) =>
    `{"report-header":${JSON.stringify(headerOf(usage, options, number))},"report-datasets":[\n${pending.join(',\n')}\n]}\n`;
  for (const { item, cells } of itemsOf(usage)) {
    const text = datasetJson(item, metadata.get(item) ?? {}, cells, period, options);
    const size = utf8Length(text) + 2;
    if (pending.length > 0 && (pending.length >= maxItems || bytes + size > maxBytes)) {
      parts++;
      yield part(parts);
      pending = [];
      bytes = 0;
    }
    pending.push(text);
    bytes += size;
  }
  if (pending.length > 0 || parts === 0) yield part(parts === 0 ? 0 : parts + 1);
}

type PeriodText = (month: Month) => string;

function periodTexts(from: Month, to: Month): PeriodText {
  const texts = new Map<Month, string>();
  for (let month = from; month <= to; month++) {
    texts.set(month, JSON.stringify({ 'begin-date': firstDay(month), 'end-date': lastDay(month) }));
  }
  return (month) => texts.get(month)!;
}

function datasetJson(
  item: string,
  known: ItemMetadata,
  cells: readonly Cell[],
  period: PeriodText,
  options: ReportOptions,
): string {
  const performance: string[] = [];
  for (let i = 0; i < cells.length; i++) {
    const { month } = cells[i]!;
    const instances = [instancesJson(cells[i]!)];
    if (cells[i + 1]?.month === month) instances.push(instancesJson(cells[++i]!));
    performance.push(`{"period":${period(month)},"instance":[${instances.join(',')}]}`);
  }
  const head = JSON.stringify(describe(item, known, options));
  return `${head.slice(0, -1)},"performance":[${performance.join(',')}]}`;
}

/** What the report says about a data set beside its counts. */
function describe(item: string, known: ItemMetadata, options: ReportOptions) {
  const publisherId = known.publisher_id ?? options.publisherId;
  const typed = (type: string, value: string | undefined) => (value ? [{ type, value }] : []);
  const dates = typed('pub-date', known.publication_date);
  const contributors = typed('name', known.creators);
  const attributes = typed('dataset-version', known.version);
  return {
    'dataset-title': known.title ?? item,
    'dataset-id': [
      ...typed('doi', known.doi),
      ...typed('proprietary', known.other_id ?? (known.doi ? undefined : item)),
      ...typed('uri', known.uri),
    ],
    publisher: known.publisher ?? options.publisher ?? REPORT_DEFAULTS.publisher,
    'publisher-id': typed('client-id', publisherId),
    platform: options.platform ?? REPORT_DEFAULTS.platform,
    'data-type': 'dataset',
    yop: /^\d{4}$/.test(known.yop ?? '') ? known.yop : '0001',
    ...(dates.length > 0 && { 'dataset-dates': dates }),
    ...(contributors.length > 0 && { 'dataset-contributors': contributors }),
    ...(attributes.length > 0 && { 'dataset-attributes': attributes }),
  };
}

const METRIC_TYPES = METRICS.map((name) => name.toLowerCase().replaceAll('_', '-'));
const TOTAL_REQUESTS = 2;

function instancesJson({ machine, counts, countries, bytes }: Cell): string {
  const access = machine ? 'machine' : 'regular';
  const plain = counts[0] === counts[2] && counts[1] === counts[3];
  const by = [0, 1, 2, 3].map((i) => (plain && i > 1 ? '' : countriesJson(countries, i)));
  let text = '';
  for (let i = 0; i < 4; i++) {
    if (counts[i] === 0) continue;
    const volume = i === TOTAL_REQUESTS && !Number.isNaN(bytes) ? `,"volume":${megabytes(bytes)}` : '';
    const codes = plain ? by[i % 2] : by[i];
    text += `${text === '' ? '' : ','}{"metric-type":"${METRIC_TYPES[i]}","access-method":"${access}","count":${counts[i]}${codes}${volume}}`;
  }
  return text;
}

function countriesJson(countries: Cell['countries'], metric: number): string {
  let by = '';
  for (const [code, values] of countries) {
    if (values[metric]! > 0) by += `${by === '' ? '' : ','}"${code}":${values[metric]}`;
  }
  return by === '' ? '' : `,"country-counts":{${by}}`;
}

/** Millions of bytes, to the byte. */
export const megabytes = (bytes: number): number => Math.round(bytes) / 1e6;
