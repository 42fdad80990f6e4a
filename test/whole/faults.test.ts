import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateLog } from '../../bench/generate/generate.js';
import { writeShape } from '../../bench/shapes/shapes.js';
import { root, scratch } from './support/run.js';

const CLI = join(root, 'packages/deeplogbot/dist/cli.js');
const digest = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly err: string;
}

let base: string;
let original: string;
/** Digest of the log before a run, and of the one that an undisturbed run puts in its place. */
let before: string;
let annotated: string;
/** The same for a log that was annotated before: its verdicts are replaced by another writer. */
let again: string;

beforeAll(async () => {
  base = await scratch();
  original = join(base, 'original.parquet');
  await generateLog({ rows: 300_000, locations: 1_000, seed: 42, path: original, labels: join(base, 'labels.csv') });
  before = await digest(original);
  const place = await fresh();
  expect(await ended(overwrite(place))).toMatchObject({ code: 0 });
  annotated = await digest(place.log);
  expect(annotated).not.toBe(before);
  expect(await ended(overwrite(place))).toMatchObject({ code: 0 });
  again = await digest(place.log);
});

interface Place {
  readonly folder: string;
  readonly log: string;
  readonly temp: string;
}

/** A folder with a copy of the log, and one for what the engine spills. */
async function fresh(): Promise<Place> {
  const folder = await scratch();
  const place = { folder, log: join(folder, 'log.parquet'), temp: await scratch() };
  await copyFile(original, place.log);
  return place;
}

function cli(place: Place, args: readonly string[], prefix: readonly string[] = []): ChildProcess {
  const [program, ...words] = [...prefix, process.execPath, CLI, ...args];
  return spawn(program!, words, { cwd: place.folder, env: { ...process.env, TMPDIR: place.temp, NO_COLOR: '1' } });
}

const overwrite = (place: Place, ...more: string[]) =>
  cli(place, ['-i', place.log, '--output-strategy', 'overwrite', '-o', join(place.folder, 'out'), ...more]);

function ended(child: ChildProcess): Promise<Ended> {
  let err = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, err })));
}

/** Names in the folder of the log that are neither the log nor its reports. */
const strays = async (place: Place) =>
  (await readdir(place.folder)).filter((name) => name !== 'log.parquet' && name !== 'out');

describe('kill -9 while the input is overwritten', () => {
  /** When to kill: at a line of progress, or when something appears in the folder of the log. */
  const said = (text: string) => (child: ChildProcess, kill: () => void) => {
    child.stderr?.on('data', (chunk: Buffer) => chunk.toString().includes(text) && kill());
  };
  const changed = (nth: number) => (child: ChildProcess, kill: () => void, folder: string) => {
    let left = nth;
    const watcher: FSWatcher = watch(folder, () => {
      left--;
      if (left === 0) kill();
    });
    child.on('close', () => watcher.close());
  };

  it.each([
    ['it starts', (child: ChildProcess, kill: () => void) => void child.on('spawn', kill)],
    ['features are computed', said('features …')],
    ['rows are annotated', said('annotate …')],
    ['the new log appears', changed(3)],
    ['the new log grows', changed(8)],
    ['the new log is in place', changed(40)],
  ] as const)('when %s leaves the old log or the new one, and the next run cleans up', async (_when, arm) => {
    const place = await fresh();
    const child = overwrite(place);
    arm(child, () => child.kill('SIGKILL'), place.folder);
    await ended(child);
    const left = await digest(place.log);
    expect([before, annotated]).toContain(left);
    expect(await ended(overwrite(place))).toMatchObject({ code: 0 });
    expect(await digest(place.log)).toBe(left === before ? annotated : again);
    expect(await strays(place)).toEqual([]);
    expect(await readdir(place.temp)).toEqual([]);
  });
});

it.each(['SIGINT', 'SIGTERM'] as const)('%s ends with 130 and leaves nothing half-written', async (signal) => {
  const place = await fresh();
  const child = overwrite(place);
  child.stderr?.on('data', (chunk: Buffer) => chunk.toString().includes('features …') && child.kill(signal));
  expect(await ended(child)).toMatchObject({ code: 130, err: expect.stringContaining('interrupted') });
  expect(await digest(place.log)).toBe(before);
  expect([await strays(place), await readdir(place.temp)]).toEqual([[], []]);
});

describe('too little of something', () => {
  const failure = async (child: ChildProcess, place: Place, code: string) => {
    const end = await ended(child);
    expect(end.code, end.err).toBe(1);
    expect(end.err).toMatch(new RegExp(`error ${code}\\n {2}\\S.{10,}\\n {2}\\S.{10,}`));
    expect(await digest(place.log)).toBe(before);
    expect([await strays(place), await readdir(place.temp)]).toEqual([[], []]);
  };

  it.each(['20MB', '30MB'])('memory: %s', async (limit) => {
    const place = await fresh();
    await failure(overwrite(place, '--quiet', '--memory-limit', limit), place, 'OUT_OF_MEMORY');
    expect(await readdir(join(place.folder, 'out'))).toEqual([]);
  });

  it('room for what is held of each location, before anything is made for them', async () => {
    const place = await fresh();
    const many = join(place.folder, 'many.parquet');
    await writeShape('location-per-row', 400_000, many);
    const args = [CLI, '-i', many, '-o', join(place.folder, 'out'), '--quiet', '--memory-limit', '256MB'];
    const options = { cwd: place.folder, env: { ...process.env, TMPDIR: place.temp, NO_COLOR: '1' } };
    const end = await ended(spawn(process.execPath, ['--max-old-space-size=96', ...args], options));
    expect(end.code, end.err).toBe(1);
    expect(end.err).toMatch(
      /error TOO_MANY_LOCATIONS\n {2}The log has 400,000 locations; .*\n {2}.*--max-old-space-size=\d+/,
    );
    expect([await readdir(join(place.folder, 'out')), await readdir(place.temp)]).toEqual([[], []]);
  });

  it.skipIf(process.platform === 'win32')('size: a limit on files', async () => {
    const place = await fresh();
    const child = cli(
      place,
      ['-i', place.log, '--output-strategy', 'overwrite', '-o', 'out', '--quiet'],
      ['bash', '-c', 'ulimit -f 2000; exec "$@"', 'limited'],
    );
    await failure(child, place, 'DISK_FULL');
  });

  const tmpfs = canMount();
  if (!tmpfs) console.warn('SKIPPED: full and read-only disks, because no tmpfs can be mounted here.');

  it.skipIf(!tmpfs).each([
    ['the annotated log', '3m', 'DISK_FULL'],
    ['the reports', '8m', 'REPORT_FAILED'],
  ])('disk, for %s', async (_what, size, code) => {
    const place = await fresh();
    const disk = await mounted(place.temp, `size=${size}`);
    try {
      const quiet = { ...place, temp: await scratch() };
      await failure(cli(quiet, ['-i', place.log, '-o', disk, '--quiet']), quiet, code);
      expect((await readdir(disk)).filter((name) => name.startsWith('.'))).toEqual([]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it.skipIf(!tmpfs)('room to spill', async () => {
    const place = await fresh();
    const disk = await mounted(place.temp, 'size=4m');
    try {
      const quiet = { ...place, temp: await scratch() };
      const flags = ['--memory-limit', '50MB', '--temp-directory', disk, '--quiet'];
      const end = await ended(cli(quiet, ['-i', place.log, '-o', join(place.folder, 'out'), ...flags]));
      expect(end.code, end.err).toBe(1);
      expect(end.err).toMatch(/error (DISK_FULL|OUT_OF_MEMORY)\n {2}\S.{10,}\n {2}.*(memoryLimit|tempDirectory)/);
      expect([await readdir(disk), await strays(quiet), await readdir(join(place.folder, 'out'))]).toEqual([
        [],
        [],
        [],
      ]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it.skipIf(!tmpfs)('room in the folder of the log, which is to be replaced', async () => {
    const place = await fresh();
    const disk = await mounted(place.temp, 'size=10m');
    try {
      const full: Place = { folder: disk, log: join(disk, 'log.parquet'), temp: await scratch() };
      await copyFile(original, full.log);
      const reports = await scratch();
      const child = cli(full, ['-i', full.log, '--output-strategy', 'overwrite', '-o', reports, '--quiet']);
      await failure(child, full, 'DISK_FULL');
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it.skipIf(!tmpfs)('permission: a disk that is read-only', async () => {
    const place = await fresh();
    const disk = await mounted(place.temp, 'size=1m,ro');
    try {
      const quiet = { ...place, temp: await scratch() };
      await failure(cli(quiet, ['-i', place.log, '-o', disk, '--quiet']), quiet, 'OUTPUT_NOT_WRITABLE');
      await failure(cli(quiet, ['-i', place.log, '-o', join(disk, 'below'), '--quiet']), quiet, 'OUTPUT_NOT_WRITABLE');
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('permission: a folder of mode 555', async () => {
    const place = await fresh();
    const folder = join(await scratch(), 'closed');
    await mkdir(folder);
    await chmod(folder, 0o555);
    await failure(cli(place, ['-i', place.log, '-o', folder, '--quiet']), place, 'OUTPUT_NOT_WRITABLE');
  });
});

async function mounted(parent: string, options: string): Promise<string> {
  const disk = join(parent, 'disk');
  await mkdir(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk]);
  return disk;
}

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    const disk = execFileSync('mktemp', ['-d']).toString().trim();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'ignore' });
    execFileSync('umount', [disk]);
    execFileSync('rmdir', [disk]);
    return true;
  } catch {
    return false;
  }
}
