import { ConfigError } from '@deeplogbot/core';

/** Counts per row and month in long form, in any order; entries of one row and month are added up. */
export interface MonthlyCounts {
  /** The row that a count belongs to, from 0. */
  readonly row: ArrayLike<number>;
  /** Calendar month as 12 · year + (month − 1), or any integer that grows by one a month. */
  readonly month: ArrayLike<number>;
  /** Downloads in that month, ≥ 0. */
  readonly count: ArrayLike<number>;
}

const MIN_MONTHS = 3;
const LONGEST_MONTHS = 1200; // chosen: a hundred years; a longer gap is a clock gone wrong

/**
 * The robust z of each row's most unusual month; NaN below three active months.
 *
 * `clean`: z = (max y − median y) ÷ max(1, 1.4826 · MAD y) with y = 2√(x + 3/8), which gives counts of any size a noise
 * of about 1 (Anscombe 1948); the lesser of two: among the active months, and among all months from the row's first to
 * its last, empty ones as 0. So a spike must exceed the noise of counting, the row's usual spread and its usual
 * comings and goings, and only rises count: an occasional visitor is no spike, nor is one month out of every six.
 * Otherwise: z = max |0.6745(x − median x)| ÷ max(1, MAD) over the active months, as earlier releases had it.
 */
export function peaks(months: MonthlyCounts, rows: number, clean: boolean): Float64Array {
  const result = new Float64Array(rows).fill(Number.NaN);
  const order = sortedEntries(months, rows);
  for (let start = 0; start < order.length; ) {
    const row = months.row[order[start]!]!;
    let end = start + 1;
    while (end < order.length && months.row[order[end]!] === row) end++;
    const series = activeMonths(months, order.subarray(start, end));
    if (series.count.length >= MIN_MONTHS) result[row] = clean ? rise(series) : deviation(series.count);
    start = end;
  }
  return result;
}

/** Entries with downloads, by row and month. */
function sortedEntries({ row, month, count }: MonthlyCounts, rows: number): Int32Array {
  for (let i = 0; i < row.length; i++) {
    const valid = Number.isInteger(row[i]) && row[i]! >= 0 && row[i]! < rows;
    if (valid && Number.isInteger(month[i]) && count[i]! >= 0 && count[i]! < Number.POSITIVE_INFINITY) continue;
    throw new ConfigError(
      'INVALID_MONTHS',
      `Entry ${i} of months has row ${row[i]}, month ${month[i]} and count ${count[i]}; there are ${rows} rows.`,
      { hint: 'Give rows from 0, whole months and counts of at least 0, each array of one length.' },
    );
  }
  const entries = Int32Array.from({ length: row.length }, (_, i) => i).filter((i) => count[i]! > 0);
  return entries.sort((a, b) => row[a]! - row[b]! || month[a]! - month[b]! || a - b);
}

interface Series {
  readonly month: readonly number[];
  readonly count: readonly number[];
}

function activeMonths({ month, count }: MonthlyCounts, entries: Int32Array): Series {
  const series = { month: [] as number[], count: [] as number[] };
  for (const i of entries) {
    const last = series.month.length - 1;
    if (series.month[last] === month[i]) series.count[last]! += count[i]!;
    else {
      series.month.push(month[i]!);
      series.count.push(count[i]!);
    }
  }
  return series;
}

function deviation(counts: readonly number[]): number {
  const middle = median(counts);
  const distances = counts.map((count) => Math.abs(count - middle));
  return (0.6745 * Math.max(...distances)) / Math.max(1, median(distances));
}

function rise({ month, count }: Series): number {
  return Math.min(height(count), height([...count, ...emptyMonths(month)]));
}

function height(counts: readonly number[]): number {
  const values = counts.map((x) => 2 * Math.sqrt(x + 3 / 8));
  const middle = median(values);
  const spread = 1.4826 * median(values.map((value) => Math.abs(value - middle)));
  return (values.reduce((max, value) => Math.max(max, value), 0) - middle) / Math.max(1, spread);
}

/** A zero for each month between the first and the last that has no entry. */
function emptyMonths(month: readonly number[]): number[] {
  const span = Math.min(month.at(-1)! - month[0]! + 1, LONGEST_MONTHS);
  return Array.from({ length: Math.max(span - month.length, 0) }, () => 0);
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
