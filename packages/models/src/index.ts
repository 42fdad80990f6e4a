// classifiers
export {
  type BoostingJson,
  type BoostingLearner,
  type BoostingModel,
  boostingFromJson,
  gradientBoosting,
} from './boosting/gradient-boosting.js';
export type { BoostingOptions, EarlyStopping } from './boosting/options.js';
export type { DecisionTrees } from './decision-trees.js';
// evaluation
export {
  type ClassMeasures,
  type EvaluateOptions,
  type Evaluation,
  evaluateLabels,
  type Interval,
  type Probabilities,
} from './evaluate.js';
export { type FlatTrees, TreeBuilder } from './flat-trees.js';
export { type Fusion, type FusionName, fusionLearner, modelFromJson } from './fusion.js';
export { type ImportanceOptions, permutationImportances } from './importances.js';
// detectors
export {
  type AnomalyScores,
  anomalyScores,
  type Detector,
  type FittedDetector,
  fittedForest,
  type IsolationForestOptions,
  isolationForest,
  meanPathLength,
} from './isolation-forest.js';
export {
  type LogisticJson,
  type LogisticLearner,
  type LogisticModel,
  type LogisticOptions,
  logisticFromJson,
  logisticRegression,
} from './logistic-regression.js';
export type { ClassWeights, FitOptions, Learner, ModelJson, ProbabilisticModel } from './model.js';
export {
  forestFromJson,
  type RandomForestJson,
  type RandomForestLearner,
  type RandomForestModel,
  type RandomForestOptions,
  randomForest,
} from './random-forest.js';
export { standardise } from './standardise.js';
export { type TreeEnsemble, type TreeExplanation, type TreeShapOptions, treeShap } from './tree-shap.js';
