import type { UsageCounts } from './count.js';
import { exceptionsOf } from './header.js';
import { type Cell, type ItemMetadata, itemsOf, METRICS } from './items.js';
import { firstDay, lastDay, type Month, monthColumn } from './months.js';
import { REPORT_DEFAULTS, type ReportOptions } from './options.js';
import type { Metadata } from './report-json.js';
import { utf8Length } from './utf8.js';

/** One TSV field: no tab or line break; text that a spreadsheet would take for a formula gets an apostrophe in front. */
export function tsvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  const line = value.replace(/[\u0000-\u001f\u007f]+/g, ' ');
  return /^\s*[=+\-@＝＋－＠]/.test(line) ? `'${line}` : line;
}

const tsvLine = (cells: readonly (string | number)[]): string => `${cells.map(tsvCell).join('\t')}\n`;

/**
 * The report as TSV texts: a header, an empty line, then one line per data set, access method and metric with a column
 * per month. Cells and lines without a count are left out. Parts as in JSON, counted in lines instead of data sets.
 */
export function* tsvParts(usage: UsageCounts, metadata: Metadata, options: ReportOptions): Iterable<string> {
  const maxItems = options.maxItems ?? REPORT_DEFAULTS.maxItems;
  const maxBytes = options.maxBytes ?? REPORT_DEFAULTS.maxBytes;
  const head = headOf(usage, options);
  let lines: string[] = [];
  let bytes = 0;
  let parts = 0;
  for (const { item, cells } of itemsOf(usage, { countries: false })) {
    const own = linesOf(item, metadata.get(item) ?? {}, cells, usage, options);
    const size = utf8Length(own);
    if (lines.length > 0 && (lines.length >= maxItems || bytes + size + head.length > maxBytes)) {
      yield head + lines.join('');
      parts++;
      lines = [];
      bytes = 0;
    }
    lines.push(own);
    bytes += size;
  }
  if (lines.length > 0 || parts === 0) yield head + lines.join('');
}

function headOf(usage: UsageCounts, options: ReportOptions): string {
  const exceptions = exceptionsOf(usage, false).map(({ code, message, data }) => `${code}: ${message} (${data})`);
  const period = `begin_date=${firstDay(usage.from)}; end_date=${lastDay(usage.to)}`;
  return [
    ['Report_Name', 'Dataset Master Report'],
    ['Report_ID', 'DSR'],
    ['Release', 'RD1'],
    ['Metric_Types', METRICS.join('; ')],
    ['Report_Filters', ''],
    ['Report_Attributes', ''],
    ['Exceptions', exceptions.join('; ')],
    ['Reporting_Period', period],
    ['Created', options.created],
    ['Created_By', options.createdBy ?? REPORT_DEFAULTS.createdBy],
    [],
    [...COLUMNS, ...months(usage).map(monthColumn)],
  ]
    .map(tsvLine)
    .join('');
}

const COLUMNS = [
  'Dataset_Title',
  'Publisher',
  'Publisher_ID',
  'Creators',
  'Publication_Date',
  'Dataset_Version',
  'DOI',
  'Other_ID',
  'URI',
  'YOP',
  'Access_Method',
  'Metric_Type',
  'Reporting_Period_Total',
] as const;

const months = ({ from, to }: UsageCounts): Month[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

function linesOf(
  item: string,
  known: ItemMetadata,
  cells: readonly Cell[],
  usage: UsageCounts,
  options: ReportOptions,
): string {
  const about = [
    known.title ?? item,
    known.publisher ?? options.publisher ?? REPORT_DEFAULTS.publisher,
    known.publisher_id ?? options.publisherId ?? REPORT_DEFAULTS.publisherId,
    known.creators ?? '',
    known.publication_date ?? '',
    known.version ?? '',
    known.doi ?? '',
    known.other_id ?? (known.doi ? '' : item),
    known.uri ?? '',
    /^\d{4}$/.test(known.yop ?? '') ? known.yop! : '0001',
  ]
    .map(tsvCell)
    .join('\t');
  let text = '';
  for (const machine of [false, true]) {
    const own = cells.filter((cell) => cell.machine === machine);
    if (own.length === 0) continue;
    for (const [i, metric] of METRICS.entries()) {
      const perMonth = new Array<string>(usage.to - usage.from + 1).fill('');
      let total = 0;
      for (const { month, counts } of own) {
        if (counts[i] === 0) continue;
        perMonth[month - usage.from] = String(counts[i]);
        total += counts[i]!;
      }
      if (total > 0)
        text += `${about}\t${machine ? 'Machine' : 'Regular'}\t${metric}\t${total}\t${perMonth.join('\t')}\n`;
    }
  }
  return text;
}
