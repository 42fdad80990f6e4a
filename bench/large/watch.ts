import { fork } from 'node:child_process';
import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Failed, Finished, LargeRequest, Reported } from './request.js';

/** How a watched run went. */
export interface Watched {
  /** `limit`: ended because it took longer than allowed. */
  readonly outcome: Finished | { readonly failed: Failed } | 'limit';
  readonly reports: readonly Reported[];
  /** Largest resident memory seen once a second, and what the run was doing; undefined where there is no /proc. */
  readonly largest?: { readonly residentMiB: number; readonly at: number; readonly doing: string };
  /** Largest size of the spill folder, seen once a second. */
  readonly spilledMiB: number;
  /** Files in the spill folder, and half-written ones beside the results, when the process was gone. */
  readonly left: readonly string[];
}

type Message = Reported | { readonly done: Finished } | { readonly failed: Failed };

/** Runs a request in a process of its own, notes its progress and what it spills, and ends it after `limit` seconds. */
export async function watchRun(request: LargeRequest, limit: number): Promise<Watched> {
  const reports: Reported[] = [];
  let outcome: Watched['outcome'] = 'limit';
  let spilled = 0;
  let largest: Watched['largest'];
  const child = fork(fileURLToPath(new URL('run.ts', import.meta.url)), {
    execArgv: [...process.execArgv, '--max-old-space-size=4096'],
  });
  child.on('message', (message: Message) => {
    if ('at' in message) reports.push(message);
    else if ('done' in message) outcome = message.done;
    else outcome = message;
  });
  child.send(request);
  const look = setInterval(async () => {
    spilled = Math.max(spilled, await sizeOf(request.tempDirectory));
    const residentMiB = await residentOf(child.pid!);
    if (residentMiB === undefined || residentMiB < (largest?.residentMiB ?? 0)) return;
    const last = reports.at(-1);
    largest = {
      residentMiB,
      at: last?.at ?? 0,
      doing: last ? `${last.progress.step} ${last.progress.done}` : 'nothing yet',
    };
  }, 1000);
  let ended = '';
  const end = setTimeout(() => {
    ended = 'limit';
    child.kill('SIGKILL');
  }, limit * 1000);
  const how = await new Promise<string>((resolve) => {
    child.on('exit', (code, signal) => resolve(`${code ?? signal}`));
  });
  clearInterval(look);
  clearTimeout(end);
  if (outcome === 'limit' && ended !== 'limit') {
    outcome = { failed: { code: null, message: `the process ended by itself: ${how}`, hint: null, peakMiB: 0 } };
  }
  return {
    outcome,
    reports,
    spilledMiB: Math.round(spilled / 2 ** 20),
    ...(largest && { largest }),
    left: await leftovers(request),
  };
}

/** As Linux says; undefined elsewhere, and once the process is gone. */
async function residentOf(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
}

/** Bytes of all files below a folder; files that go away meanwhile count as none. */
async function sizeOf(folder: string): Promise<number> {
  const files = await filesBelow(folder);
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function filesBelow(folder: string): Promise<string[]> {
  const gone = (): Dirent[] => [];
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(gone);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function leftovers({ tempDirectory, outputDir }: LargeRequest): Promise<string[]> {
  const halfWritten = (await filesBelow(outputDir)).filter((file) => /(^|\/)\.[^/]*$|\.tmp$/.test(file));
  return [...(await readdir(tempDirectory)), ...halfWritten];
}
