import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PlanNode } from '@deeplogbot/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateLog } from '../../bench/generate/generate.js';
import { root, scratch } from './support/run.js';

const built = (name: string) => JSON.stringify(pathToFileURL(join(root, 'packages', name, 'dist/index.js')).href);
const FOLDER = '.deeplogbot-resume';

/**
 * A process that runs the main job with the reporters that hold every figure, and kills itself at its n-th report of
 * progress; 0 = never. Reports that are repeated every second while nothing ends do not count.
 */
const JOB = `
import { runBotAnnotator } from ${built('deeplogbot')};
import { locationAnalysisCsv, runManifest } from ${built('reports')};
const [input, outputDir, stateDir, killAt] = process.argv.slice(1);
let reports = 0;
let last = '';
const run = await runBotAnnotator({
  input, outputDir, resume: true, reporters: [locationAnalysisCsv, runManifest],
  ...(stateDir !== '' && { stateDir }),
  onProgress: ({ step, done }) => {
    const now = step + ' ' + done;
    if (now !== last && ++reports === Number(killAt)) process.kill(process.pid, 'SIGKILL');
    last = now;
  },
});
console.log(JSON.stringify({ reports, reused: run.reused }));
`;

interface JobOptions {
  readonly input?: string;
  readonly state?: string;
  readonly killAt?: number;
}

interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

let base: string;
let log: string;
/** Files of a run that nobody disturbed, and how many reports of progress it made. */
let undisturbed: Awaited<ReturnType<typeof filesOf>>;
let reports: number;

beforeAll(async () => {
  base = await scratch();
  log = join(base, 'log.parquet');
  await generateLog({ rows: 60_000, locations: 300, seed: 7, path: log, labels: join(base, 'labels.csv') });
  const out = join(base, 'undisturbed');
  const end = await ended(job(out));
  reports = JSON.parse(end.out).reports;
  undisturbed = await filesOf(out);
  expect(Object.keys(undisturbed).sort()).toEqual([
    'location_analysis.csv',
    'location_analysis.dictionary.csv',
    'log_annotated.parquet',
    'run.json',
  ]);
});

function job(outputDir: string, { input = log, state = '', killAt = 0 }: JobOptions = {}): ChildProcess {
  const args = ['--input-type=module', '-e', JOB, input, outputDir, state, String(killAt)];
  return spawn(process.execPath, args, { env: { ...process.env, TMPDIR: base } });
}

function ended(child: ChildProcess): Promise<Ended> {
  const said = { out: '', err: '' };
  child.stdout!.on('data', (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  child.stderr!.on('data', (chunk: Buffer) => {
    said.err += chunk.toString();
  });
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, ...said })));
}

/** Every file of a folder but the timings, as text; folders and hidden files are there by name only. */
async function filesOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder)).filter((name) => name !== 'timings.json');
  const text = (name: string) => readFile(join(folder, name), 'base64').catch(() => 'no file');
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await text(name)] as const)));
}

/** Runs to the end and expects the files of an undisturbed run, and nothing else; returns what was taken. */
async function finish(out: string, options: JobOptions = {}) {
  const end = await ended(job(out, options));
  expect(end).toMatchObject({ code: 0, err: '' });
  expect(await filesOf(out)).toEqual(undisturbed);
  return JSON.parse(end.out).reused;
}

describe('a run that is killed', () => {
  it('goes on to the same bytes from ten drawn moments', async () => {
    const drawn = Array.from({ length: 10 }, (_, i) =>
      createHash('sha256').update(`moment ${i}`).digest().readUInt32BE(),
    );
    const moments = drawn.map((n) => 1 + (n % reports)).sort((a, b) => a - b);
    const { ebiProvider } = await import(pathToFileURL(join(root, 'packages/providers/ebi/dist/index.js')).href);
    const nodes: readonly PlanNode[] = [...ebiProvider.aggregates, ...ebiProvider.extractors];
    // Computed beside the engine: when they are done, and with them the tables that only they read, is a matter of luck.
    const series = nodes.filter(({ kind }) => kind === 'series');
    const luck = 2 * series.length;
    let most = 0;
    for (const [i, killAt] of moments.entries()) {
      const out = join(base, `killed-${i}`);
      expect(await ended(job(out, { killAt }))).toMatchObject({ signal: 'SIGKILL' });
      const taken: number = (await finish(out)).nodes;
      expect(taken, `taken after a kill at ${killAt}`).toBeGreaterThanOrEqual(most - luck);
      most = Math.max(most, taken);
    }
    expect(most).toBeGreaterThan(30);
  });

  it('goes on when it is killed again and again', async () => {
    const out = join(base, 'again');
    const taken: number[] = [];
    for (const killAt of [12, 14, 20, 30]) {
      expect(await ended(job(out, { killAt }))).toMatchObject({ signal: 'SIGKILL' });
      taken.push((await readdir(join(out, FOLDER))).filter((name) => name.endsWith('.json')).length);
    }
    expect(taken).toEqual([...taken].sort((a, b) => a - b));
    expect(taken.at(-1)).toBeGreaterThan(taken[0]!);
    await finish(out);
  });

  it.each([1, 3, 40, 120])(
    'goes on when it is killed at change %i of the folder, whatever it was doing',
    async (nth) => {
      const out = join(base, `changed-${nth}`);
      await mkdir(join(out, FOLDER), { recursive: true });
      const child = job(out);
      let left = nth;
      const watcher: FSWatcher = watch(join(out, FOLDER), () => {
        if (--left === 0) child.kill('SIGKILL');
      });
      expect(await ended(child)).toMatchObject({ signal: 'SIGKILL' });
      watcher.close();
      await finish(out);
    },
  );

  it('is refused to a run over another log, which touches nothing', async () => {
    const out = join(base, 'stale');
    expect(await ended(job(out, { killAt: 30 }))).toMatchObject({ signal: 'SIGKILL' });
    const before = await readdir(out, { recursive: true });
    const other = join(base, 'log-of-the-same-length.parquet');
    const bytes = await readFile(log);
    await writeFile(other, bytes.fill(bytes[1000]! ^ 1, 1000, 1001));
    const end = await ended(job(out, { input: other }));
    expect(end).toMatchObject({
      code: 1,
      err: expect.stringMatching(/the input .*log-of-the-same-length\.parquet is new/),
    });
    expect((await readdir(out, { recursive: true })).filter((name) => !name.includes('lock'))).toEqual(
      before.filter((name) => !name.includes('lock')),
    );
  });
});

it('leaves a state as it was when it is killed, and takes what it had read', async () => {
  const logs = join(base, 'logs');
  await mkdir(logs);
  await cp(log, join(logs, 'log.parquet'));
  const state = join(base, 'state');
  const more = { input: join(logs, 'log.parquet'), state };
  const out = join(base, 'of-a-state');
  expect(await ended(job(out, { ...more, killAt: 25 }))).toMatchObject({ signal: 'SIGKILL' });
  expect((await readdir(state)).sort()).toEqual(['lock.json', 'parts']);
  const parts = await readdir(join(state, 'parts'));
  expect(parts).toHaveLength(2);
  const reused = await finish(out, more);
  expect(reused).toMatchObject({ files: 0, scannedFiles: [more.input] });
  expect(reused.nodes).toBeGreaterThan(5);
  expect(await readdir(join(state, 'parts'))).toEqual(parts);
  expect((await readdir(state)).sort()).toEqual(['parts', 'state.json']);
});
