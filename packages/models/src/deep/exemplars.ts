import type { ExemplarCriteria } from './exemplar-criteria.js';
import { type Measures, rowReader } from './measures.js';

/** Heuristically labelled training rows: the weight of each row per class, 0 where it is none. */
export interface Exemplars {
  readonly organic: Float64Array;
  readonly bot: Float64Array;
  readonly hub: Float64Array;
  /** Rows of each class. */
  readonly counts: { readonly organic: number; readonly bot: number; readonly hub: number };
}

/** Applies criteria to every row of a feature table. */
export function selectExemplars(measures: Measures, rows: number, criteria: ExemplarCriteria): Exemplars {
  const result = { organic: new Float64Array(rows), bot: new Float64Array(rows), hub: new Float64Array(rows) };
  const counts = { organic: 0, bot: 0, hub: 0 };
  const read = rowReader(measures);
  for (let row = 0; row < rows; row++) {
    const weights = criteria(read(row));
    for (const name of ['organic', 'bot', 'hub'] as const) {
      result[name][row] = weights[name];
      if (weights[name] > 0) counts[name]++;
    }
  }
  return { ...result, counts };
}
