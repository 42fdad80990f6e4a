import { spawnSync } from 'node:child_process';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Engine, identifier, numbers, type Sql, sql, textColumn, texts } from '@deeplogbot/core';
import { openNativeEngine, openNodeWasmEngine, verifySameRows } from '@deeplogbot/core/node';
import { Int64, Null, Table, TimestampMicrosecond, tableToIPC, Uint64, Utf8, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';

/** What every engine promises, whichever it is. */
function describeEngine(name: string, open: () => Promise<Engine>): void {
  describe(name, () => {
    let engine: Engine;
    let folder: string;
    beforeAll(async () => {
      engine = await open();
      folder = await scratch();
    });
    afterAll(async () => {
      await engine.close();
    });

    it('hands numbers of every type out as floats, NULL as NaN, text as a dictionary', async () => {
      const batch = await engine.columns(sql`
        SELECT * FROM (VALUES (1, CAST(2 AS BIGINT), 1.5::DECIMAL(9,2), TRUE, TIMESTAMP '1970-01-01 00:00:01', 'x', CAST(7 AS HUGEINT)),
                              (NULL, NULL, NULL, NULL, NULL, NULL, NULL)) t(i, b, d, f, ts, s, h)`);
      expect(batch.rows).toBe(2);
      for (const [column, value] of Object.entries({ i: 1, b: 2, d: 1.5, f: 1, ts: 1e6, h: 7 })) {
        expect([...numbers(batch, column)]).toEqual([value, Number.NaN]);
      }
      expect(texts(batch, 's')).toEqual(['x', null]);
    });

    it('says which table is not there, and that one has no rows', async () => {
      const table = (name: string) => engine.bind({ kind: 'relation', name });
      await expect(table('no"where')).rejects.toMatchObject({
        code: 'TABLE_NOT_FOUND',
        message: 'The connection has no table or view "no\\"where".',
      });
      await engine.run(sql`CREATE TEMP TABLE hollow (x INTEGER)`);
      await expect(table('hollow')).rejects.toThrow('The input has no rows.');
    });

    it('tells Parquet files of the same rows from others', async () => {
      const written = async (name: string, query: Sql) => {
        const path = join(folder, name);
        await engine.write(query, { path, format: 'parquet', compression: 'snappy' });
        return path;
      };
      const a = await written('a.tmp', sql`SELECT i AS x, i % 3 AS y FROM range(5000) t(i) ORDER BY i`);
      const b = await written('b.tmp', sql`SELECT i AS x, 7 AS y FROM range(5000) t(i) ORDER BY i`);
      const c = await written('c.tmp', sql`SELECT i AS x, i % 3 AS y FROM range(4999) t(i) ORDER BY i`);
      expect(await verifySameRows(engine, a, b, ['x'])).toBe(true);
      expect(await verifySameRows(engine, a, b, ['x', 'y'])).toBe(false);
      expect(await verifySameRows(engine, a, c, ['x', 'y'])).toBe(false);
    });

    it('keeps names of columns when there are no rows', async () => {
      const batch = await engine.columns(sql`SELECT 1 AS a, 'x' AS b WHERE FALSE`);
      expect([batch.rows, Object.keys(batch.columns)]).toEqual([0, ['a', 'b']]);
    });

    it('streams the rows that columns gives, in their order', async () => {
      const query = sql`SELECT i AS x FROM range(10000) t(i) ORDER BY i`;
      const streamed: number[] = [];
      for await (const batch of engine.batches(query)) streamed.push(...numbers(batch, 'x'));
      expect(streamed).toEqual([...numbers(await engine.columns(query), 'x')]);
    });

    it('puts texts and numbers of many batches together, NULL among them', async () => {
      const batch = await engine.columns(sql`
        SELECT CASE WHEN i % 5 > 0 THEN 't' || (i % 3000) END AS t, CASE WHEN i % 7 > 0 THEN i END AS n
        FROM range(10000) r(i) ORDER BY i`);
      const rows = Array.from({ length: 10_000 }, (_, i) => i);
      expect(texts(batch, 't')).toEqual(rows.map((i) => (i % 5 > 0 ? `t${i % 3000}` : null)));
      expect([...numbers(batch, 'n')]).toEqual(rows.map((i) => (i % 7 > 0 ? i : Number.NaN)));
    });

    it('gives back what was loaded, under hostile names and with hostile values', async () => {
      const hostile = fc
        .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
        .filter((text) => !text.includes('\u0000'));
      const value = fc.option(
        fc.oneof(hostile, fc.constantFrom('', "'; DROP TABLE x; --", '=cmd()', '<script>', '"\n\r\t')),
      );
      await fc.assert(
        fc.asyncProperty(hostile, fc.array(value, { minLength: 1, maxLength: 8 }), async (column, values) => {
          const wanted = values.map((text) => (text === null ? null : text.toWellFormed()));
          const name = `${column.toWellFormed()}_t`;
          const batch = {
            rows: wanted.length,
            columns: { [name]: textColumn(wanted), position: Float64Array.from(wanted.keys()) },
          };
          const table = await engine.load('deeplogbot_hostile', batch);
          const back = await engine.columns(sql`SELECT ${identifier(name)} AS v FROM ${table} ORDER BY position`);
          expect(texts(back, 'v')).toEqual(wanted);
        }),
        { numRuns: 40 },
      );
    });

    it('keeps NaN apart from numbers when loading', async () => {
      const table = await engine.load('deeplogbot_nan', { rows: 2, columns: { x: Float64Array.of(Number.NaN, 2) } });
      expect(numbers(await engine.columns(sql`SELECT count(x) AS n FROM ${table}`), 'n')[0]).toBe(1);
    });

    it('adds typed numbers to a table, across chunks and with columns of one value', async () => {
      if (!engine.append) return expect(engine.name).toBe('duckdb-wasm');
      await engine.run(sql`CREATE OR REPLACE TEMP TABLE typed (i INTEGER, s SMALLINT, d DOUBLE, c INTEGER)`);
      const rows = 5000;
      const column = (value: (i: number) => number) => Float64Array.from({ length: rows + 7 }, (_, i) => value(i));
      const columns = [
        { type: 'INTEGER', values: column((i) => i) },
        { type: 'SMALLINT', values: column((i) => (i % 3 === 0 ? Number.NaN : i % 100)) },
        { type: 'DOUBLE', values: column((i) => i / 8) },
        { type: 'INTEGER', values: column(() => Number.NaN) },
      ] as const;
      await engine.append('typed', columns, rows);
      await engine.append('typed', columns, 1);
      const read = await engine.columns(sql`SELECT * FROM typed`);
      expect(read.rows).toBe(rows + 1);
      for (const [i, name] of ['i', 's', 'd', 'c'].entries()) {
        const wanted = [...columns[i]!.values.subarray(0, rows), columns[i]!.values[0]!];
        expect([...numbers(read, name)]).toEqual(wanted);
      }
    });

    it('reads an Arrow stream with exact integers and timestamps', async () => {
      const table = new Table({
        id: vectorFromArray([9007199254740993n, 1n], new Int64()),
        name: vectorFromArray(['a', 'b'], new Utf8()),
        at: vectorFromArray([1.5, 2], new TimestampMicrosecond()),
      });
      const relation = await engine.bind({ kind: 'arrow', ipc: tableToIPC(table, 'stream') });
      const batch = await engine.columns(sql`
        SELECT CAST(id AS VARCHAR) AS id, name FROM ${relation.name} ORDER BY name`);
      expect(texts(batch, 'id')).toEqual(['9007199254740993', '1']);
      expect(relation.columns.map(({ type }) => type)).toEqual(['integer', 'text', 'timestamp']);
    });

    it('reads whole numbers of Arrow beyond 2⁶³, and a column that holds nothing', async () => {
      const table = new Table({
        id: vectorFromArray([18446744073709551615n, 1n], new Uint64()),
        nothing: vectorFromArray([null, null], new Null()),
      });
      const relation = await engine.bind({ kind: 'arrow', ipc: tableToIPC(table, 'stream') });
      const batch = await engine.columns(sql`
        SELECT CAST(id AS VARCHAR) AS id, CAST(nothing AS VARCHAR) AS nothing FROM ${relation.name} ORDER BY id DESC`);
      expect([texts(batch, 'id'), texts(batch, 'nothing')]).toEqual([
        ['18446744073709551615', '1'],
        [null, null],
      ]);
      expect(relation.columns[0]!.type).toBe('integer');
    });

    it('writes a file that holds the rows in their order, and nothing else in the folder', async () => {
      const path = join(folder, `${name}.parquet`);
      const query = sql`SELECT i AS x, 'a' || i AS y FROM range(50000) t(i) ORDER BY (i * 7919) % 50000`;
      expect(await engine.write(query, { path, format: 'parquet', compression: 'zstd', rowGroupSize: 10_000 })).toBe(
        50_000,
      );
      const relation = await engine.bind({ kind: 'files', paths: [path], format: 'parquet' });
      const back = await engine.columns(sql`SELECT x FROM ${relation.name}`);
      expect([...numbers(back, 'x')]).toEqual([...numbers(await engine.columns(query), 'x')]);
      expect((await readdir(folder)).filter((file) => file.startsWith('.'))).toEqual([]);
    });

    it('leaves no file behind when the query fails', async () => {
      const path = join(folder, 'never.parquet');
      const target = { path, format: 'parquet', compression: 'snappy', rowGroupSize: 10_000 } as const;
      await expect(engine.write(sql`SELECT CAST('x' AS INTEGER) AS x`, target)).rejects.toMatchObject({
        code: 'ENGINE_FAILED',
      });
      expect((await readdir(folder)).filter((file) => file.includes('never'))).toEqual([]);
    });

    it('keeps the statement of a failure', async () => {
      await expect(engine.run(sql`SELEC 1`)).rejects.toMatchObject({ code: 'ENGINE_FAILED', sql: 'SELEC 1' });
    });

    it('spells every function of the dialect', async () => {
      const d = engine.dialect;
      const ts = sql`TIMESTAMP '2024-01-07 23:59:59.5'`;
      const batch = await engine.columns(sql`
        SELECT ${d.epochUs(ts)} AS us, ${d.hour(ts)} AS hour, ${d.year(ts)} AS year, ${d.dayOfWeek(ts)} AS dow,
               ${d.epochUs(d.truncate('week', ts))} AS week, ${d.wide(sql`3`)} * 2 AS wide, ${d.double(sql`3`)} AS real,
               ${d.firstMatch(sql`'run_0042.raw'`, '(\\d+)')} AS digits, ${d.firstMatch(sql`'none'`, '(\\d+)')} AS nothing,
               (SELECT ${d.quantile(sql`x`, 0.25)} FROM (VALUES (1.0), (2.0), (4.0)) t(x)) AS q,
               (SELECT ${d.orderedSum(sql`x`, sql`x`)} FROM (VALUES (1.0), (2.0), (4.0)) t(x)) AS total`);
      const read = (column: string) => numbers(batch, column)[0];
      expect([read('hour'), read('year'), read('dow'), read('wide'), read('real'), read('q'), read('total')]).toEqual([
        23, 2024, 0, 6, 3, 1.5, 7,
      ]);
      expect(read('us')).toBe(Date.UTC(2024, 0, 7, 23, 59, 59, 500) * 1000);
      expect(read('week')).toBe(Date.UTC(2024, 0, 1) * 1000);
      expect([texts(batch, 'digits')[0], texts(batch, 'nothing')[0]]).toEqual(['0042', null]);
    });
  });
}

describeEngine('duckdb-native', () => openNativeEngine({ threads: 2 }));
describeEngine('duckdb-wasm', () => openNodeWasmEngine());

describe('the native engine', () => {
  it('removes its spill folder', async () => {
    const tempDirectory = await scratch();
    const engine = await openNativeEngine({ tempDirectory });
    expect(await readdir(tempDirectory)).toHaveLength(1);
    await engine.close();
    expect(await readdir(tempDirectory)).toEqual([]);
    await rm(tempDirectory, { recursive: true });
  });

  it('removes the spill folder of a process that is gone, and of no other', async () => {
    const tempDirectory = await scratch();
    const gone = spawnSync(process.execPath, ['--version']).pid;
    const [left, other] = [`deeplogbot-spill-${gone}-a`, `deeplogbot-spill-${process.pid}-b`];
    for (const name of [left, other, 'mine']) await mkdir(join(tempDirectory, name));
    await (await openNativeEngine({ tempDirectory })).close();
    expect((await readdir(tempDirectory)).sort()).toEqual([other, 'mine']);
  });

  it('says so when memory runs out', async () => {
    const engine = await openNativeEngine({ memoryLimit: '20MB', threads: 1 });
    const hungry = sql`SELECT list(i) AS x FROM range(20000000) t(i)`;
    await expect(engine.run(sql`CREATE TEMP TABLE t AS ${hungry}`)).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
    await engine.close();
  });
});
