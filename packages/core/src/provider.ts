import type { Engine, FileFormat, Relation } from './engine.js';
import { ConfigError } from './errors.js';
import type { FeatureTable } from './features.js';
import type { Aggregate, Derived, Extractor, Lookup, SeriesExtractor } from './plan-nodes.js';
import type { RunControl } from './progress.js';
import type { LogSchema } from './schema.js';

export type FeatureNode = Extractor | SeriesExtractor | Derived;

/** Reads text logs of a provider's own formats into an engine. */
export interface LogReader {
  /** Whether a file of a folder is a log, by its name. */
  isLog(name: string): boolean;
  /**
   * Loads the files, in their order, as one relation. Lines that are no rows are counted in it, never thrown. `found` are
   * those of the files that nobody named but that lay in a folder: what is no log among them need not be an error.
   */
  read(engine: Engine, paths: readonly string[], control: RunControl, found?: ReadonlySet<string>): Promise<ReadLog>;
}

export interface ReadLog {
  readonly relation: Relation;
  /** What a reader of the result must know. */
  readonly warnings: readonly string[];
  /** What reading found out, for the manifest: formats, lines and the like. Plain values; equal for equal files. */
  readonly reading?: Readonly<Record<string, unknown>>;
}

/**
 * How the deep method learns keys by what they do, where rules already settle those that say what they are: a log teaches
 * by itself how its people and its programs behave.
 */
export interface ConductLearning {
  /** Feature with the number of events of a key. */
  readonly events: string;
  /** What a key is called in a sentence. */
  readonly word: string;
  /** Features of conduct: what a key does, never what it says of itself, or nothing could be learned of those that say nothing. */
  readonly features: readonly string[];
  /** How sure it is, 0 … 1, that each row is an example of a person or of a program; 0 = it is none. */
  exemplars(features: FeatureTable): Readonly<Record<'organic' | 'bot', Float64Array>>;
  /** Whether the rules' verdict on each row stands, whatever it does: it says itself what it is. 1 or 0. */
  settled(features: FeatureTable): Uint8Array;
  /** Subcategory of a person, of a key that is a program more likely than not, and of a program. */
  readonly subcategories: Readonly<Record<'person' | 'doubtful' | 'program', string>>;
}

/**
 * Aggregates from which the statistics by class are counted, so that the log is not read again for them. Each has columns
 * `key`, `value` (never NULL) and `n` rows, one row per key and value. Rows of a key that are not counted there have no value.
 */
export interface Tallies {
  /** `value`: calendar months since the year 0, UTC. */
  readonly months: Aggregate;
  /** `value`: day of the week (Sunday = 0) × 24 + hour of the day, UTC. */
  readonly clock: Aggregate;
  /** `value`: fingerprint of the project. */
  readonly projects: Aggregate;
  /** `value`: what `fileType` makes of the file name. */
  readonly fileTypes: Aggregate;
  /** `value`: protocol. */
  readonly methods: Aggregate;
}

/** What the columns of a log mean, which features to compute, and which rules apply. A value, registered nowhere. */
export interface Provider {
  readonly name: string;
  /** What the provider was told, for the manifest: plain values with the defaults filled in, and no secret. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly displayName: string;
  readonly description: string;
  readonly schema: LogSchema;
  readonly aggregates: readonly (Aggregate | Lookup)[];
  readonly extractors: readonly FeatureNode[];
  /** What statistics are counted from, where all that they read is among `aggregates`. @defaultValue the log is read for them */
  readonly tallies?: Tallies;
  /** Features that the isolation forest sees, where the log has them. @defaultValue every feature */
  readonly anomalyFeatures?: readonly string[];
  /** Features that read `anomaly_score`; computed after the forest. */
  readonly afterAnomaly?: readonly Derived[];
  /** Named rule files as YAML text; `default` is used unless the run asks for another. */
  readonly rules: Readonly<Record<string, string>> & { readonly default: string };
  /** Where texts of {@link rules} were read from, by their name; messages about them name these files. */
  readonly ruleFiles?: Readonly<Record<string, string>>;
  /** Text of the model file that the deep method starts from; asked for only then. */
  readonly model?: () => Promise<string>;
  /** What the deep method learns where no model is given. @defaultValue exemplars by users and downloads */
  readonly conduct?: ConductLearning;
  /** Raw text format that the provider's log files may have, beside the columnar ones. */
  readonly rawFormat?: FileFormat;
  /** Reads every input that is not Parquet. @defaultValue the engine does */
  readonly reader?: LogReader;
  /** Further columns of the log that `events` carries under their own names, for this provider's nodes. */
  readonly eventColumns?: readonly string[];
  /** {@link EngineOptions.memoryLimit} where the user names none. @defaultValue the engine's own */
  readonly memoryLimit?: string;
  /** What counting of usage reads in an annotated log, where that differs from what is classified; the fields are `UsageFields` of `@deeplogbot/usage`. */
  readonly usage?: {
    readonly schema: Partial<LogSchema>;
    readonly fields: Readonly<Record<string, string | null | readonly string[]>>;
  };
  /** What a reader of the result must know of the features, such as that some that were asked for could not be computed. */
  warnings?(features: FeatureTable): readonly string[];
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
