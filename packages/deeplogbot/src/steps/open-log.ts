import {
  bindSchema,
  ConfigError,
  canonicalSchema,
  defineSchema,
  type Engine,
  type InputIdentity,
  type LogSchema,
  type Provider,
  type Reused,
  type RunResult,
  type Source,
} from '@deeplogbot/core';
import {
  contentDigest,
  fewAtOnce,
  inputIdentity,
  openState,
  type RunIdentity,
  type StateLog,
} from '@deeplogbot/core/node';
import { version } from '../../package.json';
import type { ResolvedOptions } from '../options.js';
import type { BoundEvents } from '../stages.js';
import type { Closers } from './closing.js';
import { readSource } from './read-source.js';
import { sampleLocations } from './sample-locations.js';

/** What a run reads. */
export interface RunLog {
  /** What features and statistics are computed from. */
  readonly events: BoundEvents;
  /** The rows that were given, for the annotated file; absent where none is written and a state holds the events. */
  readonly rows?: BoundEvents;
  /** As bound to the columns of the log itself. */
  readonly schema: LogSchema;
  /** The files that `events` are of. */
  readonly inputs: readonly InputIdentity[];
  /** Full digest of the same files by path, computed when asked for. */
  contents(): Promise<RunIdentity>;
  readonly warnings: readonly string[];
  /** Present where a provider's own reader tells it. */
  readonly reading?: RunResult['reading'];
  /** Present where a state is kept. */
  readonly reused?: Omit<Reused, 'nodes'>;
  /** What the run adds to a state becomes part of it. */
  commit(): Promise<void>;
}

/** What is read, and by whom. */
export interface LogInput {
  readonly engine: Engine;
  readonly source: Source;
  readonly provider: Provider;
  /** Schema fields that a provider folder names; the log must have their columns, as those of `options.schema`. */
  readonly explicitFields: Iterable<keyof LogSchema>;
  readonly annotates: boolean;
}

/** Makes the log of a run selectable, until that is closed: the files themselves, or what a state has of them and of earlier ones. */
export async function openLog(input: LogInput, options: ResolvedOptions, closers: Closers): Promise<RunLog> {
  const { provider, explicitFields } = input;
  const wanted = defineSchema({ ...schemaOverrides(options) }, provider.schema);
  const explicit = new Set([...explicitFields, ...(Object.keys(options.schema ?? {}) as (keyof LogSchema)[])]);
  const log = await (options.stateDir === undefined
    ? sourceLog(input, wanted, explicit, options, closers)
    : stateLog(input, wanted, explicit, options, options.stateDir, closers));
  return { ...log, warnings: [...otherNames(input.source), ...log.warnings] };
}

/** Names of one file: unlike a copy's, its rows are the same ones. */
function otherNames(source: Source): string[] {
  if (source.kind !== 'files') return [];
  return (source.alsoNamed ?? []).map(
    ({ path, name }) => `${name} is the same file as ${path}: its rows are counted once`,
  );
}

function schemaOverrides({ schema, minLocationDownloads }: ResolvedOptions): Partial<LogSchema> {
  return minLocationDownloads === undefined ? { ...schema } : { ...schema, minLocationDownloads };
}

async function sourceLog(
  { engine, source, provider }: LogInput,
  wanted: LogSchema,
  explicit: ReadonlySet<keyof LogSchema>,
  options: ResolvedOptions,
  closers: Closers,
): Promise<RunLog> {
  const { relation: bound, warnings, reading } = await readSource(engine, source, provider, options);
  closers.push(() => bound.release?.());
  const schema = bindSchema(wanted, bound.columns, explicit);
  const { sampleSize, randomState } = options;
  const relation =
    sampleSize === undefined ? bound : await sampleLocations(engine, bound, schema, sampleSize, randomState);
  if (relation !== bound) closers.push(() => relation.release?.());
  const events = { engine, relation, schema };
  const paths = source.kind === 'files' ? source.paths : [];
  const inputs = await inputIdentity(source); // What was read; overwriting puts another file in its place.
  return {
    events,
    rows: events,
    schema,
    inputs,
    contents: async () =>
      Object.fromEntries(await fewAtOnce(paths, async (path) => [path, await contentDigest(path)] as const)),
    warnings: [...warnings, ...twinWarnings(inputs)],
    ...(reading && { reading }),
    commit: async () => {},
  };
}

/** Files of the size and digest of one before them: their rows count once more. A copy may be meant, so nothing is left out. */
export function twinWarnings(inputs: readonly InputIdentity[]): string[] {
  const first = new Map<string, string>();
  return inputs.flatMap(({ path, bytes, digest }) => {
    const content = `${bytes} ${digest}`;
    const twin = first.get(content);
    if (twin === undefined) first.set(content, path);
    return twin === undefined ? [] : [`${path} seems to be a copy of ${twin}: its rows are counted twice`];
  });
}

async function stateLog(
  input: LogInput,
  wanted: LogSchema,
  explicit: ReadonlySet<keyof LogSchema>,
  options: ResolvedOptions,
  folder: string,
  closers: Closers,
): Promise<RunLog> {
  const { engine, source, provider, annotates } = input;
  if (source.kind !== 'files' || provider.reader) throw unsupported(provider, source);
  const rows = annotates ? (await readSource(engine, source, provider, options)).relation : undefined;
  if (rows) {
    closers.push(() => rows.release?.());
    bindSchema(wanted, rows.columns, explicit);
  }
  const further = provider.eventColumns ?? [];
  const state = await openState(folder, { version, identity: identityOf(provider, wanted) });
  closers.push(() => state.close());
  const log = await state.add(engine, source.paths, { schema: wanted, further, format: source.format }, options);
  closers.push(() => log.relation.release?.());
  const schema = bindSchema(wanted, log.columns, explicit);
  options.onProgress?.({ step: 'state', done: 1, total: 1, unit: 'files', note: noteOf(log) });
  return {
    events: { engine, relation: log.relation, schema: canonicalSchema(schema) },
    ...(rows && { rows: { engine, relation: rows, schema } }),
    schema,
    inputs: log.files.map(({ path, bytes, digest }) => ({ path, bytes, digest })),
    contents: async () => Object.fromEntries(log.files.map(({ path, sha256 }) => [path, sha256])),
    warnings: [],
    reused: reusedBy(log),
    commit: () => state.commit(),
  };
}

const unsupported = ({ name, displayName, reader }: Provider, source: Source) => {
  const what = reader ? `the provider "${name}" (${displayName})` : `an input of kind "${source.kind}"`;
  return new ConfigError('STATE_UNSUPPORTED', `A state keeps the events of files with columns, not of ${what}.`, {
    hint: 'Leave out --state, or give files of columns.',
  });
};

/** What all files of a state have in common. Windows, minima and hours are options of each run. */
function identityOf(provider: Provider, schema: LogSchema): RunIdentity {
  const fields = Object.entries(schema).filter(([name]) => name.endsWith('Field'));
  return {
    'the provider': provider.name,
    'its further columns': JSON.stringify(provider.eventColumns ?? []),
    ...Object.fromEntries(fields.map(([name, value]) => [`schema.${name}`, JSON.stringify(value)])),
  };
}

const reusedBy = ({ files, scanned, moved, replaced }: StateLog): Omit<Reused, 'nodes'> => ({
  files: files.length - scanned.length,
  scannedFiles: scanned,
  movedFiles: moved,
  replacedFiles: replaced,
});

function noteOf({ files, scanned, moved, replaced }: StateLog): string {
  const taken = files.length - scanned.length;
  return [
    `${taken} of ${files.length} files are taken from the state${scanned.length > 0 ? `, read: ${listed(scanned)}` : ''}`,
    ...(replaced.length > 0 ? [`with another content than before: ${listed(replaced)}`] : []),
    ...(moved.length > 0 ? [`with another name than before: ${listed(moved.map(({ to }) => to))}`] : []),
  ].join('; ');
}

const SHOWN = 5;

const listed = (paths: readonly string[]): string =>
  paths.slice(0, SHOWN).join(', ') + (paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : '');
