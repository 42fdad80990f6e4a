import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfigError } from '../errors.js';
import { isRunning, outputError } from '../output/atomic.js';

const NAME = 'lock.json';

interface Owner {
  readonly host: string;
  readonly process: number;
  /** Tells apart two locks of one process. */
  readonly run: string;
}

/** Locks that this process holds or is about to, by `run`. */
const held = new Set<string>();

/**
 * Takes a folder for one run; returns what gives it back. A lock that a killed process of this machine left is taken
 * over; any other stops with `STATE_IN_USE`.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, NAME);
  const owner: Owner = { host: hostname(), process: process.pid, run: randomUUID() };
  held.add(owner.run);
  try {
    if (!(await create(path, owner))) await takeOver(path, owner);
  } catch (error) {
    held.delete(owner.run);
    throw error;
  }
  return async () => {
    held.delete(owner.run);
    if ((await ownerOf(path))?.run === owner.run) await rm(path, { force: true });
  };
}

/** Makes a lock with its content in one step; false where there is one already. */
async function create(path: string, owner: Owner): Promise<boolean> {
  // Named as every half-written file is, so that the next run removes it if this one is killed here.
  const whole = join(dirname(path), `.deeplogbot-${owner.process}-${randomUUID()}-lock.tmp`);
  try {
    await writeFile(whole, JSON.stringify(owner));
    await link(whole, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw outputError(path, error);
  } finally {
    await rm(whole, { force: true });
  }
}

/** Puts a lock in the place of one whose process is gone. A second lock sees to it that one run at a time tries. */
async function takeOver(path: string, owner: Owner): Promise<void> {
  await refuseAlive(path);
  const guard = `${path}.takeover`;
  if (!(await create(guard, owner))) {
    await refuseAlive(guard);
    await rm(guard, { force: true });
    if (!(await create(guard, owner))) throw inUse(guard, await ownerOf(guard));
  }
  try {
    await refuseAlive(path);
    await rm(path, { force: true });
    if (!(await create(path, owner))) throw inUse(path, await ownerOf(path));
  } finally {
    await rm(guard, { force: true });
  }
}

async function refuseAlive(path: string): Promise<void> {
  const owner = await ownerOf(path);
  if (owner && isAlive(owner)) throw inUse(path, owner);
}

/** Of another machine nothing can be known; a lock of this very process that it does not hold is of an earlier one. */
function isAlive({ host, process: pid, run }: Owner): boolean {
  if (host !== hostname()) return true;
  return pid === process.pid ? held.has(run) : isRunning(pid);
}

/** Undefined where there is no lock, or a file that is none. */
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
