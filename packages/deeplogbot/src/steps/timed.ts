import { beginStep, type Meter, type Timing } from '@deeplogbot/core';

/** Does a step and adds how long it took, also when it fails. */
export async function timed<T>(timings: Timing[], step: string, work: () => Promise<T>, meter?: Meter): Promise<T> {
  const end = beginStep(meter);
  try {
    return await work();
  } finally {
    timings.push(end(step));
  }
}
