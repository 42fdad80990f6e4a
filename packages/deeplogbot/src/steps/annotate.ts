import { realpath, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  ANNOTATION_COLUMNS,
  type AnnotateInput,
  annotate,
  checkAborted,
  type Engine,
  type InputIdentity,
  OutputError,
  orClear,
  type Relation,
  type Source,
  type WriteTarget,
} from '@deeplogbot/core';
import {
  type AppendControl,
  appendVerdicts,
  canAppendVerdicts,
  type RowPlaces,
  readsAhead,
  replaceFile,
  rowPlaces,
  verifySameRows,
} from '@deeplogbot/core/node';
import type { ResolvedOptions } from '../options.js';
import type { BoundEvents } from '../stages.js';
import type { AnnotatedTarget } from './annotated-target.js';

/** How the annotated log is going to be written. */
export interface Annotation {
  /** Whether the engine reads the log for it at once, and is free while it is written. */
  readonly readsAhead: boolean;
  /** Writes the file as the target says; returns its path, or null when there is none. */
  write(beside?: BesideWriting): Promise<string | null>;
}

/** What goes on while a log is written that is read ahead. */
export type BesideWriting = Pick<AppendControl, 'onRead' | 'mayPublish'>;

/** What is known of the annotated log before there are verdicts. */
export interface AnnotationAhead {
  /** The file to which verdicts are added as it is; undefined where all columns are written anew. */
  readonly original: string | undefined;
  /** Whether the engine finds the place of each row while verdicts are made. */
  readonly readsAhead: boolean;
  /** Fulfilled once it has nothing more to do for that, whatever came of it. */
  readonly engineIsFree: Promise<void>;
  /** Takes these places from the engine, to be called once it has nothing else to do; what fails is thrown by `takePlaces`. */
  fetch(): Promise<void>;
  /** These places, for the first who asks. */
  takePlaces(): Promise<RowPlaces | undefined>;
  /** Takes away what nobody asked for once the engine is idle. */
  close(idle: Promise<void>): Promise<void>;
}

/** Looks at where the annotated log comes from, and has the engine begin with it where that can be. */
export async function beginAnnotation(
  { engine, relation, schema }: BoundEvents,
  keys: readonly string[],
  target: AnnotatedTarget,
  source: Source,
  options: ResolvedOptions,
): Promise<AnnotationAhead> {
  const original =
    target.kind === 'none' ? undefined : await appendableFile({ engine, relation, schema }, source, options);
  // What replaces the input is compared with it by the engine.
  const ahead = original !== undefined && target.kind === 'new_file' && readsAhead(relation, options);
  let places = ahead ? await rowPlaces(engine, relation, { schema, keys }, 'now') : undefined;
  const engineIsFree = places?.made.catch(() => {}) ?? Promise.resolve(); // Thrown where the places are asked for.
  let fetched: Promise<void> | undefined;
  const fetch = async () => {
    const asked = places;
    fetched = asked?.made.then(() => asked.fetch()); // Why they could not be found comes before that they are not there.
    await fetched?.catch(() => {});
  };
  const takePlaces = async () => {
    const [taken, asked] = [places, fetched];
    places = undefined;
    fetched = undefined; // Who asks again looks for them anew.
    await orClear(
      async () => asked,
      async () => taken?.drop(),
    );
    return taken;
  };
  const close = async (idle: Promise<void>) => {
    const left = places;
    places = undefined; // Nothing is fetched for nobody.
    await engineIsFree;
    await idle;
    await left?.drop();
  };
  return { original, readsAhead: ahead, engineIsFree, fetch, takePlaces, close };
}

/** @param inputs with the digest of the file that was read */
export function planAnnotation(
  { engine, relation, schema }: BoundEvents,
  verdicts: Omit<AnnotateInput, 'schema'>,
  target: AnnotatedTarget,
  { original, readsAhead, takePlaces }: Pick<AnnotationAhead, 'original' | 'readsAhead' | 'takePlaces'>,
  inputs: readonly InputIdentity[],
  options: ResolvedOptions,
): Annotation {
  if (target.kind === 'none') return NO_ANNOTATION;
  const { compression, rowGroupSize } = options;
  const judged = { ...verdicts, schema };
  const digest = inputs.find(({ path }) => original !== undefined && path === resolve(original))?.digest;
  const writeTo = async (path: string, beside?: BesideWriting) =>
    original === undefined
      ? annotate(engine, relation, judged, {
          path,
          format: 'parquet',
          compression: compression ?? 'snappy',
          ...(rowGroupSize === undefined ? {} : { rowGroupSize }),
        } satisfies WriteTarget)
      : appendVerdicts(
          engine,
          relation,
          judged,
          { source: original, target: path, digest },
          { ...options, ...beside, places: await takePlaces() },
        );
  return {
    readsAhead,
    async write(beside) {
      options.onProgress?.({ step: 'annotate', done: 0, total: relation.rows, unit: 'rows' });
      checkAborted(options, 'annotate');
      if (target.kind === 'new_file') await writeTo(target.path, beside);
      else await overwrite(engine, relation, target.path, (path) => writeTo(path));
      options.onProgress?.({ step: 'annotate', done: relation.rows, total: relation.rows, unit: 'rows' });
      return target.path;
    },
  };
}

export const NO_ANNOTATION: Annotation = { readsAhead: false, write: async () => null };

/** The file to which verdicts can be added as it is; undefined where all columns are to be written anew. */
async function appendableFile(
  { engine, relation }: BoundEvents,
  source: Source,
  { compression, rowGroupSize }: ResolvedOptions,
): Promise<string | undefined> {
  if (compression !== undefined || rowGroupSize !== undefined) return undefined;
  if (source.kind !== 'files' || source.format !== 'parquet' || source.paths.length !== 1) return undefined;
  const [path] = source.paths;
  return (await canAppendVerdicts(engine, relation, path!)) ? path : undefined;
}

/** The original stays until the new file beside it holds the same rows and columns in the same order; a link stays one. */
async function overwrite(
  engine: Engine,
  relation: Relation,
  named: string,
  write: (path: string) => Promise<number>,
): Promise<void> {
  const path = await realpath(named);
  const candidate = join(dirname(path), `.deeplogbot-${process.pid}-overwrite.tmp`);
  try {
    await write(candidate);
    const names = relation.columns.map((column) => column.name);
    const columns = names.filter((name) => !(ANNOTATION_COLUMNS as readonly string[]).includes(name));
    if (!(await verifySameRows(engine, path, candidate, columns))) {
      throw new OutputError(
        'VERIFY_FAILED',
        `The annotated copy of ${path} does not hold the same rows; the original is unchanged.`,
        {
          hint: 'Was the input written to during the run? Run it again, or use outputStrategy "new_file".',
        },
      );
    }
    await replaceFile(candidate, path);
  } finally {
    await rm(candidate, { force: true });
  }
}
