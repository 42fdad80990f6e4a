import { numbers, texts } from '@deeplogbot/core';
import type { UsageCounts } from './count.js';
import { tsvLine } from './tsv.js';

/** Data set, reason and number of downloads that are not in the report; no data set = empty. */
export function excludedTsv({ excluded }: UsageCounts): string {
  const items = texts(excluded, 'item');
  const reasons = texts(excluded, 'reason');
  const counts = numbers(excluded, 'rows');
  const rows = items.map((item, i) => tsvLine([item ?? '', reasons[i]!, counts[i]!]));
  return tsvLine(['Dataset', 'Reason', 'Downloads']) + rows.join('');
}

/** Downloads that are not in the report by reason, reasons in their order. */
export function excludedTotals({ excluded }: UsageCounts): Record<string, number> {
  const counts = numbers(excluded, 'rows');
  const sums = new Map<string, number>();
  for (const [i, reason] of texts(excluded, 'reason').entries()) {
    sums.set(reason!, (sums.get(reason!) ?? 0) + counts[i]!);
  }
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}
