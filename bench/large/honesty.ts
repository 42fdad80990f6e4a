import type { Reported } from './request.js';

/** How far the estimate of the time left was off at one moment. */
export interface Estimate {
  /** Seconds since the start of the run. */
  readonly at: number;
  readonly step: string;
  /** As reported. */
  readonly left: number;
  /** As it turned out. */
  readonly truth: number;
  /** Whether the truth lay between the bounds that were said. */
  readonly held: boolean;
  /** |at + left − whole| / whole: by how much of the run the end was misjudged. */
  readonly error: number;
}

/** The estimates of a run that took `whole` seconds, from `from` seconds on. */
export function estimates(reports: readonly Reported[], whole: number, from = 60): Estimate[] {
  return reports.flatMap(({ at, progress }) => {
    const left = progress.secondsLeft;
    if (left === undefined || at < from) return [];
    const [least, most] = progress.secondsLeftBetween ?? [left, left];
    const truth = whole - at;
    const error = Math.abs(left - truth) / whole;
    return [{ at, step: progress.step, left, truth, held: least <= truth && truth <= most, error }];
  });
}

/** Share of the estimates that lay between their bounds. */
export const held = (list: readonly Estimate[]): number => list.filter((one) => one.held).length / list.length;

/** The largest of them; undefined where none was given. */
export const worst = (list: readonly Estimate[]): Estimate | undefined =>
  list.reduce<Estimate | undefined>((max, one) => (max === undefined || one.error > max.error ? one : max), undefined);

/** Longest time without a report, seconds. */
export const longestSilence = (reports: readonly Reported[], whole: number): number =>
  Math.max(...[0, ...reports.map(({ at }) => at)].map((at, i) => (reports[i]?.at ?? whole) - at));
