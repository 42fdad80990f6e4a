import { CLASSES, type ClassName, createRandom, type FeatureTable, type RunControl } from '@deeplogbot/core';
import type { BoostingModel } from '../boosting/gradient-boosting.js';
import { type Fusion, fusionLearner } from '../fusion.js';
import { forestSteps, type RandomForestOptions } from '../random-forest.js';
import { atOnce, inTurns } from '../turns.js';
import { type BaggingData, type BaggingOptions, baggingSteps } from './bagged-boosting.js';
import { behaviourCriteria, logScaleSteps } from './behaviour-criteria.js';
import { calibrated, UNCALIBRATED } from './calibration.js';
import type { ExemplarCriteria } from './exemplar-criteria.js';
import { type Exemplars, exemplarSteps, joinedByBase } from './exemplars.js';
import { ENOUGH_TO_SHOW } from './label-notes.js';
import { byLogClock } from './log-clock.js';
import type { Measures } from './measures.js';
import { mostProbable } from './pooling.js';
import { isDerived, matrixOf } from './portable.js';
import { pickSteps } from './row-picks.js';
import { scoresInTurns } from './scores-in-turns.js';

export interface SelfTrainingInput extends RunControl {
  readonly table: FeatureTable;
  readonly measures: Measures;
  /** Measures as the people of the log live. @defaultValue {@link byLogClock} without peers */
  readonly seen?: Measures;
  /** Probabilities of a model fitted elsewhere, one array per class, where there is one. */
  readonly base?: readonly Float64Array[];
  /** How far the log is like those rows that the model was fitted on, 0 … 1: {@link likeness}. @defaultValue 0 */
  readonly like?: number;
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
  /** What exemplars alone taught, whose verdict the fit on labels reads. */
  readonly alone?: SelfTrained;
  /** Raw scores of the rows with a label by the bags that did not see them; absent where exemplars or another fusion were learned from. */
  readonly labelled?: { readonly rows: readonly number[]; readonly scores: readonly Float64Array[] };
}

const ON_EXEMPLARS: BaggingOptions = {
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

/** A few hundred rows, none of them in doubt: more and smaller draws of columns, smaller leaves. */
const ON_LABELS: BaggingOptions = {
  ...ON_EXEMPLARS,
  bags: 10,
  bagShare: 0.8,
  rounds: 30,
  learningRate: 0.3,
  minSamplesLeaf: 3,
  columnSample: 0.15,
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
  return input.base ? joinedByBase(exemplars, input.base, input.like) : exemplars;
}

/** Exemplars by what locations do alone, part by part, for callers that let others run in between. */
export function* ownExemplarSteps({
  table,
  measures,
  criteria,
  seen = byLogClock(measures),
}: SelfTrainingInput): Generator<undefined, Exemplars> {
  yield undefined;
  const wanted = criteria ?? behaviourCriteria(yield* logScaleSteps(seen));
  yield undefined;
  return yield* exemplarSteps(seen, table.rows, wanted);
}

/**
 * Learns a log from itself: boosting on the exemplars, over every column of the table; labels join the exemplars.
 * Undefined where fewer than two classes have exemplars enough.
 */
export async function selfTrain(input: SelfTrainingInput): Promise<SelfTrained | undefined> {
  const training = trainingRows(input, exemplarsOf(input));
  const present = CLASSES.filter(
    (name) => training.labels.filter((label) => label === name).length >= FEWEST_PER_CLASS,
  );
  if (present.length < 2) return undefined;
  const { labelled: _, ...found } = await fitOn(training, baseColumns(input.base), input, ON_EXEMPLARS);
  return found;
}

/**
 * Learns a log from labels that are enough to check others by. What exemplars alone taught, and the fitted model, are further
 * columns: the fit finds out where they are right, so that criteria which do not hold for a log give way.
 */
export async function trainOnLabels(input: SelfTrainingInput, alone: SelfTrained | undefined): Promise<SelfTrained> {
  const { labels = [] } = input;
  const rows = [...labels.keys()].filter((row) => labels[row]);
  const shown = alone ? surest(exemplarsOf(input), alone, labels) : [];
  const training = {
    rows: [...rows, ...shown.map(({ row }) => row)],
    labels: [...rows.map((row) => labels[row]!), ...shown.map(({ label }) => label)],
    weights: [...rows.map(() => 1), ...shown.map(({ weight }) => weight)],
  };
  const said = { ...baseColumns(input.base), ...(alone && exemplarColumns(alone.scores)) };
  const { labelled, ...found } = await fitOn(training, said, input, ON_LABELS);
  const unseen = labelled && { rows, scores: labelled.scores.map((column) => column.slice(0, rows.length)) };
  return { ...found, ...(unseen && { labelled: unseen }), ...(alone && { alone }) };
}

/** Share of the labelled rows of which exemplars say a class that must be of it, and such rows that it takes to doubt that. */
const MOSTLY_RIGHT = 0.5;
const ENOUGH_TO_DOUBT = 4;

/**
 * The surest exemplars of a class that few labels show, or none, unless labels say that the exemplars are mostly wrong about it: one or two rows
 * make no leaf, so a rare class would be lost.
 */
function surest(exemplars: Exemplars, alone: SelfTrained, labels: readonly (ClassName | null)[]) {
  const p = calibrated(alone.scores, UNCALIBRATED(CLASSES.length));
  return CLASSES.flatMap((label, k) => {
    const count = labels.filter((known) => known === label).length;
    const said = [...labels.keys()].filter((row) => labels[row] && mostProbable(p, row) === k);
    const right = said.filter((row) => labels[row] === label).length;
    const isDoubted = said.length >= ENOUGH_TO_DOUBT && right < MOSTLY_RIGHT * said.length;
    if (isDoubted || count >= ENOUGH_TO_SHOW) return [];
    const members = [...exemplars[label].keys()].filter((row) => exemplars[label][row]! > 0 && !labels[row]);
    const order = members.sort((a, b) => p[k]![b]! - p[k]![a]! || a - b);
    return order.slice(0, ENOUGH_TO_SHOW - count).map((row) => ({ row, label, weight: exemplars[label][row]! }));
  });
}

/** Fits what was asked for, over what others say and every column of the table, and scores all rows. */
async function fitOn(
  training: TrainingRows,
  said: Readonly<Record<string, Float64Array>>,
  input: SelfTrainingInput,
  bagging: BaggingOptions,
): Promise<SelfTrained> {
  const { table, measures, stages = {}, randomState, fusion = 'gradient-boosting' } = input;
  const staged = { ...said, ...stages };
  const own = await inTurns(varyingSteps(table, measures), input);
  const features = [...own, ...Object.keys(staged)];
  const columns = [...matrixOf(measures, own, table.rows), ...Object.values(staged)];
  const picked = await inTurns(pickSteps(columns, training.rows), input);
  const control = input.signal ? { signal: input.signal } : {};
  const data: BaggingData = {
    columns: picked,
    labels: training.labels,
    classes: CLASSES,
    weights: balanced(training),
    ...control,
  };
  if (fusion !== 'gradient-boosting') return { features, columns, scores: await otherScores(fusion, data, columns) };
  const { model, outOfBag } = await inTurns(baggingSteps(data, { ...bagging, randomState }), input);
  const labelled = { rows: training.rows, scores: outOfBag };
  return { features, columns, model, labelled, scores: await scoresInTurns(model, columns, input) };
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

/** Weights whose class sums are drawn halfway together: by the root of how unequal they are. */
function balanced({ labels, weights }: TrainingRows): Float64Array {
  const sums = new Map<ClassName, number>();
  labels.forEach((label, i) => {
    sums.set(label, (sums.get(label) ?? 0) + weights[i]!);
  });
  const mean = [...sums.values()].reduce((a, b) => a + b, 0) / sums.size;
  return Float64Array.from(weights, (weight, i) => weight * Math.sqrt(mean / sums.get(labels[i]!)!));
}

/** What a fitted model says, as columns that the fusion reads: logarithms of its probabilities. */
export const baseColumns = (base: readonly Float64Array[] | undefined): Record<string, Float64Array> =>
  saidColumns('base', base ?? []);

/** What exemplars alone taught, by its raw scores, as columns that the fit on labels reads. */
export const exemplarColumns = (scores: readonly Float64Array[]): Record<string, Float64Array> =>
  saidColumns('exemplars', calibrated(scores, UNCALIBRATED(CLASSES.length)));

const saidColumns = (who: 'base' | 'exemplars', probabilities: readonly Float64Array[]) =>
  Object.fromEntries(
    probabilities.map((p, k) => [`${who}_${CLASSES[k]}`, p.map((value) => Math.log(Math.max(value, 1e-6)))]),
  );

/** A column that is measurable somewhere and not the same everywhere. */
function varies(column: Float64Array | undefined): boolean {
  const first = column?.find((value) => !Number.isNaN(value));
  return first !== undefined && column!.some((value) => !Number.isNaN(value) && value !== first);
}
