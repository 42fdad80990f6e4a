import { randomUUID } from 'node:crypto';
import { chmod, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { OutputError } from '../errors.js';
import { makeFolders } from './make-folders.js';
import { isRunning } from './processes.js';

const PREFIX = '.deeplogbot-';

/**
 * Lets `write` fill a temporary file in the folder of `path`, syncs it and renames it: the file appears whole or not at all.
 * Temporary files that a killed run left in that folder are removed first.
 */
export async function writeAtomically<T>(path: string, write: (temporary: string) => Promise<T>): Promise<T> {
  const prepared = await prepareFile(path, write);
  await prepared.publish();
  return prepared.result;
}

/** A file that is whole and on the disk, but not yet under its name. */
export interface PreparedFile<T> {
  /** What `write` returned. */
  readonly result: T;
  /** Gives it its name, in place of a file that has it. */
  publish(): Promise<void>;
  discard(): Promise<void>;
}

/** The first half of {@link writeAtomically}. */
export async function prepareFile<T>(path: string, write: (temporary: string) => Promise<T>): Promise<PreparedFile<T>> {
  const target = resolve(path);
  const folder = dirname(target);
  const temporary = join(folder, `${PREFIX}${process.pid}-${randomUUID()}-${basename(target).slice(0, 60)}.tmp`);
  // Where even this fails, the reason is the one that is already on its way.
  const discard = () => rm(temporary, { force: true }).catch(() => undefined);
  const orDiscard = async <R>(work: () => Promise<R>): Promise<R> => {
    try {
      return await work();
    } catch (error) {
      await discard();
      throw outputError(target, error);
    }
  };
  const result = await orDiscard(async () => {
    await makeFolders(folder);
    await refuseFolder(target);
    await removeStale(folder);
    const written = await write(temporary);
    await sync(temporary);
    return written;
  });
  return { result, publish: () => orDiscard(() => rename(temporary, target)), discard };
}

/** Found out before the work, not when the file gets its name. */
async function refuseFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined); // What is not there is in nobody's way.
  if (found?.isDirectory()) throw Object.assign(new TypeError('a folder has this name'), { code: 'EISDIR' });
}

/** Puts one file in the place of another on the same disk; who may read and write it stays. */
export async function replaceFile(from: string, to: string): Promise<void> {
  await sync(from);
  await chmod(from, (await stat(to)).mode & 0o7777);
  await rename(from, to);
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Files of processes that no longer run. */
async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^\.deeplogbot-(\d+)-.*\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

const HINTS: Readonly<Record<string, readonly [code: string, hint: string]>> = {
  ENOSPC: ['DISK_FULL', 'Free some space, or choose an output on another disk.'],
  EDQUOT: ['DISK_FULL', 'Your quota is used up: free some space, or choose an output on another disk.'],
  EFBIG: ['DISK_FULL', 'The disk or a limit (ulimit -f) takes no file of this size; choose another output.'],
  EACCES: ['OUTPUT_NOT_WRITABLE', 'Choose an output folder that you may write to.'],
  EPERM: ['OUTPUT_NOT_WRITABLE', 'Choose an output folder that you may write to.'],
  EROFS: ['OUTPUT_NOT_WRITABLE', 'The disk is read-only; choose another output folder.'],
  ENOENT: ['OUTPUT_NOT_WRITABLE', 'A folder on the way is missing or cannot be made; choose another output folder.'],
  ENOTDIR: ['OUTPUT_NOT_WRITABLE', 'A part of the path is a file; choose another output folder.'],
  EISDIR: ['OUTPUT_NOT_WRITABLE', 'The path is a folder; name a file.'],
  EEXIST: ['OUTPUT_NOT_WRITABLE', 'The path is a file; choose another output folder.'],
};

/** A failure of the file system as an OutputError; any other error unchanged. */
export function outputError(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const known = code === undefined ? undefined : HINTS[code];
  if (!known) return error;
  return new OutputError(known[0], `Cannot write ${path}: ${(error as Error).message}.`, {
    hint: known[1],
    cause: error,
  });
}
