import { checkAborted, type RunControl } from '@deeplogbot/core';
import type { BoostingModel } from '../boosting/gradient-boosting.js';

/** Milliseconds after which others are let run. Decides when work is done, never what comes out. */
const LONGEST = 25;

/** Lets the event loop turn, so that progress is shown and an abort is seen. */
export async function turn(control: RunControl): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
  checkAborted(control, 'classify');
}

/** Turns the event loop when the last turn is some time ago; cheap to call often. */
export class Pacer {
  private last = performance.now();

  constructor(private readonly control: RunControl) {}

  isDue(): boolean {
    return performance.now() - this.last >= LONGEST;
  }

  async turn(): Promise<void> {
    await turn(this.control);
    this.last = performance.now();
  }
}

/** Runs steps to their end, with turns between them. */
export async function inTurns<T>(steps: Iterator<unknown, T>, control: RunControl): Promise<T> {
  const pacer = new Pacer(control);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (pacer.isDue()) await pacer.turn();
  }
}

/** Runs steps to their end at one go. */
export function atOnce<T>(steps: Iterator<unknown, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Rows between two chances of a turn: a few milliseconds of what is done with a row. */
const PART = 512;

/** Does something with each row, and yields between parts of them. */
export function* rowSteps(rows: number, each: (row: number) => void): Generator<undefined, void> {
  for (let row = 0; row < rows; row++) {
    each(row);
    if (row % PART === PART - 1) yield undefined;
  }
}

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
