import { type Engine, sql, texts } from '@deeplogbot/core';
import { openNativeEngine, openNodeWasmEngine } from '@deeplogbot/core/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLines, resolveHttpOptions } from '../src/index.js';
import { line } from './support.js';

const OPTIONS = { ...resolveHttpOptions({ format: 'combined' }), salt: 'salt' };

describe.each([
  ['native', () => openNativeEngine({ threads: 1 })],
  ['wasm', () => openNodeWasmEngine()],
])('on the %s engine of a caller', (_, open) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
    // The caller's own: another name, and one that only looks like ours.
    await engine.run(sql`CREATE TEMP TABLE mine AS SELECT 1 AS x`);
    await engine.run(sql`CREATE TEMP TABLE deeplogbotxhttpx AS SELECT 1 AS x`);
  });
  afterAll(() => engine.close());

  const OWN = ['deeplogbotxhttpx', 'mine'];
  const relations = async () =>
    texts(
      await engine.columns(sql`
        SELECT table_name AS name FROM duckdb_tables()
        UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY name`),
      'name',
    );

  it('takes away what a log needed, more than once, and nothing else', async () => {
    const { relation } = await readLines(engine, [line(), line()], OPTIONS);
    expect((await relations()).length).toBeGreaterThan(OWN.length + 5);
    for (let time = 0; time < 2; time++) {
      await relation.release!();
      expect(await relations()).toEqual(OWN);
    }
  });

  it('takes away what there is when lines cannot be read', async () => {
    const lines = [line(), ...Array.from({ length: 3000 }, (_, i) => `no request ${i}`)];
    await expect(readLines(engine, lines, OPTIONS)).rejects.toMatchObject({ code: 'TOO_MANY_MALFORMED' });
    expect(await relations()).toEqual(OWN);
  });

  it('takes away what was loaded when the engine fails in between', async () => {
    const failing: Engine = Object.assign(Object.create(engine) as Engine, {
      run: (statement: Parameters<Engine['run']>[0]) =>
        statement.text.startsWith('INSERT INTO') ? Promise.reject(new Error('out of memory')) : engine.run(statement),
    });
    await expect(readLines(failing, [line()], OPTIONS)).rejects.toThrow('out of memory');
    expect(await relations()).toEqual(OWN);
  });
});
