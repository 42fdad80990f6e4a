import {
  type Classifier,
  type ClassName,
  ConfigError,
  checkOneOf,
  checkOptionNames,
  type Definitions,
  type Engine,
  type EngineOptions,
  givenOptions,
  invalidOption,
  type LogSchema,
  type PlanNode,
  type Provider,
  type Reporter,
  type RunControl,
} from '@deeplogbot/core';
import type { Input } from '@deeplogbot/core/node';
import type { PlaceNamer } from '@deeplogbot/reports/node';

/** The known label of one key. */
export interface LabelledKey {
  readonly key: string;
  readonly label: ClassName;
}

/** What becomes of the annotated log: a new file, the input's place, or nothing. */
export type OutputStrategy = 'new_file' | 'overwrite' | 'reports_only';

/** Everything `runBotAnnotator` can be told; each option has a default but the input. */
export interface AnnotatorOptions extends RunControl, EngineOptions {
  /** A file, several, a glob, a folder, an Arrow table or a table of the engine's connection. */
  readonly input?: Input;
  /** The reference's name of `input`. */
  readonly inputParquet?: Input;
  /** The annotated file. @defaultValue `<outputDir>/<input stem>_annotated.parquet` */
  readonly outputParquet?: string;
  /** Folder of the reports; made if missing. @defaultValue 'output/bot_analysis' */
  readonly outputDir?: string;
  /** `overwrite` replaces the input file once the new one is verified. @defaultValue 'new_file' */
  readonly outputStrategy?: OutputStrategy;
  /** False = write no annotated file. @defaultValue true */
  readonly annotate?: boolean;
  /** `deep` learns from the log and from a model of labelled locations. @defaultValue 'rules' */
  readonly classificationMethod?: 'rules' | 'deep' | Classifier;
  /** Model file for `deep`, as `deeplogbot train` writes it. @defaultValue the provider's own, where it has one */
  readonly model?: string;
  /** For `deep`: labels of some keys, as a file with the key and a column `label`, or as values. */
  readonly labels?: string | readonly LabelledKey[];
  /** Name of a shipped provider, folder with a `provider.yaml`, or a provider value. @defaultValue 'ebi' */
  readonly provider?: string | Provider;
  /** Name of one of the provider's rule sets (`default`, `reference`) or a YAML file. @defaultValue 'default' */
  readonly rules?: string;
  /** Fields that differ from the provider's schema. */
  readonly schema?: Partial<LogSchema>;
  /** Further plan nodes; their columns join the feature table and may be used in rules. */
  readonly customExtractors?: readonly PlanNode[];
  /** Expected share of anomalous locations, (0, 0.5]; sets where `anomaly_score` is 0. @defaultValue 0.15 */
  readonly contamination?: number;
  /** Locations with fewer downloads get no verdict; overrides the schema's value only. */
  readonly minLocationDownloads?: number;
  /** About how many events to use: whole locations are drawn by a hash of their name, and no annotated file is written. */
  readonly sampleSize?: number;
  /** Write which features drive the anomaly score. @defaultValue false */
  readonly computeImportances?: boolean;
  /** Kilometres within which locations of one class and country are one place in the reports, [0, 1000]; 0 = off. @defaultValue 10 */
  readonly groupRadiusKm?: number;
  /** Names places of several locations in the reports, as `chatNamer` does. @defaultValue none: the city, else the nearest town of a list */
  readonly placeNamer?: PlaceNamer;
  /** `clean` definitions, or the `reference`'s values. @defaultValue 'clean' */
  readonly definitions?: Definitions;
  /** Seed of every draw. @defaultValue 42 */
  readonly randomState?: number;
  /** @defaultValue 'auto' */
  readonly engine?: 'auto' | 'native' | 'wasm' | Engine;
  /**
   * Compression of the annotated file, whose columns are then all written anew. @defaultValue the columns of one Parquet
   * file stay as they are; of any other input 'snappy'
   */
  readonly compression?: 'snappy' | 'zstd' | 'gzip' | 'uncompressed';
  /** Rows per row group of the annotated file, whose columns are then all written anew. @defaultValue those of the input, or about, see {@link WriteTarget} */
  readonly rowGroupSize?: number;
  /**
   * Keeps every finished node of the feature plan in `<outputDir>/.deeplogbot-resume` until the run has ended, and goes
   * on from what a killed run left there. @defaultValue false
   */
  readonly resume?: boolean;
  /** File ending with `.json` for time, processor time, memory and rows of every step; a picture, `.svg`, goes beside it. @defaultValue none */
  readonly profile?: string;
  /**
   * Folder that keeps the events of every file it was given. The results cover these files and the input; only files
   * that are not in it, or have changed, are read. The annotated file holds the input.
   */
  readonly stateDir?: string;
  /** Reports to write. @defaultValue all that ship */
  readonly reporters?: readonly Reporter[];
}

/** What {@link AnnotatorOptions} are where nothing is said. */
export const DEFAULTS = {
  outputDir: 'output/bot_analysis',
  outputStrategy: 'new_file',
  annotate: true,
  classificationMethod: 'rules',
  provider: 'ebi',
  rules: 'default',
  contamination: 0.15,
  computeImportances: false,
  groupRadiusKm: 10,
  definitions: 'clean',
  randomState: 42,
  engine: 'auto',
  resume: false,
} as const;

const OPTION_NAMES: readonly (keyof AnnotatorOptions)[] = [
  'input',
  'inputParquet',
  'outputParquet',
  'outputDir',
  'outputStrategy',
  'annotate',
  'classificationMethod',
  'model',
  'labels',
  'provider',
  'rules',
  'schema',
  'customExtractors',
  'contamination',
  'minLocationDownloads',
  'sampleSize',
  'computeImportances',
  'groupRadiusKm',
  'placeNamer',
  'definitions',
  'randomState',
  'engine',
  'compression',
  'rowGroupSize',
  'resume',
  'profile',
  'stateDir',
  'reporters',
  'threads',
  'memoryLimit',
  'tempDirectory',
  'onProgress',
  'signal',
];

/** Options with every default filled in. */
export type ResolvedOptions = AnnotatorOptions &
  Required<Pick<AnnotatorOptions, keyof typeof DEFAULTS>> & { readonly input: Input };

/** Fills in the defaults; stops at the first unknown name or value, before anything is read or written. */
export function resolveOptions(options: AnnotatorOptions): ResolvedOptions {
  checkOptionNames(options, OPTION_NAMES, (name) => `There is no option "${name}".`);
  const resolved = { ...DEFAULTS, ...givenOptions(options) } as ResolvedOptions;
  const input = resolved.input ?? resolved.inputParquet;
  if (input === undefined)
    throw invalidOption('input', undefined, 'a path, a list of paths, an Arrow table or a table name');
  checkValues(resolved);
  return { ...resolved, input };
}

function checkValues(options: ResolvedOptions): void {
  checkOneOf('outputStrategy', options.outputStrategy, ['new_file', 'overwrite', 'reports_only']);
  checkOneOf('definitions', options.definitions, ['clean', 'reference']);
  if (options.compression !== undefined)
    checkOneOf('compression', options.compression, ['snappy', 'zstd', 'gzip', 'uncompressed']);
  if (typeof options.classificationMethod === 'string')
    checkOneOf('classificationMethod', options.classificationMethod, ['rules', 'deep']);
  if (options.classificationMethod !== 'deep') onlyDeep(options);
  if (typeof options.engine === 'string') checkOneOf('engine', options.engine, ['auto', 'native', 'wasm']);
  if (!(options.contamination > 0 && options.contamination <= 0.5)) {
    throw invalidOption('contamination', options.contamination, 'a number in (0, 0.5]');
  }
  if (typeof options.resume !== 'boolean') throw invalidOption('resume', options.resume, 'true or false');
  if (!(options.groupRadiusKm >= 0 && options.groupRadiusKm <= 1000)) {
    throw invalidOption('groupRadiusKm', options.groupRadiusKm, 'a number of kilometres in [0, 1000]; 0 = off');
  }
  integer('randomState', options.randomState, 0, 0xffffffff);
  if (options.rowGroupSize !== undefined) integer('rowGroupSize', options.rowGroupSize, 2048, 100_000_000);
  if (options.minLocationDownloads !== undefined) integer('minLocationDownloads', options.minLocationDownloads, 1);
  if (options.sampleSize !== undefined) integer('sampleSize', options.sampleSize, 1);
  if (options.profile !== undefined && !/\.json$/i.test(options.profile))
    throw invalidOption('profile', options.profile, 'the path of a file ending with .json');
  if (options.stateDir !== undefined) checkState(options);
}

/** A state is of whole files that stay as they are. */
function checkState({ stateDir, sampleSize, outputStrategy }: ResolvedOptions): void {
  if (typeof stateDir !== 'string' || stateDir === '')
    throw invalidOption('stateDir', stateDir, 'the path of a folder');
  const other =
    sampleSize !== undefined ? 'sampleSize' : outputStrategy === 'overwrite' ? 'outputStrategy "overwrite"' : undefined;
  if (other === undefined) return;
  throw new ConfigError('INVALID_OPTION', `stateDir and ${other} cannot be used together.`, {
    hint: other === 'sampleSize' ? 'Leave out one of them.' : 'Use outputStrategy "new_file" or "reports_only".',
  });
}

/** What only the deep method reads is refused elsewhere: it would change nothing. */
function onlyDeep({ model, labels, classificationMethod }: ResolvedOptions): void {
  const name = model !== undefined ? 'model' : labels !== undefined ? 'labels' : undefined;
  if (name === undefined) return;
  const method = typeof classificationMethod === 'string' ? classificationMethod : classificationMethod.name;
  throw new ConfigError('INVALID_OPTION', `${name} is for the deep method; the method is "${method}".`, {
    hint: 'Set classificationMethod (-m) to "deep".',
  });
}

function integer(name: string, value: unknown, min: number, max = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return;
  throw invalidOption(name, value, `an integer in [${min}, ${max === Number.MAX_SAFE_INTEGER ? '∞' : max}]`);
}
