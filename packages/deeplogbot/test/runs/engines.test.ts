import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunResult } from '@deeplogbot/core';
import { runBotAnnotator } from 'deeplogbot';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { duckdb, parquet, people, readParquet } from '../support/logs.js';

const input = fileURLToPath(new URL('../../../../examples/demo/downloads.parquet', import.meta.url));

/** Both engines read the demo log. ln and pow of two C libraries may differ in the last bit, nothing else may. */
describe('native and WebAssembly DuckDB', () => {
  let native: RunResult;
  let wasm: RunResult;
  beforeAll(async () => {
    const folder = await scratch();
    native = await runBotAnnotator({
      input,
      outputDir: join(folder, 'native'),
      engine: 'native',
      threads: 2,
      reporters: [],
    });
    wasm = await runBotAnnotator({ input, outputDir: join(folder, 'wasm'), engine: 'wasm', reporters: [] });
  }, 120_000);

  it('find the same keys, labels and counts', () => {
    expect(wasm.engine).toBe('duckdb-wasm');
    expect(wasm.features.keys).toEqual(native.features.keys);
    expect(wasm.features.attributes).toEqual(native.features.attributes);
    expect(wasm.verdicts.rows.map(({ label, subcategory }) => [label, subcategory])).toEqual(
      native.verdicts.rows.map(({ label, subcategory }) => [label, subcategory]),
    );
    expect(wasm.rowCounts).toEqual(native.rowCounts);
    expect(wasm.stats).toEqual(native.stats);
  });

  it('compute features that agree to 1e-12', () => {
    const off: string[] = [];
    for (const [name, values] of native.features.columns) {
      const others = wasm.features.need(name);
      values.forEach((value, i) => {
        const other = others[i]!;
        const same =
          Object.is(value, other) ||
          Math.abs(value - other) <= 1e-12 * Math.max(Math.abs(value), Math.abs(other), 1e-3);
        if (!same) off.push(`${name} of ${native.features.keys[i]}: ${value} and ${other}`);
      });
    }
    expect(off).toEqual([]);
  });

  it('write the same rows', async () => {
    const rows = (file: string | null) => `SELECT * EXCLUDE (classification_confidence) FROM read_parquet('${file}')`;
    const [differing] = await duckdb(`
      SELECT count(*)::INT AS n FROM (
        (${rows(native.outputParquet)} EXCEPT ALL ${rows(wasm.outputParquet)})
        UNION ALL (${rows(wasm.outputParquet)} EXCEPT ALL ${rows(native.outputParquet)}))`);
    expect(differing).toEqual({ n: 0 });
  });
});

it.each(['native', 'wasm'] as const)('%s replaces the log by the annotated one', async (engine) => {
  const folder = await scratch();
  const log = await parquet(join(folder, 'log.parquet'), people(3));
  const before = await readParquet(log);
  const run = await runBotAnnotator({
    input: log,
    outputDir: join(folder, 'out'),
    outputStrategy: 'overwrite',
    engine,
    reporters: [],
  });
  expect(run.outputParquet).toBe(log);
  const after = await readParquet(log);
  expect(after.map(({ user, filename }) => [user, filename])).toEqual(
    before.map(({ user, filename }) => [user, filename]),
  );
  expect(after.every((row) => typeof row.is_bot === 'boolean')).toBe(true);
});
