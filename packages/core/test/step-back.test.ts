import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../test/support/scratch.js';

const run = promisify(execFile);

const PROGRAM = `
import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { stepBack } from './step-back.js';

if (isMainThread) {
  const [atLeast, by] = process.argv.slice(2).map(Number);
  if (getPriority() < atLeast) setPriority(atLeast);
  const worker = new Worker(new URL(import.meta.url), { workerData: by });
  worker.on('message', (thread) => console.log(getPriority(), thread));
} else {
  stepBack(workerData);
  parentPort.postMessage(getPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1))));
}
`;

describe.runIf(process.platform === 'linux')('a thread that steps back', () => {
  let path: string;
  beforeAll(async () => {
    path = join(await scratch(), 'program.mjs');
    const resolveDir = fileURLToPath(new URL('../src', import.meta.url));
    const stdin = { contents: PROGRAM, resolveDir, loader: 'ts' } as const;
    await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile: path });
  });

  /** Priorities of a process that begins with one, and of a thread of it that stepped back. */
  async function prioritiesOf(begin: number, by: number) {
    const { stdout } = await run(process.execPath, [path, String(begin), String(by)]);
    const [ofProcess, ofThread] = stdout.split(' ').map(Number);
    return { ofProcess: ofProcess!, ofThread: ofThread! };
  }

  it('has a lower priority than its process, which keeps its own', async () => {
    const { ofProcess, ofThread } = await prioritiesOf(1, 3);
    expect(ofProcess).toBeGreaterThanOrEqual(1);
    expect(ofThread).toBe(Math.min(19, ofProcess + 3));
  });

  it('has the lowest there is where it would have less', async () => {
    expect((await prioritiesOf(18, 5)).ofThread).toBe(19);
  });
});
