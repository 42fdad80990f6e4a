import { FeatureTable } from '@deeplogbot/core';

export type Row = Readonly<Record<string, number>>;

/** A feature table of the rows; a column exists if any row names it, NaN where a row does not. */
export function tableOf(rows: readonly Row[]): FeatureTable {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const keys = rows.map((_, i) => `key ${i}`);
  const blank = rows.map(() => null);
  return new FeatureTable(
    keys,
    { country: blank, city: blank },
    new Map(names.map((name) => [name, Float64Array.from(rows, (row) => row[name] ?? Number.NaN)])),
    new Map(),
  );
}
