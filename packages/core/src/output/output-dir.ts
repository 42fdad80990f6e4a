import { constants } from 'node:fs';
import { access, open, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError } from '../errors.js';
import type { FileContent, OutputDir } from '../run-result.js';
import { outputError, type PreparedFile, prepareFile, writeAtomically } from './atomic.js';
import { makeFolders } from './make-folders.js';

/** A folder on disk that takes whole files; made if missing. Fails with `OUTPUT_NOT_WRITABLE` before anything is written. */
export async function openOutputDir(path: string): Promise<OutputDir> {
  const folder = resolve(path);
  await makeFolder(folder);
  return {
    path: folder,
    ...writersOf(folder, writeAtomically),
    folder: async (name) => openOutputDir(join(folder, plainName(name))),
  };
}

/** A folder whose files appear all at once, or not at all. */
export interface StagedDir extends OutputDir {
  /** Gives every file its name, in the order in which they were written. */
  publish(): Promise<void>;
  /** Removes every file, and the folders that were made for them. */
  discard(): Promise<void>;
}

/** The same folder as {@link openOutputDir}'s, for files that wait for something else to succeed. */
export async function openStagedDir(path: string): Promise<StagedDir> {
  const files: PreparedFile<void>[] = [];
  const made: string[] = [];
  const open = async (folder: string): Promise<OutputDir> => {
    const first = await makeFolder(folder);
    if (first !== undefined) made.push(folder);
    return {
      path: folder,
      ...writersOf(folder, async (file, write) => {
        files.push(await prepareFile(file, write));
      }),
      folder: async (name) => open(join(folder, plainName(name))),
    };
  };
  return {
    ...(await open(resolve(path))),
    publish: async () => {
      for (const file of files.splice(0)) await file.publish();
    },
    discard: async () => {
      for (const file of files.splice(0)) await file.discard();
      for (const folder of made.splice(0).reverse()) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Returns the first folder that had to be made, or undefined. */
async function makeFolder(folder: string): Promise<string | undefined> {
  try {
    const first = await makeFolders(folder);
    await access(folder, constants.W_OK | constants.X_OK);
    return first;
  } catch (error) {
    throw outputError(folder, error);
  }
}

/** How files of a folder are written, whatever then becomes of them. */
function writersOf(
  folder: string,
  put: (file: string, write: (path: string) => Promise<void>) => Promise<void>,
): Required<Pick<OutputDir, 'write' | 'fill'>> {
  const fill = async (name: string, write: (path: string) => Promise<void>) => {
    const file = join(folder, plainName(name));
    await put(file, write);
    return file;
  };
  return { fill, write: (name, content) => fill(name, (path) => writeContent(path, content)) };
}

async function writeContent(path: string, content: FileContent): Promise<void> {
  const file = await open(path, 'w');
  try {
    if (typeof content === 'string' || content instanceof Uint8Array) await file.writeFile(content);
    else for (const part of batched(content)) await file.appendFile(part);
  } finally {
    await file.close();
  }
}

function plainName(name: string): string {
  if (name === '' || name.startsWith('.') || ['/', '\\', '\u0000'].some((part) => name.includes(part))) {
    throw new ConfigError('UNSAFE_FILE_NAME', `${JSON.stringify(name)} is not a plain file name.`, {
      hint: 'A report names its files itself, without a path.',
    });
  }
  return name;
}

const BATCH_CHARACTERS = 1 << 20;

/** Joins small pieces of text, so that a table of a million lines is not a million writes. */
function* batched(parts: Iterable<string | Uint8Array>): Iterable<string | Uint8Array> {
  let pending: string[] = [];
  let length = 0;
  for (const part of parts) {
    if (typeof part === 'string') {
      pending.push(part);
      length += part.length;
    }
    if (length < BATCH_CHARACTERS && typeof part === 'string') continue;
    yield pending.join('');
    pending = [];
    length = 0;
    if (typeof part !== 'string') yield part;
  }
  yield pending.join('');
}
