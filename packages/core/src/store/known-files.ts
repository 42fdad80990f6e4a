import { stat } from 'node:fs/promises';
import { InputError } from '../errors.js';
import { notReadable } from '../input/not-readable.js';
import { contentDigest } from './digest.js';

/** A file as the state knows it. */
export interface FileFacts {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /**
   * Nanoseconds since 1970 of the last change of the content and of anything about the file, and its number on the disk: while all three stay,
   * the content is taken to stay. The first can be set by anybody, the second by the system alone.
   */
  readonly modified: string;
  readonly changed: string;
  readonly inode: string;
  /** SHA-256 of the whole content. */
  readonly sha256: string;
}

/** What given files are to the ones that a state knows. */
export interface Standing<F extends FileFacts> {
  /** The given files in their order, each with the known file of the same content. */
  readonly given: readonly { readonly facts: FileFacts; readonly known?: F }[];
  /** Known files that are not given and stay as they are. */
  readonly others: readonly F[];
  /** Contents that have a new name. */
  readonly moved: readonly { readonly from: string; readonly to: string }[];
  /** Names that have a new content, where the old one has no other name now. */
  readonly replaced: readonly string[];
}

/**
 * Compares given files (absolute paths, each once) with known ones by content. The content of one file under a second
 * name would be counted twice: that is refused with `REPEATED_INPUT`, unless the first name is gone or holds another content.
 */
export async function standingOf<F extends FileFacts>(
  paths: readonly string[],
  known: readonly F[],
): Promise<Standing<F>> {
  const byPath = new Map(known.map((file) => [file.path, file]));
  const byContent = new Map(known.map((file) => [file.sha256, file]));
  const given: Map<string, FileFacts> = new Map();
  for (const path of paths) {
    const facts = await factsOf(path, byPath.get(path)).catch((error) => {
      throw notReadable(path, error);
    });
    const twin = given.get(facts.sha256);
    if (twin) throw repeated(path, twin.path);
    given.set(facts.sha256, facts);
  }
  const others: F[] = [];
  for (const file of known) {
    if (paths.includes(file.path)) continue;
    const twin = given.get(file.sha256);
    if (!twin) others.push(file);
    else if (await holds(file)) throw repeated(twin.path, file.path);
  }
  const facts = [...given.values()];
  return {
    given: facts.map((each) => ({ facts: each, known: byContent.get(each.sha256) })),
    others,
    moved: facts.flatMap(({ path: to, sha256 }) => {
      const from = byContent.get(sha256)?.path;
      return from === undefined || from === to ? [] : [{ from, to }];
    }),
    replaced: known.filter(({ path, sha256 }) => paths.includes(path) && !given.has(sha256)).map(({ path }) => path),
  };
}

const FACTS = ['bytes', 'modified', 'changed', 'inode'] as const;

/** Facts of a file; of one whose size, times and number are those noted, the digest is believed. */
async function factsOf(path: string, known: FileFacts | undefined): Promise<FileFacts> {
  const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
  const facts = { bytes: Number(size), modified: String(mtimeNs), changed: String(ctimeNs), inode: String(ino) };
  const same = known !== undefined && FACTS.every((name) => known[name] === facts[name]);
  return { path, ...facts, sha256: same ? known.sha256 : await contentDigest(path) };
}

/** Whether a known file is still there with its content. */
async function holds(file: FileFacts): Promise<boolean> {
  try {
    return (await factsOf(file.path, file)).sha256 === file.sha256;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

const repeated = (path: string, twin: string) =>
  new InputError('REPEATED_INPUT', `${path} has the same content as ${twin}: its rows would be counted twice.`, {
    hint: 'Leave one of the two out. If the file was renamed, delete the old one.',
  });
