/** (x − mean) / population sd of each column over its measurable rows; a constant column becomes 0, NaN stays NaN. */
export const standardise = (columns: readonly Float64Array[]): Float64Array[] => columns.map(standardised);

/** {@link standardise} for one column. */
export const standardised = (column: Float64Array): Float64Array => standardiseInPlace(column.slice());

/** The same, in the column itself, which is returned. */
export function standardiseInPlace(column: Float64Array): Float64Array {
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
  for (let row = 0; row < column.length; row++) column[row] = (column[row]! - mean) / sd;
  return column;
}
