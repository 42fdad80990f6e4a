import { checkAborted, type RunControl } from '@deeplogbot/core';
import type { BoostingModel } from '../boosting/gradient-boosting.js';

/** Lets the event loop turn, so that progress is shown and an abort is seen. */
export async function turn(control: RunControl): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
  checkAborted(control, 'classify');
}

/** Runs steps to their end with a turn behind each. */
export async function inTurns<T>(steps: Iterator<unknown, T>, control: RunControl): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await turn(control);
  }
}

/** Rows that are scored between two turns: some 50 ms of a model of a thousand small trees. */
const ROWS = 8192;

/** The raw scores of a model, some thousand rows at a time. */
export async function scoresInTurns(
  model: BoostingModel,
  columns: readonly Float64Array[],
  control: RunControl,
): Promise<Float64Array[]> {
  const rows = columns[0]?.length ?? 0;
  const whole = model.classes.map(() => new Float64Array(rows));
  for (let from = 0; from < rows; from += ROWS) {
    const part = model.rawScores(columns.map((column) => column.subarray(from, from + ROWS)));
    for (const [k, scores] of part.entries()) whole[k]!.set(scores, from);
    await turn(control);
  }
  return whole;
}
