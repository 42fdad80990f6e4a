import { ConfigError, checkAborted, createRandom, type Random } from '@deeplogbot/core';
import { RandomForestClassifier } from 'ml-random-forest';
import { type CartNode, treesOfCart } from './cart-trees.js';
import { concatTrees, type DecisionTrees } from './decision-trees.js';
import {
  checkColumns,
  checkTraining,
  type FitOptions,
  type Learner,
  type ModelJson,
  type ProbabilisticModel,
} from './model.js';
import { field, readHeader, type TreesJson, treesFromJson, treesToJson } from './model-json.js';
import { treeScorer } from './tree-scorer.js';
import type { TreeEnsemble } from './tree-shap.js';

const KIND = 'random-forest';
const VERSION = 1;

export interface RandomForestOptions {
  /** @defaultValue 100 */
  readonly trees?: number;
  /** A node of at most this many rows is not split. @defaultValue 3 */
  readonly minSamplesSplit?: number;
  /** Most edges from root to leaf. @defaultValue Infinity */
  readonly maxDepth?: number;
  /** Share of columns drawn for each tree, at least one, in (0, 1]. @defaultValue 0.5 */
  readonly columnSample?: number;
  /** Most rows to learn from; more are thinned out. The library takes time as the square of this. @defaultValue 2000 */
  readonly maxRows?: number;
  /** @defaultValue 42 */
  readonly randomState?: number;
}

const DEFAULTS = {
  trees: 100,
  minSamplesSplit: 3,
  maxDepth: Number.POSITIVE_INFINITY,
  columnSample: 0.5,
  maxRows: 2000,
  randomState: 42,
} satisfies Required<RandomForestOptions>;

export interface RandomForestJson extends ModelJson {
  readonly trees: TreesJson;
}

/** `trees` holds each tree once per class, t for class t mod K, its leaves the shares of that class; their mean is the probability. */
export interface RandomForestModel extends ProbabilisticModel, TreeEnsemble {
  readonly kind: typeof KIND;
  readonly features: number;
  toJSON(): RandomForestJson;
}

export interface RandomForestLearner extends Learner {
  readonly kind: typeof KIND;
  fit(columns: readonly Float64Array[], labels: readonly string[], options?: FitOptions): RandomForestModel;
}

/**
 * Random forest (Breiman, Machine Learning 2001), grown by the package ml-random-forest: bootstrapped rows, columns drawn
 * once per tree, Gini gain. A probability is the mean over trees of the class's share in the leaf.
 *
 * The library knows neither weights nor missing values. Rows are therefore resampled in proportion to their weights
 * (systematically: each ⌊expected⌋ or ⌈expected⌉ times, equal weights once each), and a missing value is the
 * column's median, in training and in scoring; a column that is missing throughout is 0. Infinite values are refused.
 *
 * For some hundred to a few thousand labelled rows: growing costs O(trees · rows² · columns). Probabilities of exactly 0
 * and 1 occur.
 *
 * @throws ConfigError `INVALID_OPTION` for an option out of its range.
 */
export function randomForest(options: RandomForestOptions = {}): RandomForestLearner {
  const settings = checkedSettings(options);
  return {
    kind: KIND,
    fit(columns, labels, fitOptions = {}) {
      const training = checkTraining(columns, labels, fitOptions);
      const random = createRandom(settings.randomState);
      const rows = resampled(training.weights, Math.min(training.rows, settings.maxRows), random);
      const medians = columns.map(median);
      const table = Array.from(rows, (row) => columns.map((column, f) => known(column[row]!, medians[f]!)));
      const y = Array.from(rows, (row) => training.y[row]!);
      const trees = Array.from({ length: settings.trees }, () => {
        checkAborted(fitOptions, 'random forest');
        return treesOfCart(growCart(table, y, settings, random), table, medians, training.classes.length);
      });
      return forestModel(training.classes, columns.length, concatTrees(trees));
    },
  };
}

/** Reads what `toJSON` gave. @throws InputError `INVALID_MODEL` that names the place and what it must be. */
export function forestFromJson(json: unknown): RandomForestModel {
  const { classes, features } = readHeader(json, KIND, VERSION);
  return forestModel(classes, features, treesFromJson(field(json, 'trees'), classes.length, features));
}

function checkedSettings(options: RandomForestOptions): Required<RandomForestOptions> {
  const settings = { ...DEFAULTS, ...options };
  for (const name of ['trees', 'minSamplesSplit', 'maxDepth', 'maxRows'] as const) {
    const value = settings[name];
    if (value >= 1 && (Number.isInteger(value) || (name === 'maxDepth' && value === Infinity))) continue;
    throw outOfRange(name, 'an integer of at least 1', value);
  }
  if (settings.columnSample > 0 && settings.columnSample <= 1) return settings;
  throw outOfRange('columnSample', 'a number in (0, 1]', settings.columnSample);
}

function outOfRange(name: string, words: string, value: number): ConfigError {
  return new ConfigError('INVALID_OPTION', `${name} must be ${words}. Got ${value}.`, { hint: `Correct ${name}.` });
}

/** Systematic resampling: `count` marks evenly spaced along the running sum of weights, from a random start. */
function resampled(weights: Float64Array, count: number, random: Random): Int32Array {
  const gap = weights.reduce((a, b) => a + b, 0) / count;
  const rows = new Int32Array(count);
  let mark = gap * random.next();
  let sum = 0;
  let taken = 0;
  let last = 0;
  for (let row = 0; row < weights.length; row++) {
    if (weights[row]! > 0) last = row;
    sum += weights[row]!;
    for (; mark < sum && taken < count; mark += gap) rows[taken++] = row;
  }
  return rows.fill(last, taken);
}

function median(column: Float64Array): number {
  const sorted = column.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return 0;
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

const known = (value: number, otherwise: number) => (Number.isNaN(value) ? otherwise : value);

/** One tree and the columns it was given. */
function growCart(
  table: number[][],
  y: number[],
  { minSamplesSplit, maxDepth, columnSample }: Required<RandomForestOptions>,
  random: Random,
): { root: CartNode; columns: readonly number[] } {
  const width = table[0]!.length;
  const drawn = Math.max(1, Math.round(width * columnSample));
  const forest = new RandomForestClassifier({
    nEstimators: 1,
    seed: random.int(2 ** 31),
    replacement: false,
    // The library takes ⌊width · share⌋ columns for a share, and reads 1 as all of them.
    maxFeatures: drawn === width ? 1 : (drawn + 0.5) / width,
    useSampleBagging: true,
    noOOB: true,
    treeOptions: { minNumSamples: minSamplesSplit, maxDepth },
  });
  forest.train(table, y);
  const { estimators, indexes } = forest.toJSON().baseModel as unknown as {
    readonly estimators: readonly { readonly root: CartNode }[];
    readonly indexes: readonly (readonly number[])[];
  };
  return { root: estimators[0]!.root, columns: indexes[0]! };
}

function forestModel(classes: readonly string[], features: number, trees: DecisionTrees): RandomForestModel {
  let scorer: ReturnType<typeof treeScorer> | undefined;
  const scale = classes.length / trees.roots.length;
  return {
    kind: KIND,
    classes,
    features,
    trees,
    scale,
    baseline: new Float64Array(classes.length),
    predictProbabilities(columns) {
      const rows = checkColumns(columns, features);
      scorer ??= treeScorer(trees);
      const sums = classes.map(() => new Float64Array(rows));
      scorer(columns, sums);
      return sums.map((sum) => sum.map((value) => Math.min(1, value * scale)));
    },
    toJSON: () => ({ kind: KIND, version: VERSION, classes, features, trees: treesToJson(trees) }),
  };
}
