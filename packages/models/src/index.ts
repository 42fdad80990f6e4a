// learners: columns and labels in, a model out

export {
  type BoostingJson,
  type BoostingLearner,
  type BoostingModel,
  boostingFromJson,
  gradientBoosting,
} from './boosting/gradient-boosting.js';
export type { BoostingOptions, EarlyStopping } from './boosting/options.js';
export { type Fusion, type FusionName, fusionLearner, modelFromJson } from './fusion.js';
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

// trees, and what explains them

export type { DecisionTrees } from './decision-trees.js';
export { type FlatTrees, TreeBuilder } from './flat-trees.js';
export { scoreDistinct } from './scoring/equal-rows.js';
export { type TreeEnsemble, type TreeExplanation, type TreeShapOptions, treeShap } from './tree-shap.js';

// detectors: columns in, how unlike the others each row is out

export { type DeepIsolationForestOptions, deepIsolationForest } from './deep-isolation-forest.js';
export { type ImportanceOptions, permutationImportances, permutationSteps } from './importances.js';
export {
  type AnomalyScores,
  anomalyScores,
  type Detector,
  type FittedDetector,
  fittedForest,
  type IsolationForestOptions,
  isolationForest,
  isolationSteps,
  meanPathLength,
} from './isolation-forest.js';
export type { MonthlyCounts } from './monthly-peaks.js';
export { type OrganicExemplars, type OrganicVae, type OrganicVaeOptions, organicVae } from './organic-vae.js';
export { type FittedPca, type PcaOptions, type Projection, pca } from './pca.js';
export { standardise, standardised, standardiseInPlace } from './standardise.js';
export {
  type SurrogateImportances,
  type SurrogateOptions,
  surrogateImportances,
  surrogateSteps,
} from './surrogate-importances.js';
export {
  type TemporalConsistency,
  type TemporalOptions,
  type TemporalSignals,
  temporalConsistency,
} from './temporal-consistency.js';

// evaluation

export { type Comparison, compareLabels, type McNemar, mcNemar, type Predictions } from './compare.js';
export {
  type ClassMeasures,
  type EvaluateOptions,
  type Evaluation,
  evaluateLabels,
  type Interval,
  type Probabilities,
} from './evaluate.js';
export { type ReliabilityBin, reliabilityBins } from './reliability.js';

// the deep method

export { type Bagged, type BaggingOptions, fitBagged } from './deep/bagged-boosting.js';
export { behaviourCriteria, type LogScale, logScale } from './deep/behaviour-criteria.js';
export { type Calibration, calibrated, calibratedBoth, FEW_EVENTS, fitCalibration } from './deep/calibration.js';
export { cleanTotal, cleanTotalSteps } from './deep/clean-total.js';
export { type ConductOptions, conductClassifier } from './deep/conduct-classifier.js';
export { conformalSet, conformalThreshold } from './deep/conformal.js';
export {
  type CrossValidateOptions,
  type CrossValidation,
  crossValidate,
  type LearningPoint,
  learningCurve,
  type Spread,
  stratifiedFolds,
} from './deep/cross-validate.js';
export { type DeepOptions, deepClassifier } from './deep/deep-classifier.js';
export { criteriaV1, criteriaV8, type ExemplarCriteria, type ExemplarWeights } from './deep/exemplar-criteria.js';
export { type Exemplars, selectExemplars } from './deep/exemplars.js';
export { isDemotedV9, isProtectedV1, isProtectedV9, protectHub } from './deep/hub-protection.js';
export { type Measures, type RowOf, rowReader } from './deep/measures.js';
export { flipFinder, type NearestFlip, nearestFlip } from './deep/nearest-flip.js';
export { matrixOf, measuresOf, PORTABLE_FEATURES } from './deep/portable.js';
export { reconcile, softPriors, withPriors } from './deep/priors.js';
export { humanRhythm, userEvenness, withRhythm } from './deep/rhythm.js';
export { exemplarsOf, type SelfTrained, type SelfTrainingInput, selfTrain } from './deep/self-training.js';
export { BAGGING, type TrainOptions, trainModel } from './deep/train.js';
export { modelFromText, modelToText, type TrainedModel } from './deep/trained-model.js';

// work in parts

export { atOnce, inTurns } from './turns.js';
