import { AbortedError } from './errors.js';

/** One report of how far a step is; `total` is undefined where it cannot be known. */
export interface Progress {
  readonly step: string;
  readonly done: number;
  readonly total?: number;
  readonly unit: 'rows' | 'nodes' | 'locations' | 'files' | 'bytes';
  /** How many keys the log has, in the report that comes once they are counted. */
  readonly keys?: number;
  /** What has just ended within the step: a plan node. */
  readonly part?: string;
  /** Seconds until the whole run is done, reports included, as far as can be foretold; undefined where it cannot. */
  readonly secondsLeft?: number;
  /**
   * Bounds of {@link secondsLeft}, the lower one first; there whenever it is. They are far apart at the beginning, and where the machine
   * has not kept one speed. A later change of the machine may break them.
   */
  readonly secondsLeftBetween?: readonly [least: number, most: number];
  /** A sentence that is worth a line of its own, such as what is taken from earlier work. */
  readonly note?: string;
}

/** What every long step is given: where to report, and when to stop. */
export interface RunControl {
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** Throws {@link AbortedError} once the signal is set. */
export function checkAborted(control: RunControl, step: string): void {
  if (control.signal?.aborted) throw new AbortedError(step);
}
