// trees
export { type FlatTrees, TreeBuilder } from './flat-trees.js';
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
export { standardise } from './standardise.js';
