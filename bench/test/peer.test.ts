import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../test/support/scratch.js';
import { findPython, installPeer } from '../peer/install.js';
import { type Commands, commandOf, type Job, measure, outputOf } from '../peer/systems.js';
import { type Comparison, cells, comparisonTable, median, type Run, speedAim } from '../peer/table.js';

let folder: string;
beforeAll(async () => {
  folder = await scratch();
});

const run = (system: Run['system'], seconds: number, more: Partial<Run> = {}): Run => ({
  system,
  method: 'rules',
  outcome: 'done',
  seconds,
  cpuSeconds: seconds,
  peakMiB: 100,
  macroF1: 0.5,
  macroF1WithoutVisitors: 0.5,
  ...more,
});
const comparison = (...runs: Run[]): Comparison => ({ rows: 1_000_000, locations: 8000, limit: 100, runs });

describe('the comparison', () => {
  it('divides medians, so that one slow run decides nothing', () => {
    const runs = [run('ours', 2), run('ours', 90), run('ours', 1), run('reference', 20), run('reference', 30)];
    expect(cells(comparison(...runs))).toEqual([
      { method: 'rules', wall: 10, cpu: 10, memory: 1, f1: 0, bound: false },
    ]);
    expect([median([3, 1, 2]), median([4, 1]), median([7])]).toEqual([2, 1, 7]);
  });

  it('calls a ratio a lower bound where the reference reached the limit, and claims no quality', () => {
    const { macroF1: _, macroF1WithoutVisitors: __, ...ended } = run('reference', 100, { outcome: 'limit' });
    const [cell] = cells(comparison(run('ours', 4), ended));
    expect(cell).toEqual({ method: 'rules', wall: 25, cpu: 25, memory: 1, bound: true });
    const text = comparisonTable(comparison(run('ours', 4), ended));
    expect(text).toContain('> 100 (limit)');
    expect(text).toContain('| rules | > 25.0 | > 25.0 | 10: reached | 1.00 missed | no answer |');
  });

  it('compares nothing with a run that failed, and shows it', () => {
    const failed = run('ours', 1, { outcome: 'failed' });
    expect(cells(comparison(failed, run('reference', 10)))).toEqual([]);
    expect(comparisonTable(comparison(failed, run('reference', 10)))).toContain('| ours | rules | failed |');
  });

  it('does not let ours be ended at the limit and count as fast', () => {
    expect(cells(comparison(run('ours', 100, { outcome: 'limit' }), run('reference', 100)))).toEqual([]);
  });

  it.each([
    [{}, '1.0', 'missed', '0.000 missed'],
    [{ peakMiB: 40, macroF1: 0.6 }, '1.0', 'missed', '0.40 reached | 0.100 reached'],
    [{ seconds: 0.1 }, '10.0', 'reached', '1.00 missed'],
  ])('says of each aim whether it is reached: %o', (more, ratio, verdict, rest) => {
    const text = comparisonTable(comparison(run('ours', 1, more), run('reference', 1)));
    expect(text).toContain(`| rules | ${ratio} | 1.0 | 10: ${verdict} |`);
    expect(text).toContain(rest);
  });

  it('has an aim for each size, and none below the smallest', () => {
    expect([999_999, 1e6, 5e6, 9e6, 1e7].map((rows) => speedAim('rules', rows))).toEqual([undefined, 10, 15, 15, 30]);
    expect([1e6, 5e6].map((rows) => speedAim('deep', rows))).toEqual([undefined, 12]);
  });
});

describe('the environment of the reference', () => {
  const requirements = new URL('../peer/requirements.txt', import.meta.url).pathname;
  const missing = 'No Python with the module venv among no-such-python; set PYTHON to one.';

  it('says what is missing where there is no Python, and leaves no folder', async () => {
    const target = join(folder, 'peer');
    expect(await installPeer(target, requirements, ['no-such-python'])).toEqual({ missing });
    expect(existsSync(target)).toBe(false);
  });

  it('is used where it was made, and made anew where it was moved to or is to hold other versions', async () => {
    const [made, moved] = [join(folder, 'made'), join(folder, 'moved')];
    await mkdir(join(made, 'bin'), { recursive: true });
    await writeFile(join(made, 'bin', 'python'), '#!/bin/sh\necho deeplogbot==0.1.0\n', { mode: 0o755 });
    await writeFile(join(made, 'installed.txt'), `${made}\n${await readFile(requirements, 'utf8')}`);
    expect(await installPeer(made, requirements, ['no-such-python'])).toMatchObject({
      versions: ['deeplogbot==0.1.0'],
    });
    const others = join(folder, 'others.txt');
    await writeFile(others, 'deeplogbot==0.2.0\n');
    expect(await installPeer(made, others, ['no-such-python'])).toEqual({ missing });
    await rename(made, moved);
    expect(await installPeer(moved, requirements, ['no-such-python'])).toEqual({ missing });
  });
});

const python = await findPython().catch(() => undefined);

describe.skipIf(!python)('a measured process', () => {
  const job = (log: string): Job => ({ system: 'ours', method: 'rules', log, folder });
  const commands = (limit: number, ...program: string[]): Commands => ({
    python: python!,
    reference: 'deeplogbot',
    ours: [process.execPath, '-e', ...program],
    limit,
  });

  it('has the memory and the processor time that it took itself', async () => {
    const work =
      'const b = Buffer.alloc(3e8, 1); const t = process.cpuUsage(); while (process.cpuUsage(t).user < 3e5); console.log("log", b.length)';
    const used = await measure(job('x'), commands(60, work, '--'));
    expect(used.code).toBe(0);
    expect(used.peakMiB).toBeGreaterThan(286);
    expect(used.peakMiB).toBeLessThan(1000);
    expect(used.cpuSeconds).toBeGreaterThan(0.29);
    expect(await readFile(outputOf(job('x')), 'utf8')).toBe('log 300000000\n');
  });

  it('is ended at the limit', async () => {
    expect((await measure(job('x'), commands(0.5, 'setInterval(() => {}, 1000)', '--'))).code).toBeNull();
  });

  it('keeps its exit code', async () => {
    expect((await measure(job('x'), commands(60, 'process.exit(3)', '--'))).code).toBe(3);
  });
});

it('asks both systems for the same work', () => {
  const commands: Commands = { python: 'p', reference: 'deeplogbot', ours: ['node', 'cli.js', '--quiet'], limit: 1 };
  const job = { method: 'deep', log: 'a b.parquet', folder: '/f' } as const;
  const tail = ['-i', 'a b.parquet', '-o', '/f/reports'];
  expect(commandOf({ ...job, system: 'ours' }, commands)).toEqual([
    ...['node', 'cli.js', '--quiet', ...tail, '--output', '/f/annotated.parquet', '-m', 'deep'],
  ]);
  expect(commandOf({ ...job, system: 'reference' }, commands)).toEqual([
    ...['deeplogbot', ...tail, '-out', '/f/annotated.parquet', '-m', 'deep'],
  ]);
});
