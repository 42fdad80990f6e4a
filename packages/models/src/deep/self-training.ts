import { CLASSES, type ClassName, createRandom, type FeatureTable, type RunControl } from '@deeplogbot/core';
import type { BoostingModel } from '../boosting/gradient-boosting.js';
import { type Fusion, fusionLearner } from '../fusion.js';
import { forestSteps, type RandomForestOptions } from '../random-forest.js';
import { atOnce, inTurns } from '../turns.js';
import { type BaggingData, type BaggingOptions, baggingSteps } from './bagged-boosting.js';
import { behaviourCriteria, logScale } from './behaviour-criteria.js';
import { calibrated, UNCALIBRATED } from './calibration.js';
import type { ExemplarCriteria } from './exemplar-criteria.js';
import { type Exemplars, exemplarSteps, joinedByBase } from './exemplars.js';
import { byLogClock } from './log-clock.js';
import type { Measures } from './measures.js';
import { canCheck } from './pool-weight.js';
import { isDerived, matrixOf } from './portable.js';
import { pickRows, pickSteps } from './row-picks.js';
import { scoresInTurns } from './scores-in-turns.js';

export interface SelfTrainingInput extends RunControl {
  readonly table: FeatureTable;
  readonly measures: Measures;
  /** Measures as the people of the log live. @defaultValue {@link byLogClock} without peers */
  readonly seen?: Measures;
  /** Probabilities of a model fitted elsewhere, one array per class, where there is one. */
  readonly base?: readonly Float64Array[];
  /** Labels of some rows, null elsewhere; they outweigh exemplars. */
  readonly labels?: readonly (ClassName | null)[];
  /** @defaultValue {@link behaviourCriteria} at the scale of the log */
  readonly criteria?: ExemplarCriteria;
  /** What {@link criteria} chose, where that is known already. */
  readonly known?: Exemplars;
  /** Further columns that the fusion sees, such as the scores of other stages. */
  readonly stages?: Readonly<Record<string, Float64Array>>;
  /** What learns from the exemplars. @defaultValue 'gradient-boosting', bagged */
  readonly fusion?: Fusion;
  readonly randomState: number;
}

export interface SelfTrained {
  /** What can be explained; absent where the fusion is no boosting. */
  readonly model?: BoostingModel;
  readonly features: readonly string[];
  readonly columns: readonly Float64Array[];
  /** Mean raw score of the bags per class and row of the table, or logarithms of probabilities. */
  readonly scores: readonly Float64Array[];
  readonly exemplars: Exemplars;
  /** Raw scores of the rows with a label by the bags that did not see them; absent where the fusion is no boosting. */
  readonly labelled?: { readonly rows: readonly number[]; readonly scores: readonly Float64Array[] };
}

const BAGGING: BaggingOptions = {
  bags: 5,
  bagShare: 0.7,
  rounds: 40,
  learningRate: 0.15,
  maxLeaves: 8,
  minSamplesLeaf: 5,
  l2: 2,
  columnSample: 0.3,
  maxBins: 64,
};

/** A forest's time grows with the square of the rows a tree sees. */
const FOREST: RandomForestOptions = { trees: 60, sampleSize: 400 };

/** Rows per class that training looks at; more add time and nothing else. */
const MOST_PER_CLASS = 2500;
/** Classes with fewer exemplars take no part. */
const FEWEST_PER_CLASS = 5;
const LABEL_WEIGHT = 3;

/** Heuristic exemplars of a table, joined by the rows that a base model is sure of. */
export function exemplarsOf(input: SelfTrainingInput): Exemplars {
  const exemplars = input.known ?? atOnce(ownExemplarSteps(input));
  return input.base ? joinedByBase(exemplars, input.base) : exemplars;
}

/** Exemplars by what locations do alone, part by part, for callers that let others run in between. */
export function* ownExemplarSteps({
  table,
  measures,
  criteria,
  seen = byLogClock(measures),
}: SelfTrainingInput): Generator<undefined, Exemplars> {
  yield undefined;
  const wanted = criteria ?? behaviourCriteria(logScale(seen));
  yield undefined;
  return yield* exemplarSteps(seen, table.rows, wanted);
}

/**
 * Learns a log from itself: boosting on the exemplars, and on labels where there are some, over every column of the
 * table. Undefined where fewer than two classes have exemplars enough.
 */
export async function selfTrain(input: SelfTrainingInput): Promise<SelfTrained | undefined> {
  const exemplars = exemplarsOf(input);
  const training = trainingRows(input, exemplars);
  const present = CLASSES.filter(
    (name) => training.labels.filter((label) => label === name).length >= FEWEST_PER_CLASS,
  );
  if (present.length < 2) return undefined;
  const { table, measures, base, stages = {}, randomState } = input;
  const staged = { ...baseColumns(base), ...stages };
  const own = await inTurns(varyingSteps(table, measures), input);
  const features = [...own, ...Object.keys(staged)];
  const columns = [...matrixOf(measures, own, table.rows), ...Object.values(staged)];
  const picked = await inTurns(pickSteps(columns, training.rows), input);
  const control = input.signal ? { signal: input.signal } : {};
  const weights = balanced(await checkedByLabels(training, picked, input), 0.5);
  const data: BaggingData = { columns: picked, labels: training.labels, classes: CLASSES, weights, ...control };
  const found = { features, columns, exemplars };
  const { fusion = 'gradient-boosting' } = input;
  if (fusion !== 'gradient-boosting') return { ...found, scores: await otherScores(fusion, data, columns) };
  const { model, outOfBag } = await inTurns(baggingSteps(data, { ...BAGGING, randomState }), input);
  const known = [...training.rows.keys()].filter((i) => input.labels?.[training.rows[i]!]);
  const labelled = {
    rows: known.map((i) => training.rows[i]!),
    scores: outOfBag.map((column) => pickRows(column, known)),
  };
  return { ...found, model, labelled, scores: await scoresInTurns(model, columns, input) };
}

/** Logarithms of the probabilities of a fusion that is no bagged boosting. */
async function otherScores(
  fusion: Fusion,
  data: BaggingData,
  columns: readonly Float64Array[],
): Promise<Float64Array[]> {
  const { labels, classes, weights, signal } = data;
  const options = { classes, ...(weights && { weights }), ...(signal && { signal }) };
  const model =
    fusion === 'random-forest'
      ? await inTurns(forestSteps(data.columns, labels, FOREST, options), data)
      : fusionLearner(fusion).fit(data.columns, labels, options);
  const probabilities = model.predictProbabilities(columns);
  return CLASSES.map((name) => {
    const found = probabilities[model.classes.indexOf(name)];
    return Float64Array.from({ length: columns[0]!.length }, (_, row) => Math.log(Math.max(1e-6, found?.[row] ?? 0)));
  });
}

/** Finds the columns of a table that are measurable somewhere and not the same everywhere, and yields after each. */
export function* varyingSteps(table: FeatureTable, measures: Measures): Generator<undefined, string[]> {
  const names: string[] = [];
  for (const name of table.columns.keys()) {
    if (!isDerived(name) && varies(measures(name))) names.push(name);
    yield undefined;
  }
  return names;
}

interface TrainingRows {
  readonly rows: readonly number[];
  readonly labels: readonly ClassName[];
  readonly weights: readonly number[];
}

function trainingRows({ labels, randomState }: SelfTrainingInput, exemplars: Exemplars): TrainingRows {
  const random = createRandom(randomState);
  const found: { row: number; label: ClassName; weight: number }[] = [];
  for (const name of CLASSES) {
    const members = [...exemplars[name].keys()].filter((row) => exemplars[name][row]! > 0 && !labels?.[row]);
    for (const i of random.sample(members.length, MOST_PER_CLASS)) {
      found.push({ row: members[i]!, label: name, weight: exemplars[name][members[i]!]! });
    }
  }
  labels?.forEach((label, row) => {
    if (label) found.push({ row, label, weight: LABEL_WEIGHT });
  });
  return {
    rows: found.map(({ row }) => row),
    labels: found.map(({ label }) => label),
    weights: found.map(({ weight }) => weight),
  };
}

/** The least that doubt leaves of an exemplar. */
const LEAST_LEFT = 0.02;

/**
 * Exemplars weighed by the probability that a fit on the labels alone gives their class, so that criteria which do not hold
 * for this log give way. Few labels check nothing.
 */
async function checkedByLabels(
  training: TrainingRows,
  columns: readonly Float64Array[],
  input: SelfTrainingInput,
): Promise<TrainingRows> {
  const isLabel = (i: number) => Boolean(input.labels?.[training.rows[i]!]);
  const known = Int32Array.from(training.rows.keys()).filter(isLabel);
  const labels = Array.from(known, (i) => training.labels[i]!);
  if (!canCheck(labels)) return training;
  const picked = await inTurns(pickSteps(columns, known), input);
  const control = input.signal ? { signal: input.signal } : {};
  const weights = balanced({ labels, rows: [], weights: labels.map(() => 1) }, 1);
  const data: BaggingData = { columns: picked, labels, classes: CLASSES, weights, ...control };
  const { model } = await inTurns(baggingSteps(data, { ...BAGGING, randomState: input.randomState }), input);
  const p = calibrated(await scoresInTurns(model, columns, input), UNCALIBRATED(CLASSES.length));
  const checked = training.weights.map((weight, i) =>
    isLabel(i) ? weight : weight * Math.max(LEAST_LEFT, p[CLASSES.indexOf(training.labels[i]!)]![i]!),
  );
  return { ...training, weights: checked };
}

/** Weights whose class sums are drawn together: by a power of how unequal they are, ½ halfway, 1 until they are equal. */
function balanced({ labels, weights }: TrainingRows, power: 0.5 | 1): Float64Array {
  const sums = new Map<ClassName, number>();
  labels.forEach((label, i) => {
    sums.set(label, (sums.get(label) ?? 0) + weights[i]!);
  });
  const mean = [...sums.values()].reduce((a, b) => a + b, 0) / sums.size;
  const drawn = (ratio: number) => (power === 1 ? ratio : Math.sqrt(ratio));
  return Float64Array.from(weights, (weight, i) => weight * drawn(mean / sums.get(labels[i]!)!));
}

/** What a fitted model says, as columns that the fusion reads: logarithms of its probabilities. */
export const baseColumns = (base: readonly Float64Array[] | undefined): Record<string, Float64Array> =>
  Object.fromEntries(
    (base ?? []).map((p, k) => [`base_${CLASSES[k]}`, p.map((value) => Math.log(Math.max(value, 1e-6)))]),
  );

/** A column that is measurable somewhere and not the same everywhere. */
function varies(column: Float64Array | undefined): boolean {
  const first = column?.find((value) => !Number.isNaN(value));
  return first !== undefined && column!.some((value) => !Number.isNaN(value) && value !== first);
}
