import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineSchema, type Engine, numbers, type Relation, sql } from '@deeplogbot/core';
import { type AppendControl, appendVerdicts, openNativeEngine, readsAhead, rowPlaces } from '@deeplogbot/core/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { WORKER_ROWS } from '../../src/parquet/encoder.js';
import { judgedPlaces } from './judged-places.js';

const SCHEMA = defineSchema({ locationField: 'place', timestampField: 'at', minLocationDownloads: 1 });
const judged = { schema: SCHEMA, ...judgedPlaces(300) };

/** Threads that keep the process alive. */
const threads = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;

describe('verdicts of a log that is large enough for a thread', () => {
  let folder = '';
  let source = '';
  let engine: Engine;
  let relation: Relation;

  beforeAll(async () => {
    folder = await scratch();
    source = join(folder, 'log.parquet');
    engine = await openNativeEngine({ threads: 2 });
    await engine.run(sql`COPY (
      SELECT 'place ' || (hash(i) % 1000) AS place, TIMESTAMP '2023-01-01' + to_seconds(i) AS at FROM range(${WORKER_ROWS}) t(i)
    ) TO ${source} (FORMAT parquet, ROW_GROUP_SIZE 30720)`);
    relation = await engine.bind({ kind: 'files', paths: [source], format: 'parquet' });
  });
  afterAll(async () => {
    await engine.close();
  });

  const append = (name: string, control: AppendControl) =>
    appendVerdicts(engine, relation, judged, { source, target: join(folder, name) }, control);

  it('are written while the engine does other work, and wait for that before they are published', async () => {
    const target = join(folder, 'beside.parquet');
    let read = () => {};
    const other = new Promise<void>((resolve) => {
      read = resolve;
    }).then(() => engine.columns(sql`SELECT CAST(count(*) AS DOUBLE) AS n FROM ${relation.name}`));
    const mayPublish = async () => {
      expect(numbers(await other, 'n')[0]).toBe(WORKER_ROWS);
      expect(await readdir(folder)).not.toContain('beside.parquet');
    };
    expect(await append('beside.parquet', { onRead: read, mayPublish })).toBe(WORKER_ROWS);
    const found = await engine.columns(sql`
      SELECT CAST(count(*) AS DOUBLE) AS n, CAST(count(*) FILTER (classification_reason <> CASE
        WHEN CAST(replace(place, 'place ', '') AS INTEGER) % 3 = 0 AND CAST(replace(place, 'place ', '') AS INTEGER) < 900
          THEN 'Because of ' || place || '.'
        ELSE 'location has fewer than 1 downloads' END) AS DOUBLE) AS wrong
      FROM read_parquet(${target})`);
    expect([numbers(found, 'n')[0], numbers(found, 'wrong')[0]]).toEqual([WORKER_ROWS, 0]);
  });

  it.each([
    ['found', false],
    ['fetched', true],
  ])('have the same bytes when the place of each row was %s before there were verdicts', async (_, fetched) => {
    const threaded = await openNativeEngine({ threads: 3 });
    try {
      const read = await threaded.bind({ kind: 'files', paths: [source], format: 'parquet' });
      await threaded.run(sql`SET preserve_insertion_order = FALSE`); // As a connection of a caller's may have it.
      const places = await rowPlaces(threaded, read, judged, 'now');
      await places.made;
      if (fetched) await places.fetch();
      const ahead = join(folder, 'ahead.parquet');
      expect(await appendVerdicts(threaded, read, judged, { source, target: ahead }, { places })).toBe(WORKER_ROWS);
      await append('behind.parquet', {});
      expect((await readFile(ahead)).equals(await readFile(join(folder, 'behind.parquet')))).toBe(true);
      const left = await threaded.columns(sql`SELECT CAST(count(*) AS DOUBLE) AS n FROM duckdb_tables()`);
      expect(numbers(left, 'n')[0]).toBe(0);
    } finally {
      await threaded.close();
    }
  });

  it('leave no file, thread or table when the work beside them fails or the run is cancelled', async () => {
    const [files, before] = [await readdir(folder), threads()];
    const mayPublish = () => Promise.reject(new TypeError('lost'));
    await expect(append('lost.parquet', { mayPublish })).rejects.toThrow('lost');
    const control = new AbortController();
    const onRead = () => control.abort();
    await expect(append('late.parquet', { onRead, signal: control.signal })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await readdir(folder)).toEqual(files);
    expect(threads()).toBe(before);
    const left = await engine.columns(sql`
      SELECT CAST(count(*) AS DOUBLE) AS n FROM duckdb_tables() WHERE table_name LIKE 'deeplogbot_verdict%'`);
    expect(numbers(left, 'n')[0]).toBe(0);
  });

  it('are read ahead where the rows fit, and a small limit leaves less room', () => {
    expect(readsAhead(relation, {})).toBe(true);
    expect(readsAhead({ ...relation, rows: WORKER_ROWS - 1 }, {})).toBe(false);
    expect(readsAhead({ ...relation, rows: 10_000_000 }, { memoryLimit: '4GB' })).toBe(true);
    expect(readsAhead({ ...relation, rows: 10_000_000 }, { memoryLimit: '1GB' })).toBe(false);
    expect(readsAhead({ ...relation, rows: 20_000_000 }, {})).toBe(false);
  });
});
