/**
 * Columns cut into bins. Bin b of feature f holds `thresholds[f][b − 1] < x <= thresholds[f][b]`; the bin after the last
 * holds NaN. In a histogram feature f begins at slot `offsets[f]` and the last offset is the number of slots.
 */
export interface BinnedColumns {
  readonly bins: readonly Uint8Array[];
  readonly thresholds: readonly Float64Array[];
  readonly offsets: Int32Array;
}

/** Cuts columns at quantiles of the given rows, and yields after each column. */
export function* binSteps(
  columns: readonly Float64Array[],
  rows: Int32Array,
  maxBins: number,
): Generator<undefined, BinnedColumns> {
  const thresholds: Float64Array[] = [];
  const bins: Uint8Array[] = [];
  for (const column of columns) {
    const cuts = binThresholds(column, rows, maxBins);
    thresholds.push(cuts);
    bins.push(binColumn(column, cuts));
    yield undefined;
  }
  const offsets = new Int32Array(columns.length + 1);
  thresholds.forEach((cuts, f) => {
    offsets[f + 1] = offsets[f]! + cuts.length + 2;
  });
  return { bins, thresholds, offsets };
}

/**
 * Cut points of one column, ascending: the middles between neighbouring distinct values if those are at most `maxBins`,
 * else the `maxBins` − 1 inner quantiles, each the middle of the two values around its position. NaN is left out.
 */
export function binThresholds(column: Float64Array, rows: Int32Array, maxBins: number): Float64Array {
  const sorted = Float64Array.from(rows, (row) => column[row]!)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  if (distinct.length <= maxBins) return distinct.subarray(1).map((value, i) => middle(distinct[i]!, value));
  const cuts: number[] = [];
  for (let i = 1; i < maxBins; i++) {
    const position = ((sorted.length - 1) * i) / maxBins;
    const cut = middle(sorted[Math.floor(position)]!, sorted[Math.ceil(position)]!);
    if (cut !== cuts.at(-1) && cut < sorted.at(-1)!) cuts.push(cut);
  }
  return Float64Array.from(cuts);
}

/** A number in [a, b), or a where they are equal; both land on their own side of it. */
function middle(a: number, b: number): number {
  const half = a / 2 + b / 2;
  return half >= b || half < a ? a : half;
}

function binColumn(column: Float64Array, thresholds: Float64Array): Uint8Array {
  const missing = thresholds.length + 1;
  return Uint8Array.from(column, (value) => (Number.isNaN(value) ? missing : countBelow(thresholds, value)));
}

/** How many of the ascending `thresholds` are below `value`, so that `value <= thresholds[j]` where the count is ≤ j. */
export function countBelow(thresholds: Float64Array, value: number): number {
  let low = 0;
  let high = thresholds.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (thresholds[mid]! < value) low = mid + 1;
    else high = mid;
  }
  return low;
}
