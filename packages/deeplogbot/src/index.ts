// the main job

export { DEFAULT_REPORTERS } from './default-reporters.js';
export type { AnnotatorOptions, OutputStrategy } from './options.js';
export { runBotAnnotator } from './run-bot-annotator.js';

// its stages, one by one

export { openEngine, openOutputDir } from '@deeplogbot/core/node';
export { annotate, type BoundEvents, bindEvents, extractFeatures, report } from './stages.js';
export { deriveAfterAnomaly } from './steps/anomaly.js';
export { classify } from './steps/classify.js';
export { type ClassifierChoice, resolveClassifier } from './steps/resolve-classifier.js';
export { type RunParts, runResult } from './steps/run-result.js';
export { scoreAnomalies } from './steps/score-anomalies.js';

// access logs as download events

export { type RecordsOptions, toRecords, type WrittenRecords } from './commands/records.js';

// providers

export { getProvider, listProviders, PROVIDERS } from './providers/builtin.js';
export { loadProvider, loadProviderFolder } from './providers/load-provider.js';

// what providers, extractors, classifiers and reporters are made of

export {
  type Classifier,
  type ColumnSpec,
  DeepLogBotError,
  type Definitions,
  defineAggregate,
  defineDerived,
  defineExtractor,
  defineLookup,
  defineProvider,
  defineSchema,
  defineSeries,
  type Engine,
  type FeatureSpec,
  FeatureTable,
  float64,
  type Label,
  type LogSchema,
  type Provider,
  type Reason,
  type Reporter,
  type RunResult,
  sql,
  type Verdict,
  type Verdicts,
} from '@deeplogbot/core';
