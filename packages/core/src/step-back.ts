import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { basename } from 'node:path';

/** The lowest priority of all. */
const LAST = 19;

/**
 * Has the calling thread leave a core to others of the program where there are too few for all, so that a thread others
 * wait for is not kept from its work. Linux alone knows priorities of threads; elsewhere, and where the system allows none, nothing changes.
 *
 * @param by steps down from the priority of the process; each is about a fifth less of a core that others want, too
 */
export function stepBack(by: number): void {
  if (process.platform !== 'linux') return;
  try {
    const thread = Number(basename(readlinkSync('/proc/thread-self')));
    setPriority(thread, Math.min(LAST, getPriority() + by));
  } catch {
    // A wish: the work is the same without it, in another order.
  }
}
