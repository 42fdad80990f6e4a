import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { annotate, defineSchema, type Engine, numbers, sql, texts } from '@deeplogbot/core';
import { openNativeEngine, openNodeWasmEngine, verifySameRows } from '@deeplogbot/core/node';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { judgedPlaces } from './judged-places.js';

const SCHEMA = defineSchema({ locationField: 'place', timestampField: 'at', minLocationDownloads: 1 });
const COLUMNS = ['row', 'place', 'at'];

const { keys, verdicts } = judgedPlaces(300);

describe('the annotated file', () => {
  let folder: string;
  let even: string;
  let uneven: string;

  beforeAll(async () => {
    folder = await scratch();
    even = join(folder, 'even.parquet');
    uneven = join(folder, 'uneven.parquet');
    const engine = await openNativeEngine({ threads: 1 });
    const rows = (from: number, to: number) => sql`
      SELECT i AS row, CASE WHEN i % 50 <> 0 THEN 'place ' || (hash(i) % 1000) END AS place,
        TIMESTAMP '2023-01-01' + to_seconds(i) AS at FROM range(${from}, ${to}) t(i)`;
    const write = (path: string, query: ReturnType<typeof rows>, size: number) =>
      engine.write(query, { path, format: 'parquet', compression: 'snappy', rowGroupSize: size });
    await write(even, rows(0, 40_000), 2_048);
    await write(uneven, sql`SELECT * FROM (${rows(0, 40_000)}) WHERE hash(row) % 7 <> 0`, 3_001);
    await engine.close();
  });

  const annotated = async (engine: Engine, input: string, name: string): Promise<string> => {
    const path = join(folder, `${name}.parquet`);
    const relation = await engine.bind({ kind: 'files', paths: [input], format: 'parquet' });
    await annotate(
      engine,
      relation,
      { schema: SCHEMA, keys, verdicts },
      { path, format: 'parquet', compression: 'snappy' },
    );
    expect(await verifySameRows(engine, input, path, COLUMNS)).toBe(true);
    const wrong = await engine.columns(sql`
      SELECT CAST(count(*) AS DOUBLE) AS n FROM read_parquet(${path})
      WHERE classification_reason <> CASE
        WHEN place IS NULL THEN 'no location'
        WHEN CAST(replace(place, 'place ', '') AS INTEGER) % 3 = 0 AND CAST(replace(place, 'place ', '') AS INTEGER) < 900
          THEN 'Because of ' || place || '.'
        ELSE 'location has fewer than 1 downloads' END`);
    expect(numbers(wrong, 'n')[0]).toBe(0);
    const types = await engine.columns(sql`
      SELECT column_type AS t FROM (DESCRIBE SELECT * FROM read_parquet(${path})) WHERE column_name = 'behavior_type'`);
    expect(texts(types, 't')).toEqual(['VARCHAR']);
    return createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  };

  it.each(['even', 'uneven'] as const)(
    'has the input’s rows in order and the same bytes for any number of threads (%s row groups)',
    async (kind) => {
      const digests: string[] = [];
      for (const threads of [1, 2, 3, 4, 2]) {
        const engine = await openNativeEngine({ threads });
        digests.push(await annotated(engine, kind === 'even' ? even : uneven, `${kind}-${digests.length}`));
        const settings = await engine.columns(sql`SELECT CAST(current_setting('threads') AS DOUBLE) AS n`);
        expect(numbers(settings, 'n')[0]).toBe(threads);
        await engine.close();
      }
      expect(new Set(digests).size).toBe(1);
    },
  );

  it('keeps the order, and the settings, on a connection of the caller’s that does not', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run('SET preserve_insertion_order = FALSE; SET threads = 4');
    const engine = await openNativeEngine({ connection });
    await annotated(engine, even, 'borrowed');
    const reader = await connection.runAndReadAll(
      `SELECT current_setting('preserve_insertion_order'), current_setting('threads')`,
    );
    expect(reader.getRows()).toEqual([[false, 4n]]);
    const left = await connection.runAndReadAll(
      `SELECT type_name FROM duckdb_types() WHERE type_name LIKE 'deeplogbot%'`,
    );
    expect(left.getRows()).toEqual([]);
    await engine.close();
    connection.closeSync();
    instance.closeSync();
  });

  it('has them in order on the wasm engine', async () => {
    const native = await openNativeEngine({ threads: 2 });
    const wasm = await openNodeWasmEngine();
    const path = join(folder, 'wasm.parquet');
    const relation = await wasm.bind({ kind: 'files', paths: [uneven], format: 'parquet' });
    await annotate(
      wasm,
      relation,
      { schema: SCHEMA, keys, verdicts },
      { path, format: 'parquet', compression: 'snappy' },
    );
    expect(await verifySameRows(native, uneven, path, COLUMNS)).toBe(true);
    await Promise.all([native.close(), wasm.close()]);
  });
});
