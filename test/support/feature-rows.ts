import { FeatureTable } from '@deeplogbot/core';

/** Features of a key by their names. */
export type Row = Readonly<Record<string, number>>;

/** A feature table of the rows; of the features that any row names, or of those given, NaN where a row has none. */
export function tableOf(rows: readonly Row[], names = [...new Set(rows.flatMap(Object.keys))]): FeatureTable {
  const blank = rows.map(() => null);
  return new FeatureTable(
    rows.map((_, i) => `key ${i}`),
    { country: blank, city: blank },
    new Map(names.map((name) => [name, Float64Array.from(rows, (row) => row[name] ?? Number.NaN)])),
    new Map(),
  );
}
