import { createRandom } from '@deeplogbot/core';
import type { FittedDetector } from './isolation-forest.js';
import { atOnce } from './turns.js';

export interface ImportanceOptions {
  /** Rows used, drawn without replacement; all if there are fewer. @defaultValue 5000 */
  readonly rows?: number;
  /** @defaultValue 42 */
  readonly randomState?: number;
}

/**
 * How much a detector relies on each column: the mean absolute change of the scores when the column's values are dealt
 * out anew among the rows (Breiman's permutation importance, with the detector's own score in place of a loss).
 * In units of the score; 0 = the column does not matter. Two columns that say the same share their importance.
 */
export const permutationImportances = (
  detector: FittedDetector,
  columns: readonly Float64Array[],
  options: ImportanceOptions = {},
): Float64Array => atOnce(permutationSteps(detector, columns, options));

/** {@link permutationImportances} one column at a time, for callers that let others run in between. */
export function* permutationSteps(
  detector: FittedDetector,
  columns: readonly Float64Array[],
  options: ImportanceOptions = {},
): Generator<undefined, Float64Array> {
  const { rows = 5000, randomState = 42 } = options;
  const random = createRandom(randomState);
  const drawn = random.sample(columns[0]?.length ?? 0, rows);
  const sample = columns.map((column) => Float64Array.from(drawn, (row) => column[row]!));
  const scores = detector.scores(sample);
  const importances = new Float64Array(columns.length);
  for (const [i, column] of sample.entries()) {
    const order = random.sample(column.length, column.length);
    const shuffled = Float64Array.from(order, (row) => column[row]!);
    const changed = detector.scores(sample.map((other, j) => (j === i ? shuffled : other)));
    importances[i] = changed.reduce((sum, score, row) => sum + Math.abs(score - scores[row]!), 0) / scores.length;
    yield undefined;
  }
  return importances;
}
