import type { Finished, Method, Reported } from './request.js';

/** A result file of this benchmark, as far as it is read again. */
export interface Result {
  readonly rows: number;
  readonly locations: number;
  readonly method: Method;
  readonly outcome: Finished;
  readonly reports: readonly Reported[];
}

/** What one part of a run took at one size, seconds of processor time. */
export interface Measured {
  readonly part: string;
  readonly rows: number;
  readonly locations: number;
  readonly seconds: number;
}

/**
 * The parts of a run by the names of the forecast, as it sees them: plan nodes behind the first scan, what is left of the features
 * behind the last of them, the stages, and the annotated log and the reports, which are made beside one another. A part is what lies
 * between two ends.
 */
export function measuredParts({ rows, locations, method, outcome, reports }: Result): Measured[] {
  const clock = [...reports.map(({ at, cpu }) => ({ at, cpu })), { at: outcome.seconds, cpu: outcome.cpuSeconds }];
  let before = cpuAt(clock, reports.find(({ progress }) => progress.keys !== undefined)?.at ?? 0);
  return partEnds(outcome, reports).map(({ part, at }) => {
    const cpu = cpuAt(clock, at);
    const seconds = cpu - before;
    before = cpu;
    return { part: costName(part, method), rows, locations, seconds };
  });
}

/** Under which name the cost of a part is noted. */
export const costName = (part: string, method: Method): string =>
  part === 'classify' && method === 'deep' ? 'classify/deep' : part;

/** Stages in their order; what comes behind them is made side by side. */
const STAGES = ['features', 'anomaly', 'classify'];

/** Parts in the order in which they end, seconds since the start of the run. */
export function partEnds({ steps, seconds }: Finished, reports: readonly Reported[]): { part: string; at: number }[] {
  const nodes = reports.flatMap(({ at, progress: { part } }) => (part === undefined ? [] : [{ part, at }]));
  const features = steps.find(({ step }) => step === 'features')?.start ?? 0;
  const begun = (reports[0]?.at ?? 0) - features; // Steps count from when the profile was opened.
  const stages = steps
    .filter(({ step }) => STAGES.includes(step))
    .map(({ step, start = 0, seconds: taken }) => ({ part: step, at: begun + start + taken }));
  return [...nodes, ...stages, { part: 'outputs', at: seconds }].sort((a, b) => a.at - b.at);
}

/** Processor seconds at a moment, on a line between the two reports around it. */
function cpuAt(clock: readonly { readonly at: number; readonly cpu: number }[], at: number): number {
  const next = clock.findIndex((moment) => moment.at >= at);
  const [a, b] = [clock[Math.max(0, next - 1)]!, clock[next < 0 ? clock.length - 1 : next]!];
  return b.at > a.at ? a.cpu + ((b.cpu - a.cpu) * (at - a.at)) / (b.at - a.at) : b.cpu;
}
