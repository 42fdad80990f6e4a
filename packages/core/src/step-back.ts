import { getPriority, setPriority } from 'node:os';

/** The lowest priority of all. */
const LAST = 19;
/** To Linux the thread that calls, elsewhere the process. */
const CALLER = 0;

/**
 * Has the calling thread leave a core to others of the program where there are too few for all, so that a thread others
 * wait for is not kept from its work. Linux alone knows priorities of threads; elsewhere, and where the system allows none, nothing changes.
 * Not for the main thread: what lowered its priority may not raise it again, and threads that it starts begin with it.
 *
 * @param by steps down from the thread's priority; each is about a fifth less of a core that others want, too
 */
export function stepBack(by: number): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(CALLER, Math.min(LAST, getPriority(CALLER) + by));
  } catch {
    // A wish: the work is the same without it, in another order.
  }
}
