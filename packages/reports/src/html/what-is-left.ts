import type { RunResult } from '@deeplogbot/core';
import { count } from '../plain-text.js';
import { FILTERS, usageTables } from '../statistics/usage-tables.js';
import { escapeHtml } from './escape.js';
import { section, share, table } from './parts.js';

/** Rows of a table; statistics_*.csv have all. */
const SHOWN = 15;

const TABLES = [
  ['year', 'Years', 'Year'],
  ['data_set', 'Data sets', 'Data set'],
] as const;

/** Downloads of years and of the data sets with most downloads, before and after filtering. */
export function whatIsLeft(run: RunResult): string {
  const tables = usageTables(run);
  const parts = TABLES.map(([file, title, name]) => {
    const { rows, distinct, notMeasured } = tables.find((each) => each.name === file)!;
    if (notMeasured !== null) return `<h3>${title}</h3><p class="muted">Not measured: ${escapeHtml(notMeasured)}.</p>`;
    const shown = file === 'year' ? rows : rows.slice(0, SHOWN);
    const said =
      shown.length < distinct
        ? `<p class="muted">The ${count(shown.length)} with most downloads of ${count(distinct)}; statistics_${file}.csv has more.</p>`
        : '';
    const names = [name, 'All downloads', 'Without bots', 'Without bots and hubs', 'Left'];
    const cells = shown.map(({ value, downloads }) => [
      value ?? '(none)',
      FILTERS.all(downloads),
      FILTERS.without_bots(downloads),
      FILTERS.organic(downloads),
      share(FILTERS.organic(downloads), FILTERS.all(downloads)),
    ]);
    return `<h3>${title}</h3>${said}${table({ names, rows: cells }, `${title}, before and after filtering`)}`;
  });
  return section('left', 'What is left, by year and data set', parts.join('\n'));
}
