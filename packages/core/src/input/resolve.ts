import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Table } from 'apache-arrow';
import { glob, isDynamicPattern } from 'tinyglobby';
import type { FileFormat, Source } from '../engine.js';
import { InputError } from '../errors.js';
import type { LogReader } from '../provider.js';
import { fewAtOnce } from './few-at-once.js';
import { detectFormat, FORMATS } from './format.js';
import { notReadable } from './not-readable.js';

/** What a caller may name as input. */
export type Input =
  | string
  | readonly string[]
  /** A table or view of the engine's connection. */
  | { readonly table: string }
  /** An Arrow table, or an Arrow IPC stream. */
  | { readonly arrow: Table | Uint8Array };

export interface ResolveInputOptions {
  /** Instead of what the name and the first bytes say. */
  readonly format?: FileFormat;
  /** Reads everything but Parquet, and says which files of a folder are logs. */
  readonly reader?: Pick<LogReader, 'isLog'>;
}

/** Finds the files behind a path, a list, a glob or a folder, in a fixed order, and their one format. */
export async function resolveInput(input: Input, options: ResolveInputOptions = {}): Promise<Source> {
  if (typeof input === 'string') return filesSource(await expand(input, options), options);
  if ('table' in input) return { kind: 'relation', name: input.table };
  if ('arrow' in input) {
    if (input.arrow instanceof Uint8Array) return { kind: 'arrow', ipc: input.arrow };
    const { tableToIPC } = await import('apache-arrow');
    return { kind: 'arrow', ipc: tableToIPC(input.arrow, 'stream') };
  }
  const expanded = await Promise.all(input.map((pattern) => expand(pattern, options)));
  const paths = expanded.flatMap((found) => found.paths);
  const hive = expanded.some((found) => found.hive);
  const left = expanded.flatMap((each) => each.left ?? []);
  return filesSource({ paths, hive, found: expanded.flatMap((each) => each.found ?? []), left }, options);
}

interface Expanded {
  readonly paths: readonly string[];
  /** Some folder on the way is named `column=value`. */
  readonly hive: boolean;
  /** Files of a folder, those that are logs by their names and the others. */
  readonly found?: readonly string[];
  readonly left?: readonly string[];
}

async function expand(pattern: string, options: ResolveInputOptions): Promise<Expanded> {
  const found = await stat(pattern).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ENAMETOOLONG') return undefined;
    throw notReadable(pattern, error);
  });
  if (found?.isFile()) return { paths: [pattern], hive: false };
  if (found?.isDirectory()) return expandFolder(pattern, options);
  if (!isDynamicPattern(pattern)) throw notFound(pattern);
  const paths = (await glob(pattern, { onlyFiles: true, absolute: false, expandDirectories: false })).sort();
  if (paths.length === 0) throw notFound(pattern);
  return { paths, hive: paths.some(isHive) };
}

async function expandFolder(folder: string, { reader }: ResolveInputOptions): Promise<Expanded> {
  const names = await glob('**/*', { cwd: folder, onlyFiles: true, ignore: ['**/.*', '**/_*'] });
  const isLog = (name: string) => (reader ? reader.isLog(name) : FORMATS.some(({ pattern }) => pattern.test(name)));
  const paths = names.filter(isLog).sort();
  if (paths.length === 0) {
    throw new InputError('EMPTY_FOLDER', `The folder ${folder} holds no log file.`, {
      hint: reader
        ? 'Name the log files themselves.'
        : 'It should hold Parquet, CSV, TSV or NDJSON files, at any depth. Access logs of a web server need the provider http (-p http).',
    });
  }
  const found = paths.map((name) => join(folder, name));
  const left = names.filter((name) => !isLog(name)).sort();
  return { paths: found, hive: paths.some(isHive), found, left: left.map((name) => join(folder, name)) };
}

const PARQUET = /\.(parquet|pq)$/i;

const isHive = (path: string): boolean => /(^|[/\\])[^/\\=]+=[^/\\]*[/\\]/.test(path);

async function filesSource(
  { paths: named, hive, found = [], left = [] }: Expanded,
  options: ResolveInputOptions,
): Promise<Source> {
  const { paths, alsoNamed } = await eachOnce(named);
  if (paths.length === 0) {
    throw new InputError('NO_INPUT', 'The list of input files is empty.', { hint: 'Name at least one file.' });
  }
  const own = options.reader && !paths.every((path) => PARQUET.test(path)) ? 'provider' : options.format;
  const format = own ?? (await formatOfAll(paths));
  if (hive && format === 'parquet') requireSameFolders(paths);
  const folder = found.length > 0 && options.reader ? { folder: { found: new Set(found), left } } : {};
  return { kind: 'files', paths, ...(alsoNamed.length > 0 && { alsoNamed }), format, hive, ...folder };
}

async function formatOfAll(paths: readonly string[]): Promise<FileFormat> {
  const formats = await fewAtOnce(paths, detectFormat);
  const kinds = [...new Set(formats)];
  if (kinds.length === 1) return kinds[0]!;
  const said = kinds.map((kind) => {
    const more = formats.filter((format) => format === kind).length - 1;
    return `${kind} (${paths[formats.indexOf(kind)]}${more > 0 ? ` and ${more} more` : ''})`;
  });
  throw new InputError('MIXED_FORMATS', `The input files have different formats: ${said.join(', ')}.`, {
    hint: 'Run them one format at a time, or convert them first.',
  });
}

/** A file counts once under whatever names it is given: `a.csv` and `./a.csv`, a link and what it leads to. The first name stays. */
async function eachOnce(names: readonly string[]): Promise<Required<Pick<FilesSource, 'paths' | 'alsoNamed'>>> {
  const first = new Map<string, string>();
  const alsoNamed: { path: string; name: string }[] = [];
  for (const name of new Set(names)) {
    const { dev, ino } = await stat(name, { bigint: true }).catch((error) => {
      throw notReadable(name, error);
    });
    const file = `${dev} ${ino}`;
    const path = first.get(file);
    if (path === undefined) first.set(file, name);
    else alsoNamed.push({ path, name });
  }
  return { paths: [...first.values()], alsoNamed };
}

type FilesSource = Extract<Source, { kind: 'files' }>;

/** Folders `name=value` are columns, and the files of one relation have the same ones. */
function requireSameFolders(paths: readonly string[]): void {
  const keysOf = (path: string) =>
    [...path.matchAll(/(?:^|[/\\])([^/\\=]+)=[^/\\]*(?=[/\\])/g)].map(([, key]) => key!).sort();
  const said = (path: string) => `${path} (${keysOf(path).join(', ') || 'none'})`;
  const first = paths[0]!;
  const other = paths.find((path) => keysOf(path).join('/') !== keysOf(first).join('/'));
  if (other === undefined) return;
  throw new InputError(
    'MIXED_FOLDERS',
    `Folders named name=value are columns, and these files have different ones: ${said(first)} and ${said(other)}.`,
    { hint: 'Put every file below folders of the same names, or run them one kind at a time.' },
  );
}

const notFound = (path: string) =>
  new InputError('FILE_NOT_FOUND', `There is no file ${path}.`, {
    hint: 'Check the path; a glob needs quotes in a shell.',
  });
