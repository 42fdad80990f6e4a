import type { Timing } from '@deeplogbot/core';

/** Does a step and adds how long it took, also when it fails. */
export async function timed<T>(timings: Timing[], step: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await work();
  } finally {
    timings.push({ step, seconds: (performance.now() - started) / 1000 });
  }
}
