import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../errors.js';
import { writeAtomically } from '../output/atomic.js';
import { contentDigest } from './digest.js';

/** Identity of a file that a folder of kept work holds. */
export interface KeptFile {
  /** Plain name in the folder. */
  readonly file: string;
  readonly bytes: number;
  /** SHA-256, hexadecimal. */
  readonly sha256: string;
}

/** What is there now, to be noted. */
export async function keptFile(folder: string, file: string): Promise<KeptFile> {
  const path = join(folder, file);
  return { file, bytes: (await stat(path)).size, sha256: await contentDigest(path) };
}

/** Stops unless a file of that name and size is there; reads nothing. */
export async function checkSize(folder: string, { file, bytes }: KeptFile): Promise<void> {
  const path = join(folder, file);
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw damaged(path, cause.code === 'ENOENT' ? 'is missing' : `cannot be read (${cause.code})`, cause);
  });
  if (found.size !== bytes) throw damaged(path, `has ${found.size} bytes instead of ${bytes}`);
}

/** Stops unless the file has the content that was noted. */
export async function checkContent(folder: string, kept: KeptFile): Promise<void> {
  await checkSize(folder, kept);
  const path = join(folder, kept.file);
  if ((await contentDigest(path)) !== kept.sha256) throw damaged(path, 'has another content than was written');
}

/** Writes a manifest whole or not at all. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeAtomically(path, (temporary) => writeFile(temporary, `${JSON.stringify(value, null, 1)}\n`));
}

/** Reads a manifest; undefined where there is none. */
export async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw damaged(path, `cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw damaged(path, 'is not whole', cause);
  }
}

export const damaged = (path: string, what: string, cause?: unknown): InputError =>
  new InputError('DAMAGED_STATE', `${path} ${what}.`, {
    hint: 'Something else has written there. Delete the folder it lies in and run over all files again.',
    cause,
  });
