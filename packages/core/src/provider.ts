import type { Engine, FileFormat, Relation } from './engine.js';
import { ConfigError } from './errors.js';
import type { Aggregate, Derived, Extractor, Lookup, SeriesExtractor } from './plan-nodes.js';
import type { RunControl } from './progress.js';
import type { LogSchema } from './schema.js';

export type FeatureNode = Extractor | SeriesExtractor | Derived;

/** Reads text logs of a provider's own formats into an engine. */
export interface LogReader {
  /** Whether a file of a folder is a log, by its name. */
  isLog(name: string): boolean;
  /** Loads the files, in their order, as one relation. Lines that are no rows are counted in it, never thrown. */
  read(engine: Engine, paths: readonly string[], control: RunControl): Promise<ReadLog>;
}

export interface ReadLog {
  readonly relation: Relation;
  /** What a reader of the result must know. */
  readonly warnings: readonly string[];
}

/** What the columns of a log mean, which features to compute, and which rules apply. A value, registered nowhere. */
export interface Provider {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly schema: LogSchema;
  readonly aggregates: readonly (Aggregate | Lookup)[];
  readonly extractors: readonly FeatureNode[];
  /** Features that the isolation forest sees, where the log has them. @defaultValue every feature */
  readonly anomalyFeatures?: readonly string[];
  /** Features that read `anomaly_score`; computed after the forest. */
  readonly afterAnomaly?: readonly Derived[];
  /** Named rule files as YAML text; `default` is used unless the run asks for another. */
  readonly rules: Readonly<Record<string, string>> & { readonly default: string };
  /** Text of the model file that the deep method starts from; asked for only then. */
  readonly model?: () => Promise<string>;
  /** Raw text format that the provider's log files may have, beside the columnar ones. */
  readonly rawFormat?: FileFormat;
  /** Reads every input that is not Parquet. @defaultValue the engine does */
  readonly reader?: LogReader;
  /** Further columns of the log that `events` carries under their own names, for this provider's nodes. */
  readonly eventColumns?: readonly string[];
  /** What the engine may hold where the user names no limit, as in {@link EngineOptions}; the rest spills. @defaultValue the engine's own */
  readonly memoryLimit?: string;
  /** What one row of the reports is. @defaultValue 'locations' */
  readonly reports?: 'locations' | 'clients';
}

/** Checks the few things every run relies on and returns the provider unchanged. */
export function defineProvider<const P extends Provider>(provider: P): P {
  if (!/^[a-z][a-z0-9-]*$/.test(provider.name)) {
    throw new ConfigError('INVALID_PROVIDER', `Provider name ${JSON.stringify(provider.name)} is not usable.`, {
      hint: 'Use lower-case letters, digits and hyphens, beginning with a letter.',
    });
  }
  return provider;
}
