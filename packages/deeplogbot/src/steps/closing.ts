/** Called one after another, the last one first, when a run is over, however it ended. */
export type Closers = (() => Promise<void> | void)[];

/**
 * Works, and then closes what the work has opened: all of it, whatever fails. The failure of the work is thrown, or else the
 * first of closing.
 */
export async function closing<T>(work: (closers: Closers) => Promise<T>): Promise<T> {
  const closers: Closers = [];
  const [done] = await Promise.allSettled([work(closers)]);
  const failures: unknown[] = done.status === 'rejected' ? [done.reason] : [];
  for (const close of closers.reverse()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (done.status === 'rejected' || failures.length > 0) throw failures[0];
  return done.value;
}
