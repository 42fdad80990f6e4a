import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { birthOf } from '../../src/output/processes.js';
import { lockFolder } from '../../src/store/lock.js';

/** Number of a process that has ended. */
async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.on('close', resolve));
  return child.pid!;
}

/** However busy the machine is. */
const SOON = { timeout: 4000 };

const left = (folder: string, owner: object) => writeFile(join(folder, 'lock.json'), JSON.stringify(owner));

/** What a run leaves that was killed after it had taken over from another. */
async function leftBySuccessor(folder: string, first: object): Promise<void> {
  const kept = await readdir(folder);
  await lockFolder(folder);
  const made = (await readdir(folder)).find((name) => !kept.includes(name))!;
  await writeFile(join(folder, made), JSON.stringify({ ...first, run: 'its successor' }));
}

it('is held by one run at a time and given back', async () => {
  const folder = await scratch();
  const release = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({
    code: 'STATE_IN_USE',
    message: expect.stringContaining(`process ${process.pid} on ${hostname()}`),
  });
  await release();
  expect(await readdir(folder)).toEqual([]);
  await (await lockFolder(folder))();
});

it('is taken over from a process that is gone, whose number may be this one’s', async () => {
  const folder = await scratch();
  for (const pid of [await endedProcess(), process.pid]) {
    await left(folder, { host: hostname(), process: pid, run: 'earlier' });
    const release = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({
      code: 'STATE_IN_USE',
      message: expect.stringContaining(`process ${process.pid} on ${hostname()}`),
    });
    await release();
  }
  expect(await readdir(folder)).toEqual([]);
});

it.runIf(process.platform === 'linux')(
  'is taken over from a killed process that its parent never asked for',
  async () => {
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60']);
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(String(line));
    // A shell would ask; what takes its place does not.
    await vi.waitFor(async () => expect(await readFile(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n'), SOON);
    process.kill(pid, 'SIGKILL');
    const folder = await scratch();
    await left(folder, { host: hostname(), process: pid, run: 'killed' });
    await vi.waitFor(async () => (await lockFolder(folder))(), SOON);
    expect(() => process.kill(pid, 0)).not.toThrow(); // It is still there, for whoever asks by its number.
    parent.kill('SIGKILL');
  },
);

it.runIf(process.platform === 'linux')('is taken over where its number is that of a later process', async () => {
  const folder = await scratch();
  const owner = { host: hostname(), process: process.ppid, run: 'b', born: birthOf(process.ppid) };
  await left(folder, owner);
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'STATE_IN_USE' });
  await left(folder, { ...owner, born: birthOf(process.pid) });
  await (await lockFolder(folder))();
  expect(await readdir(folder)).toEqual([]);
});

it('is taken over where it is no lock', async () => {
  const folder = await scratch();
  await writeFile(join(folder, 'lock.json'), '{"host":"a');
  await (await lockFolder(folder))();
  expect(await readdir(folder)).toEqual([]);
});

it('is respected where another machine or a living process holds it', async () => {
  const folder = await scratch();
  for (const owner of [
    { host: 'elsewhere', process: await endedProcess(), run: 'a' },
    { host: hostname(), process: process.ppid, run: 'b' },
  ]) {
    await left(folder, owner);
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'STATE_IN_USE' });
    expect(JSON.parse(await readFile(join(folder, 'lock.json'), 'utf8'))).toEqual(owner);
  }
});

it.each([false, true])(
  'goes to one of many that find the lock of a killed run (killed while it took over: %s)',
  async (both) => {
    const folder = await scratch();
    const gone = { host: hostname(), process: await endedProcess(), run: 'earlier' };
    await left(folder, gone);
    if (both) await leftBySuccessor(folder, gone);
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const tried of tries) if (tried.status === 'fulfilled') await tried.value();
    expect(await readdir(folder)).toEqual([]);
  },
);
