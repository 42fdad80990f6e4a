import { checkAborted, createRandom, invalidOption, type Random } from '@deeplogbot/core';
import { DecisionTreeClassifier } from 'ml-cart';
import { treesOfCart } from './cart-trees.js';
import { checkColumns } from './checked-columns.js';
import { concatTrees, type DecisionTrees } from './decision-trees.js';
import {
  checkTraining,
  type FitOptions,
  type Learner,
  type ModelJson,
  type ProbabilisticModel,
  type Training,
} from './model.js';
import { field, readHeader, type TreesJson, treesFromJson, treesToJson } from './model-json.js';
import { treeScorer } from './scoring/tree-scorer.js';
import type { TreeEnsemble } from './tree-shap.js';
import { atOnce } from './turns.js';

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
  /** Rows drawn per tree, with replacement; capped at the row count. Growing takes time as its square. @defaultValue 2000 */
  readonly sampleSize?: number;
  /** @defaultValue 42 */
  readonly randomState?: number;
}

const DEFAULTS = {
  trees: 100,
  minSamplesSplit: 3,
  maxDepth: Number.POSITIVE_INFINITY,
  columnSample: 0.5,
  sampleSize: 2000,
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
 * Random forest (Breiman, Machine Learning 2001) of the trees of the package ml-cart: each tree sees rows drawn with
 * replacement, in proportion to their weights, and columns drawn once; splits maximise the Gini gain. A probability is the
 * mean over trees of the class's share in the leaf. (Of the same authors' ml-random-forest only the trees are taken: its
 * probabilities count votes, it knows no weights, and what draws its numbers does not load in a browser.)
 *
 * A missing value is the column's median, in training and in scoring; a column that is missing throughout is 0. Infinite
 * values are refused.
 *
 * For some hundred to a few thousand labelled rows: growing costs O(trees · sampleSize² · columns). Probabilities of
 * exactly 0 and 1 occur.
 *
 * @throws ConfigError `INVALID_OPTION` for an option out of its range.
 */
export function randomForest(options: RandomForestOptions = {}): RandomForestLearner {
  const settings = checkedSettings(options);
  return {
    kind: KIND,
    fit: (columns, labels, fitOptions = {}) => atOnce(growSteps(columns, labels, settings, fitOptions)),
  };
}

/** The fit of {@link randomForest} a tree at a time, for callers that let others run in between. */
export const forestSteps = (
  columns: readonly Float64Array[],
  labels: readonly string[],
  options: RandomForestOptions,
  fitOptions: FitOptions = {},
): Generator<undefined, RandomForestModel> => growSteps(columns, labels, checkedSettings(options), fitOptions);

function* growSteps(
  columns: readonly Float64Array[],
  labels: readonly string[],
  settings: Required<RandomForestOptions>,
  fitOptions: FitOptions,
): Generator<undefined, RandomForestModel> {
  const training = checkTraining(columns, labels, fitOptions);
  const random = createRandom(settings.randomState);
  const grower = new CartGrower(training, settings);
  const trees: DecisionTrees[] = [];
  while (trees.length < settings.trees) {
    checkAborted(fitOptions, 'random forest');
    trees.push(grower.next(random));
    yield undefined;
  }
  return forestModel(training.classes, columns.length, concatTrees(trees));
}

/** Reads what `toJSON` gave. @throws InputError `INVALID_MODEL` that names the place and what it must be. */
export function forestFromJson(json: unknown): RandomForestModel {
  const { classes, features } = readHeader(json, KIND, VERSION);
  return forestModel(classes, features, treesFromJson(field(json, 'trees'), classes.length, features));
}

function checkedSettings(options: RandomForestOptions): Required<RandomForestOptions> {
  const settings = { ...DEFAULTS, ...options };
  for (const name of ['trees', 'minSamplesSplit', 'maxDepth', 'sampleSize'] as const) {
    const value = settings[name];
    if (value >= 1 && (Number.isInteger(value) || (name === 'maxDepth' && value === Infinity))) continue;
    throw invalidOption(name, value, 'an integer of at least 1');
  }
  if (settings.columnSample > 0 && settings.columnSample <= 1) return settings;
  throw invalidOption('columnSample', settings.columnSample, 'a number in (0, 1]');
}

/** Draws rows and columns and grows one tree at a time. */
class CartGrower {
  /** Running sum of the weights. */
  private readonly upTo: Float64Array;
  private readonly medians: readonly number[];

  constructor(
    private readonly training: Training,
    private readonly settings: Required<RandomForestOptions>,
  ) {
    let sum = 0;
    this.upTo = training.weights.map((weight) => {
      sum += weight;
      return sum;
    });
    this.medians = training.columns.map(median);
  }

  next(random: Random): DecisionTrees {
    const { training, settings, medians } = this;
    const width = training.columns.length;
    const columns = random.sample(width, Math.max(1, Math.round(width * settings.columnSample)));
    const rows = Array.from({ length: Math.min(training.rows, settings.sampleSize) }, () => this.drawRow(random));
    const table = rows.map((row) => Array.from(columns, (f) => known(training.columns[f]![row]!, medians[f]!)));
    const tree = new DecisionTreeClassifier({ minNumSamples: settings.minSamplesSplit, maxDepth: settings.maxDepth });
    tree.train(
      table,
      rows.map((row) => training.y[row]!),
    );
    const ownMedians = Array.from(columns, (f) => medians[f]!);
    return treesOfCart(tree.root, columns, table, ownMedians, training.classes.length);
  }

  /** The first row whose running sum exceeds a uniform draw, so never one of weight 0. */
  private drawRow(random: Random): number {
    const mark = random.next() * this.upTo.at(-1)!;
    let low = 0;
    let high = this.upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.upTo[middle]! > mark) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function median(column: Float64Array): number {
  const sorted = column.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return 0;
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

const known = (value: number, otherwise: number) => (Number.isNaN(value) ? otherwise : value);

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
      scorer ??= treeScorer(trees, classes.length);
      const sums = classes.map(() => new Float64Array(rows));
      scorer(columns, sums);
      return sums.map((sum) => sum.map((value) => Math.min(1, value * scale)));
    },
    toJSON: () => ({ kind: KIND, version: VERSION, classes, features, trees: treesToJson(trees) }),
  };
}
