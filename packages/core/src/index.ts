// SQL text

export { type Dialect, duckdbDialect } from './dialect.js';
export { identifier, join, literal, Sql, type SqlValue, sql } from './sql.js';

// errors, options, progress, seeded draws

export { checkOneOf, checkOptionNames, givenOptions, invalidOption } from './check-options.js';
export {
  AbortedError,
  ConfigError,
  DeepLogBotError,
  EngineError,
  InputError,
  MissingColumnError,
  nearestName,
  OutputError,
} from './errors.js';
export { beginStep, type Meter, type MeterReading } from './meter.js';
export { nextTurn } from './next-turn.js';
export { checkAborted, type Progress, type RunControl } from './progress.js';
export { createRandom, type Random } from './random.js';

// engines, and the columns that leave them

export { gather } from './batch-reader.js';
export {
  type Column,
  type ColumnBatch,
  isText,
  type NumberColumn,
  numbers,
  type TextColumn,
  textColumn,
  texts,
} from './columns.js';
export { orClear } from './engine/release.js';
export type * from './engine.js';
export { parquetTable, type TableColumn } from './parquet/write-table.js';

// what the columns of a log mean

export { fileTail, fileType } from './file-type.js';
export { canonicalSchema, type EventExpressions, eventExpressions, type RowStatus, rowsQuery } from './plan/events.js';
export {
  BASE_SCHEMA,
  bindSchema,
  columnsOf,
  defineSchema,
  type LogSchema,
  mappedRoles,
  ROLES,
  type Role,
} from './schema.js';

// features: nodes, their plan, and the table that comes out

export { type ColumnSpec, type FeatureSpec, FeatureTable, float64, type KeyAttributes } from './features.js';
export { type Extracted, type ExtractOptions, extractFeatures, type KeptRelations } from './plan/execute.js';
export { CORE_RELATIONS, type PlanGraph, planGraph } from './plan/graph.js';
export { type FeatureColumns, NO_STORE, type NodeStore } from './plan/node-store.js';
export * from './plan-nodes.js';
export {
  type ColumnSpill,
  type ColumnWriter,
  inMemory,
  type StoredColumn,
  StoredColumns,
  storedOf,
} from './stored-columns.js';

// providers

export {
  type ConductLearning,
  defineProvider,
  type FeatureNode,
  type LogReader,
  type Provider,
  type ReadLog,
  type Tallies,
} from './provider.js';

// verdicts, and the log with them

export {
  ANNOTATION_COLUMNS,
  type AnnotateInput,
  annotate,
  annotationQuery,
  dropVerdicts,
  reasonText,
} from './annotate/annotate.js';
export {
  CLASSES,
  type Classifier,
  type ClassifyContext,
  type ClassName,
  categoriesOf,
  insufficientEvidence,
  type Label,
  type Reason,
  type SecondView,
  type Verdict,
  type VerdictSource,
  type Verdicts,
} from './verdicts.js';

// the result of a run, and who reports it

export { byImportance, type FeatureImportance, type ImportanceKind, type Importances } from './importances.js';
export type {
  CleanTotal,
  DownloadStats,
  FileContent,
  InputIdentity,
  OutputDir,
  Reporter,
  Reused,
  RowCounts,
  RunResult,
  Timing,
} from './run-result.js';
export {
  LABELS,
  type PerLabel,
  type Traffic,
  type TrafficUnit,
  USAGE_DIMENSIONS,
  type UsageDimension,
  type UsageDimensionName,
  type UsageRow,
  type UsageStatistics,
} from './usage.js';
