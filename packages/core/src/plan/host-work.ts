import { nextTurn } from '../next-turn.js';
import { checkAborted, type RunControl } from '../progress.js';

/** Long enough that the pauses cost little, short enough that a statement's end is seen soon: each asks for several turns. Milliseconds. */
const SLICE_MS = 1;

/** Work of the host that goes on in slices while the engine runs the next statement. */
export class HostWork {
  private readonly running = new Map<string, Promise<void>>();
  private abandoned = false;
  private gate: Promise<void> | undefined;

  constructor(private readonly control: RunControl) {}

  /** Begins work given as its steps; `done` gets the seconds that the steps took, pauses left out, and is waited for. */
  start(name: string, steps: Iterator<unknown>, done: (seconds: number) => void | Promise<void>): void {
    const work = this.inSlices(name, steps).then((seconds) => (this.abandoned ? undefined : done(seconds)));
    work.catch(() => undefined); // An error is thrown where the result is waited for.
    this.running.set(name, work);
  }

  /** Waits for work of these names, or for all; fails as the first of it failed. */
  async settle(names: readonly string[] = [...this.running.keys()]): Promise<void> {
    for (const name of names) {
      await this.running.get(name);
      this.running.delete(name);
    }
  }

  /** Hands batches on while the work rests: a slice between any two of them would make each wait. */
  async *ahead<T>(batches: AsyncIterable<T>): AsyncIterable<T> {
    let open = () => {};
    try {
      for await (const batch of batches) {
        this.gate ??= new Promise((resolve) => {
          open = resolve;
        });
        yield batch;
      }
    } finally {
      this.gate = undefined;
      open();
    }
  }

  /** Ends what still runs; nobody will ask for it, and `done` is not called for what is not whole. */
  abandon(): void {
    this.abandoned = true;
  }

  private async inSlices(name: string, steps: Iterator<unknown>): Promise<number> {
    let milliseconds = 0;
    for (;;) {
      await nextTurn();
      await this.gate;
      checkAborted(this.control, name);
      const started = performance.now();
      let ended = this.abandoned;
      while (!ended && performance.now() - started < SLICE_MS) ended = steps.next().done === true;
      milliseconds += performance.now() - started;
      if (ended) return milliseconds / 1000;
    }
  }
}
