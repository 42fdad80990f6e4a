import type { RunResult } from '@deeplogbot/core';

/** A function whose result is made once for all reporters of a run. What they are handed are copies that share their verdicts. */
export function oncePerRun<T extends object>(make: (run: RunResult) => T): (run: RunResult) => T {
  const known = new WeakMap<RunResult['verdicts'], T>();
  return (run) => {
    const made = known.get(run.verdicts) ?? make(run);
    known.set(run.verdicts, made);
    return made;
  };
}
