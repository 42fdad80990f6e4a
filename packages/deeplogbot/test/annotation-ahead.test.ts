import { join } from 'node:path';
import { defineSchema, type Engine, EngineError, numbers, type Source, type Sql, sql } from '@deeplogbot/core';
import { openNativeEngine } from '@deeplogbot/core/node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scratch } from '../../../test/support/scratch.js';
import { resolveOptions } from '../src/options.js';
import { beginAnnotation } from '../src/steps/annotate.js';

const ROWS = 250_000;
const SCHEMA = defineSchema({ locationField: 'place', timestampField: 'at', minLocationDownloads: 1 });
const KEYS = Array.from({ length: 100 }, (_, i) => `place ${i}`);

let engine: Engine;
let folder: string;
let source: Source & { readonly kind: 'files' };
beforeAll(async () => {
  folder = await scratch();
  const path = join(folder, 'log.parquet');
  engine = await openNativeEngine({ threads: 2 });
  await engine.run(sql`COPY (
    SELECT 'place ' || (i % 100) AS place, TIMESTAMP '2023-01-01' + to_seconds(i) AS at FROM range(${ROWS}) t(i)
  ) TO ${path} (FORMAT parquet)`);
  source = { kind: 'files', paths: [path], format: 'parquet' };
});
afterAll(() => engine.close());

/** An engine whose statement of that kind has no room. */
const without = (kind: 'run' | 'columns', which: string): Engine =>
  Object.assign(Object.create(engine) as Engine, {
    [kind]: (statement: Sql) => {
      if (!statement.text.includes(which)) return engine[kind](statement);
      return Promise.reject(new EngineError('No space left.', { code: 'DISK_FULL', hint: 'Free some.', sql: which }));
    },
  });

it.each([
  ['found', 'run', 'CREATE OR REPLACE TEMP TABLE "deeplogbot_row_places"'],
  ['fetched', 'columns', 'rowid >='],
] as const)('says why places were not %s, leaves nothing, and has them looked for again', async (_, kind, which) => {
  const options = resolveOptions({ input: source.paths[0]!, outputDir: folder });
  const relation = await engine.bind(source);
  const bound = { engine: without(kind, which), relation, schema: SCHEMA };
  const target = { kind: 'new_file', path: join(folder, 'annotated.parquet') } as const;
  const ahead = await beginAnnotation(bound, KEYS, target, source, options);
  expect(ahead.readsAhead).toBe(true);
  await ahead.engineIsFree;
  await ahead.fetch();
  await expect(ahead.takePlaces()).rejects.toMatchObject({ code: 'DISK_FULL' });
  const left = await engine.columns(sql`SELECT CAST(count(*) AS DOUBLE) AS n FROM duckdb_tables() WHERE temporary`);
  expect(numbers(left, 'n')[0]).toBe(0);
  expect(await ahead.takePlaces()).toBeUndefined();
  await ahead.close(Promise.resolve());
});
