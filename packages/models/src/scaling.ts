/** Standardised values lie within ±this, so that one absurd value cannot outweigh all other features. Chosen. */
export const LARGEST_Z = 10;

/** Mean and population standard deviation of each column over the rows it was fitted on. */
export interface Scaling {
  readonly mean: Float64Array;
  /** 1 where a column is constant. */
  readonly sd: Float64Array;
}

/** Fits the scaling on `rows`; values that are not finite take no part. */
export function fitScaling(columns: readonly Float64Array[], rows: Int32Array): Scaling {
  const mean = new Float64Array(columns.length);
  const sd = new Float64Array(columns.length).fill(1);
  for (const [j, column] of columns.entries()) {
    let n = 0;
    let squares = 0;
    for (const row of rows) {
      const value = column[row]!;
      if (!Number.isFinite(value)) continue;
      n++;
      const delta = value - mean[j]!;
      mean[j]! += delta / n;
      squares += delta * (value - mean[j]!);
    }
    const spread = Math.sqrt(squares / Math.max(n, 1));
    // A spread that rounding alone explains is none.
    if (spread > 1e-12 * Math.abs(mean[j]!) && Number.isFinite(spread)) sd[j] = spread;
  }
  return { mean, sd };
}

/** (x − mean) / sd, within ±{@link LARGEST_Z}; what is not measurable becomes 0, the mean. */
export function scaled(value: number, j: number, { mean, sd }: Scaling): number {
  if (Number.isNaN(value)) return 0;
  return Math.min(Math.max((value - mean[j]!) / sd[j]!, -LARGEST_Z), LARGEST_Z);
}

/** The rows from `start` up to `end` of `order` in row-major order, scaled. */
export function scaledRows(
  columns: readonly Float64Array[],
  scaling: Scaling,
  order: Int32Array,
  start = 0,
  end = order.length,
): Float32Array {
  const width = columns.length;
  const block = new Float32Array((end - start) * width);
  for (const [j, column] of columns.entries()) {
    for (let i = start; i < end; i++) block[(i - start) * width + j] = scaled(column[order[i]!]!, j, scaling);
  }
  return block;
}
