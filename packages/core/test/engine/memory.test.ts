import { chown, mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Engine, numbers, texts } from '@deeplogbot/core';
import { openEngine, openNativeEngine } from '@deeplogbot/core/node';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { engineError } from '../../src/engine/errors.js';
import { bytesOf, countedBytes, threadsWithin } from '../../src/engine/memory.js';
import { sql } from '../../src/sql.js';

it.each([
  ['4GB', 4e9],
  ['512MiB', 512 * 2 ** 20],
  ['1.5 tb', 1.5e12],
  ['256 kb', 256_000],
])('reads %s', (size, bytes) => {
  expect(bytesOf(size)).toBe(bytes);
});

it('refuses what is no size, whoever opens the engine', async () => {
  const opening = openNativeEngine({ memoryLimit: '4 apples' });
  await expect(opening).rejects.toThrow('memoryLimit must be a size such as "4GB" or "512MiB". Got "4 apples".');
});

it('says so where there is no folder to spill to', async () => {
  await expect(openNativeEngine({ tempDirectory: '/nowhere/at all' })).rejects.toMatchObject({
    code: 'INVALID_OPTION',
    message: 'tempDirectory must be a folder that is there and may be written to. Got "/nowhere/at all".',
    cause: { code: 'ENOENT' },
  });
});

it('takes away what killed runs of the same user left behind, and nothing of other users', async () => {
  const folder = await scratch();
  const gone = 2 ** 31 - 1; // Above any number that a process has.
  const [own, other] = [join(folder, `deeplogbot-spill-${gone}-own`), join(folder, `deeplogbot-spill-${gone}-other`)];
  await Promise.all([mkdir(own), mkdir(other)]);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await chown(other, 65_534, 65_534); // Nobody else may give a folder away.
  await (await openNativeEngine({ tempDirectory: folder })).close();
  expect(await readdir(folder)).toEqual(isRoot ? [basename(other)] : []);
});

it('leaves a quarter of the limit to the allocator', () => {
  expect(countedBytes('4GiB')).toBe(3 * 2 ** 30);
});

it.each([
  ['256MB', 2, 1],
  ['512MB', 2, 2],
  ['1GB', 16, 6],
  ['64MB', 1, 1],
  ['1TB', 16, 16],
])('has room under %s for so many of %i threads: %i', (limit, wanted, threads) => {
  expect(threadsWithin(limit, wanted)).toBe(threads);
});

it('gives freed memory back at once from the first statement on that finds the process near its limit', async () => {
  const threshold = async (memoryLimit: string) => {
    const engine = await openNativeEngine({ threads: 1, memoryLimit });
    await engine.run(sql`CREATE TEMP TABLE t AS SELECT 1 AS x`);
    const found = await engine.columns(
      sql`SELECT current_setting('allocator_flush_threshold') AS kept, current_setting('memory_limit') AS counted`,
    );
    await engine.close();
    return [texts(found, 'kept')[0], texts(found, 'counted')[0]];
  };
  expect(await threshold('64MiB')).toEqual(['976.5 KiB', '48.0 MiB']); // this process alone is larger
  expect(await threshold('4TiB')).toEqual(['128.0 MiB', '3.0 TiB']);
});

it.runIf(process.platform === 'linux')('gives free memory back when it is told to, and keeps its limit', async () => {
  const resident = () => process.memoryUsage.rss() / 2 ** 20;
  for (const memoryLimit of [undefined, '3GiB']) {
    const engine = await openNativeEngine({ threads: 2, ...(memoryLimit && { memoryLimit }) });
    const counted = async () =>
      parseFloat(texts(await engine.columns(sql`SELECT current_setting('memory_limit') AS x`), 'x')[0]!);
    const limit = await counted();
    await engine.run(sql`CREATE TEMP TABLE t AS SELECT hash(i) AS a, hash(i + 1) AS b FROM range(6000000) t(i)`);
    await engine.run(sql`ALTER TABLE t DROP COLUMN b`);
    const full = resident();
    await engine.trim?.();
    expect(full - resident()).toBeGreaterThan(30); // of 46 MiB
    await engine.trim?.();
    expect(limit - (await counted())).toBeLessThan(0.15);
    await engine.close();
  }
});

it('uses one thread for few rows and all of them for many, and leaves a connection of the caller’s as it is', async () => {
  const threads = async (engine: Engine, rows: number) => {
    await engine.expect?.(rows);
    return numbers(await engine.columns(sql`SELECT current_setting('threads') AS n`), 'n')[0];
  };
  const own = await openNativeEngine({ threads: 2 });
  expect([await threads(own, 1e6), await threads(own, 12), await threads(own, 1e6)]).toEqual([2, 1, 2]);
  await own.close();
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const lent = await openNativeEngine({ connection: await instance.connect() });
  const thresholds = async () =>
    lent.columns(sql`
      SELECT current_setting('allocator_flush_threshold') AS a, current_setting('allocator_bulk_deallocation_flush_threshold') AS b`);
  const before = await thresholds();
  expect([await threads(lent, 1e6), await threads(lent, 12)]).toEqual([2, 2]);
  await lent.giveBack?.();
  expect(await thresholds()).toEqual(before);
  await lent.close();
  instance.closeSync();
});

it('does with one thread what does not fit with two, and has all of them back afterwards', async () => {
  const engine = await openNativeEngine({ threads: 2, memoryLimit: '512MiB' });
  const setting = async (name: string) =>
    texts(await engine.columns(sql`SELECT current_setting(${name})::VARCHAR AS x`), 'x')[0];
  const refusals: string[] = [];
  const { connection } = engine as unknown as { connection: { run(text: string): Promise<unknown> } };
  const run = connection.run.bind(connection);
  connection.run = async (text) => {
    if (!text.includes('heavy') || (await setting('threads')) === '1') return run(text);
    refusals.push(text);
    throw new Error('Out of Memory Error: failed to allocate data of size 64.0 KiB (366.2 MiB/366.2 MiB used)');
  };
  try {
    await engine.run(sql`CREATE TEMP TABLE heavy AS SELECT 7 AS x`);
    expect([refusals.length, await setting('threads')]).toEqual([1, '2']);
    await engine.rest?.();
    expect(await setting('memory_limit')).toBe('384.0 MiB');
    expect(numbers(await engine.columns(sql`SELECT x FROM heavy`), 'x')).toEqual(Float64Array.of(7));
  } finally {
    await engine.close();
  }
});

it('says how much memory the engine may take where that does not do', async () => {
  const engine = await openNativeEngine({ threads: 1, memoryLimit: '20MB' });
  try {
    await expect(
      engine.run(sql`CREATE TEMP TABLE t AS SELECT list(i) AS x FROM range(4000000) t(i)`),
    ).rejects.toMatchObject({
      code: 'OUT_OF_MEMORY',
      message: expect.stringMatching(
        /^The engine needs more memory than the 14\.3 MiB that it may take; [\d.]+ MiB are in use\.$/,
      ),
      hint: expect.stringContaining('three quarters'),
    });
  } finally {
    await engine.close();
  }
});

it.each(['native', 'wasm'] as const)('%s refuses a folder for temporary files that is none', async (engine) => {
  const file = new URL(import.meta.url).pathname;
  for (const tempDirectory of ['/none/at all', file]) {
    await expect(openEngine({ engine, tempDirectory })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(/^tempDirectory must be a folder that is there and may be written to\. Got "/),
    });
  }
});

it('says that the folder for temporary files is full where that is why memory does not do', () => {
  const said =
    "Out of Memory Error: failed to offload data block of size 256.0 KiB (864.0 KiB/921.5 KiB used).\nThis limit was set by the 'max_temp_directory_size' setting.";
  expect(engineError('SELECT 1', new Error(said))).toMatchObject({
    code: 'DISK_FULL',
    message: 'The folder for temporary files is full: 864.0 KiB of 921.5 KiB are in use.',
    hint: expect.stringContaining('tempDirectory'),
  });
});
