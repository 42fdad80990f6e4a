import type { Progress, RunControl } from '@deeplogbot/core';
import { Forecast } from './forecast.js';
import type { Moment } from './pace.js';
import { type Plan, partsOf, plannedParts } from './parts.js';

/** Reports are repeated this often while nothing ends, so that the time left goes down, milliseconds. */
const TICK_MS = 1000;

/** Hands the progress of a run on with the time left in it, and again every second while one part lasts. */
export interface ProgressWatch {
  /** For the steps of the run, in place of the caller's. */
  readonly control: Pick<RunControl, 'onProgress'>;
  /** Says what is to come, once that is known. */
  readonly plan: (plan: Plan, rows: number) => void;
  /** Notes the end of a part that makes no report of its own. */
  readonly done: (part: string) => void;
  readonly stop: () => void;
}

const NOBODY: ProgressWatch = { control: {}, plan: () => {}, done: () => {}, stop: () => {} };

/** What the clock and the processor say; a page has no more than a clock. */
function processMoment(): Moment {
  const seconds = performance.now() / 1000;
  const used = globalThis.process?.cpuUsage?.();
  return { seconds, work: used ? (used.user + used.system) / 1e6 : seconds };
}

/** Nothing is foretold before the number of locations is known, which takes the first scan of the log. */
export function watchProgress({ onProgress }: RunControl, clock = processMoment): ProgressWatch {
  if (!onProgress) return NOBODY;
  const began = clock();
  let awaited: ((locations: number) => void) | undefined;
  let forecast: Forecast | undefined;
  let last: Progress | undefined;
  let failure: { readonly reason: unknown } | undefined;
  const tell = (progress: Progress) => {
    const left = forecast?.left(clock());
    const foretold = left && { secondsLeft: left.likely, secondsLeftBetween: [left.least, left.most] as const };
    onProgress({ ...progress, ...foretold });
  };
  const report = (progress: Progress) => {
    if (failure) throw failure.reason;
    if (progress.keys !== undefined) awaited?.(progress.keys);
    if (progress.part !== undefined) forecast?.done(progress.part, clock());
    const { note: _, part: __, keys: ___, ...lasting } = progress;
    last = lasting;
    tell(progress);
  };
  const tick = () => {
    try {
      if (last && !failure) tell(last);
    } catch (reason) {
      failure = { reason }; // Nobody waits for a timer: the next report of the run throws it.
    }
  };
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    control: { onProgress: report },
    plan: (plan, rows) => {
      timer = setInterval(tick, TICK_MS);
      const planned = plannedParts(plan);
      awaited = (locations) => {
        const parts = partsOf(planned, { rows, locations });
        forecast = parts && new Forecast(parts, began, clock());
      };
    },
    done: (part) => forecast?.done(part, clock()),
    stop: () => clearInterval(timer),
  };
}
