/** (x − mean) / population sd of each column over its measurable rows; a constant column becomes 0, NaN stays NaN. */
export const standardise = (columns: readonly Float64Array[]): Float64Array[] => columns.map(standardised);

/** {@link standardise} for one column. */
export function standardised(column: Float64Array): Float64Array {
  let n = 0;
  let mean = 0;
  let squares = 0;
  for (const value of column) {
    if (Number.isNaN(value)) continue;
    n++;
    const delta = value - mean;
    mean += delta / n;
    squares += delta * (value - mean);
  }
  const sd = Math.sqrt(squares / Math.max(n, 1)) || 1;
  return column.map((value) => (value - mean) / sd);
}
