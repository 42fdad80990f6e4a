import type { RunControl } from '@deeplogbot/core';
import type { BoostingModel } from '../boosting/gradient-boosting.js';
import { inTurns } from '../turns.js';

/** Rows that are scored at a time: some ten milliseconds of a model of a thousand small trees. */
const ROWS = 1024;

/** The raw scores of a model, with turns between parts of the rows. */
export const scoresInTurns = (
  model: BoostingModel,
  columns: readonly Float64Array[],
  control: RunControl,
): Promise<Float64Array[]> => inTurns(scoreSteps(model, columns), control);

/** {@link scoresInTurns} as steps of another work. */
export function* scoreSteps(
  model: BoostingModel,
  columns: readonly Float64Array[],
): Generator<undefined, Float64Array[]> {
  const rows = columns[0]?.length ?? 0;
  const whole = model.classes.map(() => new Float64Array(rows));
  for (let from = 0; from < rows; from += ROWS) {
    const part = model.rawScores(columns.map((column) => column.subarray(from, from + ROWS)));
    for (const [k, scores] of part.entries()) whole[k]!.set(scores, from);
    yield undefined;
  }
  return whole;
}
