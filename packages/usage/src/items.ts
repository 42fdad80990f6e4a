import { numbers, texts } from '@deeplogbot/core';
import type { UsageCounts } from './count.js';
import type { Month } from './months.js';

/** Counts of one data set, month and access method. */
export interface Cell {
  readonly month: Month;
  readonly machine: boolean;
  /** In the order of {@link METRICS}. */
  readonly counts: readonly [number, number, number, number];
  /** By country code, in the order of codes; what has no code is in `counts` only. Empty where they were not asked for. */
  readonly countries: readonly (readonly [code: string, counts: readonly [number, number, number, number]])[];
  /** Bytes of requests, NaN where no size is known. */
  readonly bytes: number;
}

/** Names of the four counts, as the report writes them. */
export const METRICS = [
  'Total_Dataset_Investigations',
  'Unique_Dataset_Investigations',
  'Total_Dataset_Requests',
  'Unique_Dataset_Requests',
] as const;

const COLUMNS = ['total_investigations', 'unique_investigations', 'total_requests', 'unique_requests'] as const;

/** Data sets by name, each with its cells by month, Regular before Machine. */
export function* itemsOf(
  { counts }: UsageCounts,
  asked: { readonly countries: boolean } = { countries: true },
): Iterable<{ readonly item: string; readonly cells: readonly Cell[] }> {
  const items = texts(counts, 'item');
  const codes = texts(counts, 'country');
  const column = (name: string) => numbers(counts, name);
  const [month, machine, bytes] = [column('month'), column('machine'), column('bytes')];
  const columns = COLUMNS.map(column) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const cell = (start: number, end: number): Cell => {
    const sums: [number, number, number, number] = [0, 0, 0, 0];
    const countries: [string, [number, number, number, number]][] = [];
    let size = Number.NaN;
    for (let row = start; row < end; row++) {
      for (let i = 0; i < 4; i++) sums[i]! += columns[i]![row]!;
      if (asked.countries && codes[row] !== null) {
        const [a, b, c, d] = columns;
        countries.push([codes[row]!, [a[row]!, b[row]!, c[row]!, d[row]!]]);
      }
      if (!Number.isNaN(bytes[row]!)) size = (Number.isNaN(size) ? 0 : size) + bytes[row]!;
    }
    return { month: month[start]!, machine: machine[start] === 1, counts: sums, countries, bytes: size };
  };
  for (let start = 0; start < counts.rows; ) {
    const item = items[start]!;
    const cells: Cell[] = [];
    while (start < counts.rows && items[start] === item) {
      let end = start + 1;
      while (end < counts.rows && items[end] === item && month[end] === month[start] && machine[end] === machine[start])
        end++;
      cells.push(cell(start, end));
      start = end;
    }
    yield { item, cells };
  }
}
