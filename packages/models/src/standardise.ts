/** (x − mean) / population sd of each column over its measurable rows; a constant column becomes 0, NaN stays NaN. */
export function standardise(columns: readonly Float64Array[]): Float64Array[] {
  return columns.map((column) => {
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
  });
}
