import type { Finished, Reported } from './request.js';

/** A result file of this benchmark, as far as it is read again. */
export interface Result {
  readonly rows: number;
  readonly locations: number;
  readonly outcome: Finished;
  readonly reports: readonly Reported[];
}

/** What one part of a run took at one size. */
export interface Measured {
  readonly part: string;
  readonly rows: number;
  readonly locations: number;
  readonly seconds: number;
}

/**
 * The parts of a run by the names of the forecast: plan nodes, what is left of the features behind the last of them, the
 * stages, and the reporters from one report of progress to the next.
 */
export function measuredParts({ rows, locations, outcome, reports }: Result): Measured[] {
  const measured = (part: string, seconds: number): Measured => ({ part, rows, locations, seconds });
  const nodes = outcome.steps.filter(({ step }) => step.startsWith('features/') && !step.endsWith('/host'));
  const stages = outcome.steps.filter(({ step }) => !step.includes('/') && step !== 'bind' && step !== 'features');
  const features = outcome.steps.find(({ step }) => step === 'features')?.seconds ?? 0;
  const rest = features - nodes.reduce((sum, { seconds }) => sum + seconds, 0);
  const written = reports.filter(({ progress }, i) => {
    // A report is repeated while the next reporter works; only the first of each names the part.
    return progress.step === 'report' && (progress.part !== undefined || reports[i - 1]?.progress.step !== 'report');
  });
  return [
    ...nodes.filter(({ step }) => step !== 'features/keys').map(({ step, seconds }) => measured(step, seconds)),
    measured('features', Math.max(0, rest)),
    ...stages.map(({ step, seconds }) => measured(step, seconds)),
    ...written.slice(1).map(({ at, progress }, i) => measured(progress.part!, at - written[i]!.at)),
  ];
}
