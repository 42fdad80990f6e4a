import { chmod, copyFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { annotate, defineSchema, type Engine, numbers, type Sql, sql, texts } from '@deeplogbot/core';
import {
  appendVerdicts,
  canAppendVerdicts,
  fileIdentity,
  openNativeEngine,
  openNodeWasmEngine,
  verifySameRows,
} from '@deeplogbot/core/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { judgedPlaces } from './judged-places.js';

const SCHEMA = defineSchema({ locationField: 'pl"ace', timestampField: 'at', minLocationDownloads: 1 });
const judged = { schema: SCHEMA, ...judgedPlaces(300) };

/** Names that need quotes, nested columns, text that is no ASCII, and rows that are in no count. */
const ROWS = sql`
  SELECT i AS "row; DROP", CASE WHEN i % 50 <> 0 THEN 'place ' || (hash(i) % 1000) END AS "pl""ace",
    CASE WHEN i % 61 <> 0 THEN TIMESTAMP '2023-01-01' + to_seconds(i) END AS at,
    [{'a': i, 'b': 'ü' || i}] AS nested, CASE WHEN i < 30000 THEN NULL ELSE 'x' END AS late
  FROM range(60000) t(i)`;

describe('verdicts added to a file', () => {
  const files = { folder: '', even: '', uneven: '' };
  let engine: Engine;
  let wasm: Engine;

  beforeAll(async () => {
    wasm = await openNodeWasmEngine();
    files.folder = await scratch();
    engine = await openNativeEngine({ threads: 2 });
    files.even = join(files.folder, 'even.parquet');
    files.uneven = join(files.folder, 'uneven.parquet');
    await engine.run(sql`COPY (${ROWS}) TO ${files.even} (
      FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480, KV_METADATA {'ARROW:schema': 'of old', maker: 'a lab'})`);
    await engine.run(sql`COPY (SELECT * FROM (${ROWS}) WHERE hash("row; DROP") % 7 <> 0) TO ${files.uneven} (
      FORMAT parquet, ROW_GROUP_SIZE 2048)`);
  });
  afterAll(async () => {
    await engine.close();
    await wasm.close();
    await rm(files.folder, { recursive: true });
  });

  const bind = (path: string, by = engine) => by.bind({ kind: 'files', paths: [path], format: 'parquet' });

  const append = async (source: string, target: string, by = engine) => {
    const relation = await bind(source, by);
    expect(await canAppendVerdicts(by, relation, source)).toBe(true);
    expect(await appendVerdicts(by, relation, judged, { source, target })).toBe(relation.rows);
    return readFile(target);
  };

  it.each(['even', 'uneven'] as const)('are those that a file written anew holds (%s row groups)', async (kind) => {
    const [added, anew] = [join(files.folder, `${kind}-added.parquet`), join(files.folder, `${kind}-anew.parquet`)];
    await append(files[kind], added);
    const relation = await bind(files[kind]);
    await annotate(engine, relation, judged, { path: anew, format: 'parquet', compression: 'snappy' });
    const found = await bind(added);
    expect(found.columns).toEqual((await bind(anew)).columns);
    expect(found.rowGroups).toEqual(relation.rowGroups);
    const names = found.columns.map(({ name }) => name);
    expect(await verifySameRows(engine, anew, added, names)).toBe(true);
  });

  it('go to a file that can be written to where the source cannot', async () => {
    const [source, target] = [join(files.folder, 'read-only.parquet'), join(files.folder, 'writable.parquet')];
    await copyFile(files.even, source);
    await chmod(source, 0o440);
    await append(source, target);
    expect((await stat(target)).mode & 0o777).toBe(0o640);
  });

  it('come behind the bytes of the source, which stay', async () => {
    const target = join(files.folder, 'behind.parquet');
    const [before, after] = [await readFile(files.even), await append(files.even, target)];
    const body = before.length - 8 - before.readUInt32LE(before.length - 8);
    expect(after.subarray(0, body).equals(before.subarray(0, body))).toBe(true);
    const metadata = await engine.columns(
      sql`SELECT CAST(key AS VARCHAR) AS key FROM parquet_kv_metadata(${target}) ORDER BY key`,
    );
    expect(texts(metadata, 'key')).toEqual(['maker']);
  });

  it('have the same bytes for any number of threads and on both engines', async () => {
    const target = join(files.folder, 'threads.parquet');
    const first = await append(files.uneven, target);
    for (const threads of [1, 3]) {
      const other = await openNativeEngine({ threads });
      expect((await append(files.uneven, target, other)).equals(first)).toBe(true);
      await other.close();
    }
    expect((await append(files.uneven, target, wasm)).equals(first)).toBe(true);
  });

  it('have statistics by which readers find rows', async () => {
    const target = join(files.folder, 'statistics.parquet');
    await append(files.even, target);
    const found = await engine.columns(sql`
      SELECT path_in_schema AS name, CAST(sum(stats_null_count) AS DOUBLE) AS nulls, min(stats_min_value) AS lowest
      FROM parquet_metadata(${target}) WHERE path_in_schema IN ('classification_confidence', 'subcategory', 'is_bot')
      GROUP BY 1 ORDER BY 1`);
    const without = await engine.columns(sql`
      SELECT CAST(count(*) FILTER (classification_confidence IS NULL) AS DOUBLE) AS n, CAST(count(*) AS DOUBLE) AS rows
      FROM read_parquet(${target}) WHERE NOT is_bot OR classification_confidence < 0 IS NOT TRUE`);
    const nulls = numbers(without, 'n')[0]!;
    expect(numbers(without, 'rows')[0]).toBe(60_000);
    expect(nulls).toBeGreaterThan(1_000);
    expect([...numbers(found, 'nulls')]).toEqual([nulls, 0, nulls]);
    expect(texts(found, 'lowest')).toEqual(['0.0', 'false', 'individual_user']);
  });

  it('are not written where the file changed after it was read, and leave what was there', async () => {
    const [source, target] = [join(files.folder, 'changing.parquet'), join(files.folder, 'of-changing.parquet')];
    for (const other of [engine, wasm]) {
      const inOrder = (order: Sql) => sql`COPY (SELECT * FROM (${ROWS}) ORDER BY "row; DROP" ${order}) TO ${source} (
        FORMAT parquet, ROW_GROUP_SIZE 20480)`;
      await engine.run(inOrder(sql`ASC`));
      await writeFile(target, 'of before');
      const relation = await bind(source, other);
      const { digest } = await fileIdentity(source);
      await engine.run(inOrder(sql`DESC`));
      expect(await canAppendVerdicts(other, relation, source)).toBe(true);
      await expect(appendVerdicts(other, relation, judged, { source, target, digest })).rejects.toMatchObject({
        code: 'INPUT_CHANGED',
      });
      expect(await readFile(target, 'utf8')).toBe('of before');
    }
  });

  it('are not written for a file that is gone', async () => {
    const path = join(files.folder, 'gone.parquet');
    await copyFile(files.even, path);
    const relation = await bind(path);
    await rm(path);
    await expect(canAppendVerdicts(engine, relation, path)).rejects.toMatchObject({ code: 'INPUT_CHANGED' });
  });

  it('leave what was there when the rows of the file are not as many as were read', async () => {
    const [source, target] = [files.even, join(files.folder, 'too-few.parquet')];
    await writeFile(target, 'of before');
    const relation = { ...(await bind(source)), rows: 59_999 };
    expect(await canAppendVerdicts(engine, relation, source)).toBe(false);
    await expect(appendVerdicts(engine, relation, judged, { source, target })).rejects.toMatchObject({
      code: 'ROW_COUNT_CHANGED',
    });
    expect(await readFile(target, 'utf8')).toBe('of before');
  });

  it('hold a confidence that every key has for itself once, not once per row', async () => {
    const target = join(files.folder, 'own-confidence.parquet');
    const verdicts = judged.verdicts.map((verdict, i) => ({ ...verdict, confidence: 0.5 + i / 1000 }));
    const relation = await bind(files.even);
    await appendVerdicts(engine, relation, { ...judged, verdicts }, { source: files.even, target });
    const found = await engine.columns(sql`
      SELECT DISTINCT encodings FROM parquet_metadata(${target}) WHERE path_in_schema = 'classification_confidence'`);
    expect(texts(found, 'encodings')).toEqual([expect.stringContaining('RLE_DICTIONARY')]);
  });

  it('are refused where the file is not what is annotated', async () => {
    const path = (name: string) => join(files.folder, `${name}.parquet`);
    const relation = await bind(files.even);
    expect(await canAppendVerdicts(engine, relation, files.uneven)).toBe(false);
    expect(await canAppendVerdicts(engine, { ...relation, columns: relation.columns.slice(1) }, files.even)).toBe(
      false,
    );
    await append(files.even, path('once'));
    expect(await canAppendVerdicts(engine, await bind(path('once')), path('once'))).toBe(false);
    await engine.run(sql`SET force_mbedtls_unsafe = 'true'`);
    await engine.run(sql`PRAGMA add_parquet_key('key', '0123456789112345')`);
    await engine.run(sql`COPY (${ROWS}) TO ${path('secret')} (ENCRYPTION_CONFIG {footer_key: 'key'})`);
    expect(await canAppendVerdicts(engine, relation, path('secret'))).toBe(false);
  });

  it('are refused for what is no Parquet, or only pretends', async () => {
    const relation = await bind(files.even);
    const whole = await readFile(files.even);
    const path = join(files.folder, 'odd.parquet');
    const footer = whole.length - 8 - whole.readUInt32LE(whole.length - 8);
    const broken = Buffer.from(whole);
    broken.fill(0xff, footer, footer + 40);
    for (const bytes of [Buffer.alloc(0), Buffer.from('PAR1'), whole.subarray(0, whole.length - 9), broken]) {
      await writeFile(path, bytes);
      expect(await canAppendVerdicts(engine, relation, path)).toBe(false);
    }
  });
});
