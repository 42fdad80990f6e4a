import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../errors.js';
import { isRunning, outputError } from '../output/atomic.js';

const NAME = 'lock.json';

interface Owner {
  readonly host: string;
  readonly process: number;
  /** Tells apart two locks of one process. */
  readonly run: string;
}

/** Locks that this process holds, by `run`. */
const held = new Set<string>();

/**
 * Takes a folder for one run; returns what gives it back. A lock that a killed process of this machine left is taken
 * over; any other stops with `STATE_IN_USE`.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, NAME);
  const owner: Owner = { host: hostname(), process: process.pid, run: randomUUID() };
  if (!(await create(path, owner))) {
    await takeAway(path);
    if (!(await create(path, owner))) throw inUse(path, await ownerOf(path));
  }
  held.add(owner.run);
  return async () => {
    held.delete(owner.run);
    if ((await ownerOf(path))?.run === owner.run) await rm(path, { force: true });
  };
}

/** False where the file is there already. */
async function create(path: string, owner: Owner): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(JSON.stringify(owner));
      await file.sync();
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw outputError(path, error);
  }
}

/** Removes a lock whose process is gone. It is renamed first, so that of two runs that try only one can have it. */
async function takeAway(path: string): Promise<void> {
  const owner = await ownerOf(path);
  if (owner && isAlive(owner)) throw inUse(path, owner);
  const aside = `${path}.${process.pid}-${randomUUID()}`;
  const moved = await rename(path, aside).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw outputError(path, error);
    },
  );
  if (!moved) return;
  const taken = await ownerOf(aside);
  if (taken && isAlive(taken)) {
    await rename(aside, path);
    throw inUse(path, taken);
  }
  await rm(aside, { force: true });
}

/** Of another machine nothing can be known; a lock of this very process that it does not hold is of an earlier one. */
function isAlive({ host, process: pid, run }: Owner): boolean {
  if (host !== hostname()) return true;
  return pid === process.pid ? held.has(run) : isRunning(pid);
}

/** Undefined where there is no lock, or one that was cut off while it was written. */
async function ownerOf(path: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Owner;
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (absent || error instanceof SyntaxError) return undefined;
    throw outputError(path, error);
  }
}

const inUse = (path: string, owner: Owner | undefined) =>
  new ConfigError(
    'STATE_IN_USE',
    `Another run works in this folder: process ${owner?.process ?? '?'} on ${owner?.host ?? '?'} holds ${path}.`,
    { hint: 'Wait until it has ended. If there is no such process, delete that file.' },
  );
