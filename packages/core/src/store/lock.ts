import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfigError } from '../errors.js';
import { outputError } from '../output/atomic.js';
import { birthOf, isRunning } from '../output/processes.js';
import { textDigest } from './digest.js';

const NAME = 'lock.json';

interface Owner {
  readonly host: string;
  readonly process: number;
  /** Tells apart two locks of one process. */
  readonly run: string;
  /** Tells the process from a later one of its number; absent where the system does not say. */
  readonly born?: string | undefined;
}

/** Locks that this process holds or is about to, by `run`. */
const held = new Set<string>();

/**
 * Takes a folder for one run; returns what gives it back. A lock that a killed process of this machine left is taken
 * over; any other stops with `STATE_IN_USE`.
 *
 * A left lock is not replaced: between the look at it and its replacement another run could have done the same. It gets a
 * successor, a file named after its content, which can be made once; the last of such a chain holds the folder.
 * Whoever gives the folder back removes the first file first, so that a successor made too late finds nothing to succeed.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const owner: Owner = { host: hostname(), process: process.pid, run: randomUUID(), born: birthOf(process.pid) };
  held.add(owner.run);
  try {
    const chain = await take(join(folder, NAME), JSON.stringify(owner));
    return async () => {
      held.delete(owner.run);
      await giveBack(chain);
    };
  } catch (error) {
    held.delete(owner.run);
    throw error;
  }
}

/** A lock and its successors, the first one first, each with its content. */
type Chain = readonly { readonly path: string; readonly content: string }[];

async function take(path: string, content: string): Promise<Chain> {
  const left: { path: string; content: string }[] = [];
  for (let next = path; ; next = `${path}.${textDigest(left.at(-1)!.content).slice(0, 16)}`) {
    if (await create(next, content)) {
      const chain = [...left, { path: next, content }];
      if (await isFirst(chain[0]!)) return chain;
      await rm(next, { force: true });
      return take(path, content);
    }
    const found = await contentOf(next);
    if (found === undefined) return take(path, content);
    const owner = ownerOf(found);
    if (owner && isAlive(owner)) throw inUse(next, owner);
    left.push({ path: next, content: found });
  }
}

/** Whether a chain still begins with this lock: else its holder gave it back after it was read. */
const isFirst = async ({ path, content }: Chain[number]): Promise<boolean> => (await contentOf(path)) === content;

/** Nothing is removed where somebody deleted the lock meanwhile and another run has made one. */
async function giveBack(chain: Chain): Promise<void> {
  if (!(await isFirst(chain[0]!))) return;
  for (const { path } of chain) await rm(path, { force: true });
}

/** Makes a lock with its content in one step; false where there is one already. */
async function create(path: string, content: string): Promise<boolean> {
  // Named as every half-written file is, so that the next run removes it if this one is killed here.
  const whole = join(dirname(path), `.deeplogbot-${process.pid}-${randomUUID()}-lock.tmp`);
  try {
    await writeFile(whole, content);
    await link(whole, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw outputError(path, error);
  } finally {
    await rm(whole, { force: true });
  }
}

/** Of another machine nothing can be known; a lock of this very process that it does not hold is of an earlier one. */
function isAlive({ host, process: pid, run, born }: Owner): boolean {
  if (host !== hostname()) return true;
  if (pid === process.pid) return held.has(run);
  return isRunning(pid) && (born === undefined || born === birthOf(pid));
}

/** Undefined where there is no file. */
async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw outputError(path, error);
  }
}

/** Undefined where a file is no lock. */
function ownerOf(content: string): Owner | undefined {
  try {
    return JSON.parse(content) as Owner;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const inUse = (path: string, owner: Owner) =>
  new ConfigError(
    'STATE_IN_USE',
    `Another run works in this folder: process ${owner.process} on ${owner.host} holds ${path}.`,
    { hint: 'Wait until it has ended. If there is no such process, delete that file.' },
  );
