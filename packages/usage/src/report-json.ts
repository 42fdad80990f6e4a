import type { UsageCounts } from './count.js';
import { headerOf } from './header.js';
import { type Cell, itemsOf, METRICS } from './items.js';
import { type DescribedItem, describedItem, type Metadata } from './metadata.js';
import { firstDay, lastDay, type Month } from './months.js';
import { type ReportOptions, reportSettings } from './options.js';
import { utf8Length } from './utf8.js';

/** Bytes of the header that a part may need beside its data sets. */
const HEADER_ROOM = 2_000;

/**
 * The report as JSON texts, each at most `maxItems` data sets and `maxBytes` bytes of UTF-8 (a single larger data set is
 * a part of its own). Zero counts are left out. Where nothing counts there is one text without data sets, so that a report that was
 * sent before is replaced.
 */
export function* jsonParts(usage: UsageCounts, metadata: Metadata, options: ReportOptions): Iterable<string> {
  const settings = reportSettings(options);
  const maxBytes = settings.maxBytes - HEADER_ROOM;
  const period = periodTexts(usage.from, usage.to);
  let parts = 0;
  let pending: string[] = [];
  let bytes = 0;
  const part = (number: number) =>
    `{"report-header":${JSON.stringify(headerOf(usage, settings, number))},"report-datasets":[\n${pending.join(',\n')}\n]}\n`;
  for (const { item, cells } of itemsOf(usage)) {
    const described = describedItem(item, metadata.get(item) ?? {}, settings);
    const text = datasetJson(described, settings.platform, cells, period);
    const size = utf8Length(text) + 2;
    if (pending.length > 0 && (pending.length >= settings.maxItems || bytes + size > maxBytes)) {
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

function datasetJson(item: DescribedItem, platform: string, cells: readonly Cell[], period: PeriodText): string {
  const performance: string[] = [];
  for (let i = 0; i < cells.length; i++) {
    const { month } = cells[i]!;
    const instances = [instancesJson(cells[i]!)];
    if (cells[i + 1]?.month === month) instances.push(instancesJson(cells[++i]!));
    performance.push(`{"period":${period(month)},"instance":[${instances.join(',')}]}`);
  }
  const head = JSON.stringify(headOf(item, platform));
  return `${head.slice(0, -1)},"performance":[${performance.join(',')}]}`;
}

/** What stands before the counts of a data set. */
function headOf(item: DescribedItem, platform: string) {
  const typed = (type: string, value: string) => (value === '' ? [] : [{ type, value }]);
  const dates = typed('pub-date', item.publicationDate);
  const contributors = typed('name', item.creators);
  const attributes = typed('dataset-version', item.version);
  return {
    'dataset-title': item.title,
    'dataset-id': [...typed('doi', item.doi), ...typed('proprietary', item.otherId), ...typed('uri', item.uri)],
    publisher: item.publisher,
    'publisher-id': typed('client-id', item.publisherId),
    platform,
    'data-type': 'dataset',
    yop: item.yop,
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
const megabytes = (bytes: number): number => Math.round(bytes) / 1e6;
