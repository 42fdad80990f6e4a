import type { Measures, RowOf } from '../../src/deep/measures.js';

/** A row with these measures; all others are NaN. */
export const row =
  (values: Readonly<Record<string, number>>): RowOf =>
  (name) =>
    values[name] ?? Number.NaN;

/** Measures with these columns; all others are absent. */
export const measures =
  (columns: Readonly<Record<string, readonly number[]>>): Measures =>
  (name) =>
    columns[name] && Float64Array.from(columns[name]);
