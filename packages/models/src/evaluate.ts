import { CLASSES, type ClassName, ConfigError, createRandom } from '@deeplogbot/core';
import { calibrationErrorOf, type ReliabilityBin, reliabilityBins } from './reliability.js';

/** Measures of one class against all others; NaN where there is nothing to divide by. */
export interface ClassMeasures {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Rows that truly belong to the class. */
  readonly support: number;
}

/** A value with the 2.5 and 97.5 percentiles of its bootstrap distribution. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface Evaluation {
  readonly rows: number;
  /** Share of rows that got one of the three labels. */
  readonly coverage: number;
  readonly accuracy: Interval;
  /** Unweighted mean of the classes' F1, a class that is neither true nor predicted left out. */
  readonly macroF1: Interval;
  readonly classes: Readonly<Record<ClassName, ClassMeasures>>;
  /** `confusion[truth][predicted]`; abstentions count as predicted `insufficient_evidence`. */
  readonly confusion: Readonly<Record<ClassName, Readonly<Record<ClassName | 'insufficient_evidence', number>>>>;
  /** Cohen's κ. */
  readonly kappa: number;
  /** Mean −ln p of the true class, p at least 1e−15; null without probabilities. */
  readonly logLoss: number | null;
  /** Expected calibration error over 15 equal bins of the top probability; null without probabilities. */
  readonly calibrationError: number | null;
  /** The 15 bins that the calibration error sums up; null without probabilities. */
  readonly reliability: readonly ReliabilityBin[] | null;
}

export interface EvaluateOptions {
  /** Bootstrap resamples of rows. @defaultValue 1000 */
  readonly resamples?: number;
  /** @defaultValue 42 */
  readonly randomState?: number;
}

/** Row-wise probabilities in the order of `CLASSES`. */
export type Probabilities = readonly (readonly [number, number, number])[];

/**
 * Compares delivered labels with true ones. A row without a verdict (`insufficient_evidence`) is wrong for accuracy,
 * recall and κ, and shows in `coverage`; it has no part in log-loss and calibration.
 */
export function evaluateLabels(
  truth: readonly string[],
  predicted: readonly string[],
  probabilities?: Probabilities,
  options: EvaluateOptions = {},
): Evaluation {
  const { resamples = 1000, randomState = 42 } = options;
  if (truth.length === 0 || truth.length !== predicted.length) {
    throw new ConfigError(
      'NOTHING_TO_EVALUATE',
      `There are ${truth.length} true and ${predicted.length} predicted labels.`,
      { hint: 'Give one predicted label for each true one, and at least one.' },
    );
  }
  checkProbabilities(truth.length, probabilities);
  const t = truth.map((label) => classIndex(label, false));
  const p = predicted.map((label) => classIndex(label, true));
  const all = measures(counts(t, p));
  const bootstrap = resample(t, p, resamples, randomState);
  const reliability = probabilities ? reliabilityBins(t, probabilities) : null;
  const interval = (value: number, of: (m: Measures) => number): Interval => ({
    value,
    ...percentiles(bootstrap.map(of)),
  });
  return {
    rows: t.length,
    coverage: p.filter((label) => label < CLASSES.length).length / p.length,
    accuracy: interval(all.accuracy, (m) => m.accuracy),
    macroF1: interval(all.macroF1, (m) => m.macroF1),
    classes: Object.fromEntries(CLASSES.map((name, i) => [name, all.classes[i]!])) as Evaluation['classes'],
    confusion: confusionOf(counts(t, p)),
    kappa: all.kappa,
    logLoss: probabilities ? logLoss(t, probabilities) : null,
    calibrationError: reliability && calibrationErrorOf(reliability),
    reliability,
  };
}

/** One row per label; each NaN throughout (no verdict) or in [0, 1] with sum 1. */
function checkProbabilities(rows: number, probabilities: Probabilities | undefined): void {
  if (!probabilities) return;
  const odd = probabilities.findIndex((p) => {
    if (p.every(Number.isNaN)) return false;
    return !(p.every((value) => value >= 0 && value <= 1) && Math.abs(p[0] + p[1] + p[2] - 1) < 1e-6);
  });
  if (probabilities.length === rows && odd < 0) return;
  const found =
    odd < 0 ? `${probabilities.length} rows for ${rows} labels` : `row ${odd} is ${probabilities[odd]!.join(', ')}`;
  throw new ConfigError('INVALID_PROBABILITIES', `Probabilities do not fit: ${found}.`, {
    hint: 'Give three values in [0, 1] that sum to 1 for each label, or three NaN where there is no verdict.',
  });
}

const ABSTAIN = CLASSES.length;
const WIDTH = CLASSES.length + 1;

/** Index in `CLASSES`; an abstention, where allowed, is one past the last. */
export function classIndex(label: string, mayAbstain: boolean): number {
  const index = (CLASSES as readonly string[]).indexOf(label);
  if (index >= 0) return index;
  if (mayAbstain && label === 'insufficient_evidence') return ABSTAIN;
  throw new ConfigError('UNKNOWN_LABEL', `${JSON.stringify(label)} is not a label.`, {
    hint: `Labels are ${CLASSES.join(', ')}${mayAbstain ? ', insufficient_evidence' : ''}.`,
  });
}

/** Row-major table of truth × prediction, the last column for abstentions. */
export function counts(t: ArrayLike<number>, p: ArrayLike<number>): Float64Array {
  const table = new Float64Array(CLASSES.length * WIDTH);
  for (let i = 0; i < t.length; i++) table[t[i]! * WIDTH + p[i]!]!++;
  return table;
}

export interface Measures {
  readonly accuracy: number;
  readonly macroF1: number;
  readonly kappa: number;
  readonly classes: readonly ClassMeasures[];
}

export function measures(table: Float64Array): Measures {
  const n = table.reduce((a, b) => a + b, 0);
  const cell = (truth: number, predicted: number) => table[truth * WIDTH + predicted]!;
  const truths = CLASSES.map((_, k) => Array.from({ length: WIDTH }, (__, j) => cell(k, j)).reduce((a, b) => a + b, 0));
  const predictions = CLASSES.map((_, k) => CLASSES.reduce((sum, __, i) => sum + cell(i, k), 0));
  const hits = CLASSES.reduce((sum, _, k) => sum + cell(k, k), 0);
  const classes = CLASSES.map((_, k) => ({
    precision: cell(k, k) / predictions[k]!,
    recall: cell(k, k) / truths[k]!,
    f1: (2 * cell(k, k)) / (truths[k]! + predictions[k]!),
    support: truths[k]!,
  }));
  const present = classes.filter((of) => !Number.isNaN(of.f1));
  const chance = CLASSES.reduce((sum, _, k) => sum + truths[k]! * predictions[k]!, 0) / (n * n);
  return {
    accuracy: hits / n,
    macroF1: present.reduce((sum, of) => sum + of.f1, 0) / present.length,
    kappa: chance === 1 ? 1 : (hits / n - chance) / (1 - chance),
    classes,
  };
}

function confusionOf(table: Float64Array): Evaluation['confusion'] {
  const names = [...CLASSES, 'insufficient_evidence'] as const;
  return Object.fromEntries(
    CLASSES.map((truth, i) => [truth, Object.fromEntries(names.map((name, j) => [name, table[i * WIDTH + j]!]))]),
  ) as Evaluation['confusion'];
}

function resample(t: readonly number[], p: readonly number[], times: number, seed: number): Measures[] {
  const random = createRandom(seed);
  return Array.from({ length: times }, () => {
    const table = new Float64Array(CLASSES.length * WIDTH);
    for (let i = 0; i < t.length; i++) {
      const row = random.int(t.length);
      table[t[row]! * WIDTH + p[row]!]!++;
    }
    return measures(table);
  });
}

/** The 2.5 and 97.5 percentiles, interpolated. */
export function percentiles(values: readonly number[]): { low: number; high: number } {
  const sorted = Float64Array.from(values).sort();
  const at = (q: number) => {
    const position = (sorted.length - 1) * q;
    const below = Math.floor(position);
    return sorted[below]! + (position - below) * ((sorted[below + 1] ?? sorted[below]!) - sorted[below]!);
  };
  return { low: at(0.025), high: at(0.975) };
}

function logLoss(t: readonly number[], probabilities: Probabilities): number {
  let sum = 0;
  let rows = 0;
  probabilities.forEach((p, i) => {
    if (p.some(Number.isNaN)) return;
    sum -= Math.log(Math.max(1e-15, p[t[i]!]!));
    rows++;
  });
  return sum / rows;
}
