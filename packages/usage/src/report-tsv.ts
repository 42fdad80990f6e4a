import type { UsageCounts } from './count.js';
import { exceptionsOf } from './header.js';
import { type Cell, itemsOf, METRICS } from './items.js';
import { describedItem, type ItemMetadata, type Metadata } from './metadata.js';
import { firstDay, lastDay, type Month, monthColumn } from './months.js';
import { type ReportOptions, type ReportSettings, reportSettings } from './options.js';
import { tsvCell, tsvLine } from './tsv.js';
import { utf8Length } from './utf8.js';

/**
 * The report as TSV texts: a header, an empty line, then one line per data set, access method and metric with a column
 * per month. Cells and lines without a count are left out. Parts as in JSON, counted in lines instead of data sets.
 */
export function* tsvParts(usage: UsageCounts, metadata: Metadata, options: ReportOptions): Iterable<string> {
  const settings = reportSettings(options);
  const { maxItems, maxBytes } = settings;
  const head = headOf(usage, settings);
  let lines: string[] = [];
  let bytes = 0;
  let parts = 0;
  for (const { item, cells } of itemsOf(usage, { countries: false })) {
    const own = linesOf(item, metadata.get(item) ?? {}, cells, usage, settings);
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

function headOf(usage: UsageCounts, settings: ReportSettings): string {
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
    ['Created', settings.created],
    ['Created_By', settings.createdBy],
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
  settings: ReportSettings,
): string {
  const { title, publisher, publisherId, creators, publicationDate, version, doi, otherId, uri, yop } = describedItem(
    item,
    known,
    settings,
  );
  const about = [title, publisher, publisherId, creators, publicationDate, version, doi, otherId, uri, yop]
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
