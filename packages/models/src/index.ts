// trees

export { type DeepIsolationForestOptions, deepIsolationForest } from './deep-isolation-forest.js';
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
// temporal consistency
export type { MonthlyCounts } from './monthly-peaks.js';
export { type OrganicExemplars, type OrganicVae, type OrganicVaeOptions, organicVae } from './organic-vae.js';
export { type FittedPca, type PcaOptions, type Projection, pca } from './pca.js';
export { standardise } from './standardise.js';
export {
  type TemporalConsistency,
  type TemporalOptions,
  type TemporalSignals,
  temporalConsistency,
} from './temporal-consistency.js';
