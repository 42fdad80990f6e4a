import type { Timing } from './run-result.js';

/** What the process has used so far. */
export interface MeterReading {
  /** Since the run began. */
  readonly seconds: number;
  /** Of all threads. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** Reads what the process has used; a page has none. */
export type Meter = () => MeterReading;

/** Begins a step; the function returned ends it. Without a meter only the seconds are known. */
export function beginStep(meter?: Meter): (step: string) => Timing {
  const began = performance.now();
  const before = meter?.();
  return (step) => {
    const seconds = (performance.now() - began) / 1000;
    if (!meter || !before) return { step, seconds };
    const { cpuSeconds, residentBytes } = meter();
    return { step, seconds, start: before.seconds, cpuSeconds: cpuSeconds - before.cpuSeconds, residentBytes };
  };
}
