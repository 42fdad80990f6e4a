import { checkColumns } from '../checked-columns.js';
import type { DecisionTrees } from '../decision-trees.js';
import {
  checkTraining,
  type FitOptions,
  type Learner,
  type ModelJson,
  type ProbabilisticModel,
  softmaxInPlace,
} from '../model.js';
import { field, numbers, readHeader, type TreesJson, treesFromJson, treesToJson } from '../model-json.js';
import { treeScorer } from '../scoring/tree-scorer.js';
import type { TreeEnsemble } from '../tree-shap.js';
import { atOnce } from '../turns.js';
import { boostSteps } from './fit.js';
import { type BoostingOptions, type BoostingSettings, boostingSettings } from './options.js';

const KIND = 'gradient-boosting';
const VERSION = 1;

export interface BoostingJson extends ModelJson {
  readonly baseline: readonly number[];
  readonly trees: TreesJson;
}

/** `trees` holds K trees per round, tree t for class t mod K; `baseline` the raw score of each class before any tree. */
export interface BoostingModel extends ProbabilisticModel, TreeEnsemble {
  readonly kind: typeof KIND;
  readonly features: number;
  /** One array per class: baseline plus the leaf of every tree of the class; the probabilities are their softmax. */
  rawScores(columns: readonly Float64Array[]): Float64Array[];
  toJSON(): BoostingJson;
}

export interface BoostingLearner extends Learner {
  readonly kind: typeof KIND;
  fit(columns: readonly Float64Array[], labels: readonly string[], options?: FitOptions): BoostingModel;
}

/**
 * Gradient boosting on histograms (Friedman, Annals of Statistics 2001; leaf-wise growth on binned features as in Ke et
 * al., LightGBM, NIPS 2017) for the multinomial log-loss: each round fits one tree per class to the derivatives of the
 * loss and gives each leaf −G / (H + λ), times the learning rate.
 *
 * NaN is a value of its own: each split learns the side it goes to; where the split saw none, it goes to the larger
 * child. Infinite values are refused. Bins are quantiles, so any strictly rising change of a feature leaves the fit as it
 * is up to where a cut lies between two values.
 *
 * Overfits small tables without early stopping or few leaves, and cannot extrapolate beyond the values it saw. Fit costs
 * O(rounds · K · rows · features · log leaves); scoring O(rounds · K · depth) per row.
 *
 * @throws ConfigError `INVALID_OPTION` for an option out of its range.
 */
export function gradientBoosting(options: BoostingOptions = {}): BoostingLearner {
  const settings = boostingSettings(options);
  return {
    kind: KIND,
    fit: (columns, labels, fitOptions = {}) => atOnce(fitSteps(columns, labels, settings, fitOptions)),
  };
}

/** The fit of {@link gradientBoosting} one round at a time, for callers that let others run in between. */
export const boostingSteps = (
  columns: readonly Float64Array[],
  labels: readonly string[],
  options: BoostingOptions,
  fitOptions: FitOptions,
): Generator<undefined, BoostingModel> => fitSteps(columns, labels, boostingSettings(options), fitOptions);

function* fitSteps(
  columns: readonly Float64Array[],
  labels: readonly string[],
  settings: BoostingSettings,
  fitOptions: FitOptions,
): Generator<undefined, BoostingModel> {
  const training = checkTraining(columns, labels, fitOptions);
  const { baseline, trees } = yield* boostSteps(training, settings, fitOptions);
  return boostingModel(training.classes, columns.length, baseline, trees);
}

/** Reads what `toJSON` gave. @throws InputError `INVALID_MODEL` that names the place and what it must be. */
export function boostingFromJson(json: unknown): BoostingModel {
  const { classes, features } = readHeader(json, KIND, VERSION);
  const baseline = numbers(field(json, 'baseline'), 'baseline', classes.length);
  return boostingModel(classes, features, baseline, treesFromJson(field(json, 'trees'), classes.length, features));
}

function boostingModel(
  classes: readonly string[],
  features: number,
  baseline: Float64Array,
  trees: DecisionTrees,
): BoostingModel {
  let scorer: ReturnType<typeof treeScorer> | undefined;
  const rawScores = (columns: readonly Float64Array[]) => {
    const rows = checkColumns(columns, features);
    scorer ??= treeScorer(trees, classes.length);
    const scores = classes.map((_, k) => new Float64Array(rows).fill(baseline[k]!));
    scorer(columns, scores);
    return scores;
  };
  return {
    kind: KIND,
    classes,
    features,
    trees,
    baseline,
    scale: 1,
    rawScores,
    predictProbabilities: (columns) => softmaxInPlace(rawScores(columns)),
    toJSON: () => ({
      kind: KIND,
      version: VERSION,
      classes,
      features,
      baseline: [...baseline],
      trees: treesToJson(trees),
    }),
  };
}
