import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Engine, sql, texts } from '@deeplogbot/core';
import { openNativeEngine } from '@deeplogbot/core/node';
import { httpProvider } from '@deeplogbot/provider-http';
import { runBotAnnotator } from 'deeplogbot';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { duckdb, parquet, people } from '../support/logs.js';

let engine: Engine;
let folder: string;
let csv: string;
beforeAll(async () => {
  engine = await openNativeEngine({ threads: 2 });
  folder = await scratch();
  csv = join(folder, 'log.csv');
  await duckdb(`COPY (${people(3)}) TO '${csv}' (FORMAT csv)`);
});
afterAll(() => engine.close());

const relations = async () =>
  texts(
    await engine.columns(sql`
      SELECT table_name AS name FROM duckdb_tables() WHERE table_name LIKE 'deeplogbot%'
      UNION ALL SELECT view_name FROM duckdb_views() WHERE view_name LIKE 'deeplogbot%' ORDER BY name`),
    'name',
  );

it.each([
  ['text', {}],
  ['a sample', { sampleSize: 20 }],
  ['a state', { stateDir: 'state' }],
])('keeps nothing of a run over %s on an engine that goes on', async (name, options) => {
  const outputDir = join(folder, name);
  const stateDir = 'stateDir' in options ? { stateDir: join(folder, 'state') } : {};
  await runBotAnnotator({ input: csv, outputDir, engine, reporters: [], ...options, ...stateDir });
  expect(await relations()).toEqual([]);
});

it('keeps nothing of a log that was replaced, or lacks a column that was named', async () => {
  const log = await parquet(join(folder, 'log.parquet'), people(3));
  await runBotAnnotator({ input: log, outputDir: folder, outputStrategy: 'overwrite', engine, reporters: [] });
  expect(await relations()).toEqual([]);
  const schema = { userField: 'nobody' };
  await expect(runBotAnnotator({ input: csv, outputDir: folder, engine, schema })).rejects.toMatchObject({
    code: 'MISSING_COLUMN',
  });
  expect(await relations()).toEqual([]);
});

it('keeps nothing of an access log, nor of one that cannot be read', async () => {
  const log = join(folder, 'access.log');
  const request = (i: number) =>
    `192.0.2.${i % 7} - - [01/Mar/2026:10:00:${String(i % 60).padStart(2, '0')} +0000] "GET /${i} HTTP/1.1" 200 9 "-" "curl/8.5"`;
  await writeFile(log, `${Array.from({ length: 500 }, (_, i) => request(i)).join('\n')}\n`);
  const run = { input: log, outputDir: join(folder, 'http'), provider: httpProvider(), engine };
  await runBotAnnotator(run);
  expect(await relations()).toEqual([]);
  await appendFile(log, 'no request\n'.repeat(5000));
  await expect(runBotAnnotator({ ...run, outputDir: join(folder, 'bad') })).rejects.toMatchObject({
    code: 'TOO_MANY_MALFORMED',
  });
  expect(await relations()).toEqual([]);
});
