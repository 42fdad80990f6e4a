import type { Finished } from './request.js';

/** A result file of this benchmark, as far as it is read again. */
export interface Result {
  readonly rows: number;
  readonly locations: number;
  readonly outcome: Finished;
}

/** What one part of a run took at one size. */
export interface Measured {
  readonly part: string;
  readonly rows: number;
  readonly locations: number;
  readonly seconds: number;
}

/** Processor seconds that a run takes in a second on two cores with nothing else to do: 66.5 / 42.3 at 10 M rows. */
const PARALLEL = 1.57;

/**
 * The parts of a run by the names of the forecast: plan nodes, what is left of the features behind the last of them, the
 * stages, and what is left of the run behind the last of those, the reports that were not made meanwhile.
 * Seconds are brought to a machine with nothing else to do by the share of the processor that the run got.
 */
export function measuredParts({ rows, locations, outcome }: Result): Measured[] {
  const { steps } = outcome;
  const idle = outcome.cpuSeconds / outcome.seconds / PARALLEL;
  const measured = (part: string, seconds: number): Measured => ({ part, rows, locations, seconds: idle * seconds });
  const nodes = steps.filter(({ step }) => step.startsWith('features/') && !step.endsWith('/host'));
  const stages = steps.filter(({ step }) => !step.includes('/'));
  const others = stages.filter(({ step }) => step !== 'bind' && step !== 'features');
  const features = stages.find(({ step }) => step === 'features')?.seconds ?? 0;
  return [
    ...nodes.filter(({ step }) => step !== 'features/keys').map(({ step, seconds }) => measured(step, seconds)),
    measured('features', Math.max(0, features - total(nodes))),
    ...others.map(({ step, seconds }) => measured(step, seconds)),
    measured('reports', Math.max(0, outcome.seconds - total(stages))),
  ];
}

const total = (steps: Finished['steps']): number => steps.reduce((sum, { seconds }) => sum + seconds, 0);
