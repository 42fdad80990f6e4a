import {
  CLASSES,
  type ClassName,
  ConfigError,
  checkAborted,
  createRandom,
  type FeatureTable,
  type RunControl,
  type Verdict,
} from '@deeplogbot/core';
import { checkInteger } from '../checked-columns.js';
import { type Evaluation, evaluateLabels } from '../evaluate.js';
import { type ReliabilityBin, reliabilityBins } from '../reliability.js';
import { deepClassifier } from './deep-classifier.js';
import { type TrainOptions, trainModel } from './train.js';

export interface CrossValidateOptions extends RunControl, Pick<TrainOptions, 'features' | 'boosting'> {
  /** Label of each row of the table; null for a row without one, which has no part. */
  readonly labels: readonly (ClassName | null)[];
  /** Parts of equal class shares, each held out once. @defaultValue 5 */
  readonly folds?: number;
  /** Divisions into folds, each drawn anew. @defaultValue 3 */
  readonly repeats?: number;
  /** @defaultValue 42 */
  readonly randomState?: number;
}

/** Mean and standard deviation (divisor n − 1) over repeats; sd is 0 for one repeat. */
export interface Spread {
  readonly mean: number;
  readonly sd: number;
}

/** Measures of delivered labels, each of rows that their model did not see; NaN where there is nothing to divide by. */
export interface CrossValidation {
  readonly rows: number;
  readonly folds: number;
  readonly repeats: number;
  readonly coverage: Spread;
  readonly accuracy: Spread;
  readonly macroF1: Spread;
  readonly logLoss: Spread;
  readonly calibrationError: Spread;
  readonly classes: Readonly<
    Record<ClassName, { readonly precision: Spread; readonly recall: Spread; readonly f1: Spread; support: number }>
  >;
  /** Over the rows of all repeats together, so each labelled row counts once per repeat. */
  readonly reliability: readonly ReliabilityBin[];
}

/** Macro-F1 of models that learned from a share of the training labels. */
export interface LearningPoint {
  /** Share of each class's training labels, in (0, 1]. */
  readonly share: number;
  /** Training labels of the smallest fold. */
  readonly trainingRows: number;
  /** null where some fold has fewer labels than a model needs. */
  readonly macroF1: Spread | null;
}

/**
 * Repeated stratified K-fold cross-validation of what the deep method delivers with a model of the table's own labels
 * and without self-training. Same table, labels and seed give the same figures. Takes `folds × repeats` trainings.
 *
 * @throws ConfigError `INVALID_OPTION`, `TOO_FEW_ROWS_OF_CLASS` for a class with fewer rows than folds,
 * `TOO_FEW_LABELS` as `trainModel`; AbortedError between and within trainings.
 */
export async function crossValidate(table: FeatureTable, options: CrossValidateOptions): Promise<CrossValidation> {
  const run = prepared(table, options);
  const results: Held[] = [];
  for (const seed of run.seeds) results.push(await repeat(run, seed, 1));
  return summary(run, results);
}

/** Shares of the training labels at which a learning curve is drawn. */
const SHARES = [0.2, 0.4, 0.6, 0.8, 1];
/** Labels that `trainModel` needs. */
const LEAST_LABELS = 20;

/**
 * How macro-F1 grows with labels, on the folds that {@link crossValidate} has for the same seed. Smaller shares are parts
 * of larger ones. Takes five times as long. Errors as there.
 */
export async function learningCurve(table: FeatureTable, options: CrossValidateOptions): Promise<LearningPoint[]> {
  const run = prepared(table, options);
  const points: LearningPoint[] = [];
  for (const share of SHARES) {
    const trainingRows = Math.min(...run.seeds.flatMap((seed) => trainingSizes(run, seed, share)));
    const scores: number[] = [];
    if (trainingRows >= LEAST_LABELS) {
      for (const seed of run.seeds) scores.push((await repeat(run, seed, share)).evaluation.macroF1.value);
    }
    points.push({ share, trainingRows, macroF1: scores.length > 0 ? spread(scores) : null });
  }
  return points;
}

/** Folds of equal class shares: the fold, from 0, of each row. */
export function stratifiedFolds(labels: readonly ClassName[], folds: number, seed: number): Int32Array {
  const random = createRandom(seed);
  const fold = new Int32Array(labels.length);
  for (const name of CLASSES) {
    const members = labels.flatMap((label, row) => (label === name ? [row] : []));
    random.sample(members.length, members.length).forEach((m, place) => {
      fold[members[m]!] = place % folds;
    });
  }
  return fold;
}

interface Run {
  /** Labelled rows only. */
  readonly table: FeatureTable;
  readonly labels: readonly ClassName[];
  readonly folds: number;
  /** One per repeat. */
  readonly seeds: readonly number[];
  readonly options: CrossValidateOptions;
}

function prepared(all: FeatureTable, options: CrossValidateOptions): Run {
  const { folds = 5, repeats = 3, randomState = 42 } = options;
  const rows = [...options.labels.keys()].filter((row) => options.labels[row] !== null);
  const labels = rows.map((row) => options.labels[row]!);
  checkInteger('folds', folds, 2);
  checkInteger('repeats', repeats, 1);
  checkClasses(labels, folds);
  const random = createRandom(randomState);
  const seeds = Array.from({ length: repeats }, () => random.int(2 ** 31));
  return { table: all.pick(rows), labels, folds, seeds, options };
}

function checkClasses(labels: readonly ClassName[], folds: number): void {
  for (const name of CLASSES) {
    const rows = labels.filter((label) => label === name).length;
    if (rows === 0 || rows >= folds) continue;
    throw new ConfigError('TOO_FEW_ROWS_OF_CLASS', `There are ${rows} rows of ${name} for ${folds} folds.`, {
      hint: `Label at least ${folds} rows of ${name}, or ask for fewer folds.`,
    });
  }
}

/** One division into folds, every row judged by the model that did not see it. */
interface Held {
  readonly verdicts: readonly Verdict[];
  readonly evaluation: Evaluation;
}

async function repeat(run: Run, seed: number, share: number): Promise<Held> {
  const { table, labels, options } = run;
  const fold = stratifiedFolds(labels, run.folds, seed);
  const verdicts: Verdict[] = [];
  for (let f = 0; f < run.folds; f++) {
    checkAborted(options, 'cross-validation');
    const known = trainingLabels(labels, fold, f, share, seed);
    const model = trainModel(table, { ...options, labels: known, provider: '', randomState: seed });
    const held = [...fold.keys()].filter((row) => fold[row] === f);
    const classifier = deepClassifier({ model, selfTraining: false, reasons: 0 });
    const context = { randomState: seed, contamination: 0.15, ...(options.signal && { signal: options.signal }) };
    const { rows } = await classifier.classify(table.pick(held), context);
    held.forEach((row, i) => {
      verdicts[row] = rows[i]!;
    });
  }
  const evaluation = evaluateLabels(
    labels,
    verdicts.map(({ label }) => label),
    verdicts.map(({ probabilities }) => probabilities),
    { resamples: 1 },
  );
  return { verdicts, evaluation };
}

/** Labels outside fold f, thinned to a share of each class (at least one row), null elsewhere. */
function trainingLabels(
  labels: readonly ClassName[],
  fold: Int32Array,
  f: number,
  share: number,
  seed: number,
): (ClassName | null)[] {
  const random = createRandom(seed);
  const known: (ClassName | null)[] = labels.map(() => null);
  for (const name of CLASSES) {
    const members = labels.flatMap((label, row) => (label === name && fold[row] !== f ? [row] : []));
    const drawn = random.sample(members.length, members.length);
    for (const m of drawn.slice(0, Math.max(1, Math.round(share * members.length)))) known[members[m]!] = name;
  }
  return known;
}

function trainingSizes({ labels, folds }: Run, seed: number, share: number): number[] {
  const fold = stratifiedFolds(labels, folds, seed);
  return Array.from(
    { length: folds },
    (_, f) => trainingLabels(labels, fold, f, share, seed).filter((label) => label !== null).length,
  );
}

function summary({ labels, folds, seeds }: Run, results: readonly Held[]): CrossValidation {
  const over = (of: (e: Evaluation) => number): Spread => spread(results.map(({ evaluation }) => of(evaluation)));
  const classes = CLASSES.map((name) => [
    name,
    {
      precision: over((e) => e.classes[name].precision),
      recall: over((e) => e.classes[name].recall),
      f1: over((e) => e.classes[name].f1),
      support: labels.filter((label) => label === name).length,
    },
  ]);
  const truth = labels.map((label) => CLASSES.indexOf(label));
  return {
    rows: labels.length,
    folds,
    repeats: seeds.length,
    coverage: over((e) => e.coverage),
    accuracy: over((e) => e.accuracy.value),
    macroF1: over((e) => e.macroF1.value),
    logLoss: over((e) => e.logLoss!),
    calibrationError: over((e) => e.calibrationError!),
    classes: Object.fromEntries(classes) as CrossValidation['classes'],
    reliability: reliabilityBins(
      results.flatMap(() => truth),
      results.flatMap(({ verdicts }) => verdicts.map(({ probabilities }) => probabilities)),
    ),
  };
}

function spread(values: readonly number[]): Spread {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}
