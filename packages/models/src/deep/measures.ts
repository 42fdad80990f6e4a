/** Feature columns by name; `undefined` and NaN both mean: not measurable. */
export type Measures = (name: string) => Float64Array | undefined;

/** The value of one row; NaN where the column is absent. */
export type RowOf = (name: string) => number;

/** Reads the values of one row after another without looking columns up again. */
export function rowReader(measures: Measures): (row: number) => RowOf {
  const columns = new Map<string, Float64Array | undefined>();
  return (row) => (name) => {
    const known = columns.get(name);
    if (known) return known[row] ?? Number.NaN;
    if (columns.has(name)) return Number.NaN;
    columns.set(name, measures(name));
    return columns.get(name)?.[row] ?? Number.NaN;
  };
}
