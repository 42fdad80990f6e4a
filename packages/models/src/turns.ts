import { checkAborted, nextTurn, type RunControl } from '@deeplogbot/core';

/** Milliseconds after which others are let run. Decides when work is done, never what comes out. */
const LONGEST = 25;

/** Lets the event loop turn, so that progress is shown and an abort is seen. */
export async function turn(control: RunControl, step = 'classify'): Promise<void> {
  await nextTurn();
  checkAborted(control, step);
}

/** Turns the event loop when the last turn is some time ago; cheap to call often. */
export class Pacer {
  private last = performance.now();

  constructor(
    private readonly control: RunControl,
    private readonly step = 'classify',
  ) {}

  isDue(): boolean {
    return performance.now() - this.last >= LONGEST;
  }

  async turn(): Promise<void> {
    await turn(this.control, this.step);
    this.last = performance.now();
  }
}

/** Runs steps to their end, with turns between them. @throws AbortedError that names `step` */
export async function inTurns<T>(steps: Iterator<unknown, T>, control: RunControl, step = 'classify'): Promise<T> {
  const pacer = new Pacer(control, step);
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
