import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Engine, type FileFormat, type Source, sql, texts } from '@deeplogbot/core';
import { openNativeEngine, openNodeWasmEngine } from '@deeplogbot/core/node';
import { DuckDBAppender, DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';

let folder: string;
beforeAll(async () => {
  folder = await scratch();
  const files = {
    'one.csv': 'a,b\n1,2\n3,4,5\n',
    'two.csv': 'a,b\n1,2\n',
    'wide.csv': 'a,b\n1,2,3\n',
    'broken.csv.gz': '\x1f\x8b, and then nothing of the kind',
    'short.tsv': 'x\ty\n',
    'list.ndjson': '[]\n',
    'torn.parquet': 'nope',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, 'latin1');
});

const files = (format: FileFormat, ...names: string[]): Source => ({
  kind: 'files',
  format,
  paths: names.map((name) => join(folder, name)),
});
const emptyArrow = tableToIPC(new Table({ a: vectorFromArray([], new Utf8()) }), 'stream');

/** Inputs of every kind, as each fails at another step. */
const FAILING: readonly (readonly [what: string, source: () => Source, code: string])[] = [
  ['a later text file that is damaged', () => files('csv', 'one.csv', 'two.csv', 'broken.csv.gz'), 'UNREADABLE_INPUT'],
  ['a single text file that is damaged', () => files('csv', 'broken.csv.gz'), 'UNREADABLE_INPUT'],
  ['a text file without a row that can be read', () => files('csv', 'wide.csv'), 'EMPTY_INPUT'],
  ['a raw log without a row that can be read', () => files('ebi-raw', 'short.tsv'), 'EMPTY_INPUT'],
  ['lines of JSON without an object', () => files('ndjson', 'list.ndjson'), 'EMPTY_INPUT'],
  ['a file that is no Parquet', () => files('parquet', 'torn.parquet'), 'NOT_PARQUET'],
  ['an Arrow stream without rows', () => ({ kind: 'arrow', ipc: emptyArrow }), 'EMPTY_INPUT'],
];

const relations = async (engine: Engine) =>
  texts(
    await engine.columns(sql`
      SELECT table_name AS name FROM duckdb_tables() WHERE table_name LIKE 'deeplogbot%'
      UNION ALL SELECT view_name FROM duckdb_views() WHERE view_name LIKE 'deeplogbot%' ORDER BY name`),
    'name',
  );

function leavesNothing(name: string, open: () => Promise<Engine>, failing: typeof FAILING): void {
  describe(name, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await open();
    });
    afterAll(() => engine.close());

    it.each(failing)('leaves nothing behind of %s', async (_, source, code) => {
      const failure = await engine.bind(source()).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code });
      expect(await relations(engine)).toEqual([]);
    });

    it('tells no lines of an input that failed as those of the next', async () => {
      await expect(engine.bind(files('csv', 'one.csv', 'broken.csv.gz'))).rejects.toThrow();
      const { rejected, release } = await engine.bind(files('csv', 'two.csv'));
      expect(rejected).toEqual([]);
      await release?.();
    });

    it.each<[string, () => Source]>([
      ['one text file', () => files('csv', 'one.csv')],
      ['several text files', () => files('csv', 'one.csv', 'two.csv')],
      ['a raw log', () => files('ebi-raw', 'raw.tsv')],
      [
        'an Arrow stream',
        () => ({ kind: 'arrow', ipc: tableToIPC(new Table({ a: vectorFromArray(['x']) }), 'stream') }),
      ],
    ])('takes %s away when it is released, and keeps nothing else of it', async (_, source) => {
      await writeFile(join(folder, 'raw.tsv'), `${Array.from({ length: 13 }, (_, i) => i).join('\t')}\n`);
      const bound = await engine.bind(source());
      expect(
        (await relations(engine)).every((relation) => bound.name.text.includes(relation!.replace('_arrow', ''))),
      ).toBe(true);
      await bound.release!();
      expect(await relations(engine)).toEqual([]);
    });

    it('says that bytes are no Arrow stream', async () => {
      const bytes = new Uint8Array([1, 2, 3]);
      await expect(engine.bind({ kind: 'arrow', ipc: bytes })).rejects.toMatchObject({ code: 'NOT_ARROW' });
      expect(await relations(engine)).toEqual([]);
    });
  });
}

let instance: DuckDBInstance;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
});
afterAll(() => instance.closeSync());

leavesNothing('a borrowed connection', async () => openNativeEngine({ connection: await instance.connect() }), FAILING);
leavesNothing('the wasm engine', openNodeWasmEngine, FAILING);

describe('a borrowed connection', () => {
  it("keeps the caller's own tables, whatever their names", async () => {
    const connection = await instance.connect();
    await connection.run('CREATE TABLE memory.main.deeplogbot_reject_errors AS SELECT 1 AS x');
    const engine = await openNativeEngine({ connection });
    await (await engine.bind(files('csv', 'one.csv', 'two.csv'))).release!();
    expect(await relations(engine)).toEqual(['deeplogbot_reject_errors']);
    await connection.run('DROP TABLE memory.main.deeplogbot_reject_errors');
  });

  it('tells what failed first where nothing can be cleared away any more', async () => {
    const connection = await instance.connect();
    const engine = await openNativeEngine({ connection });
    await connection.run('BEGIN');
    await expect(engine.bind(files('csv', 'one.csv', 'broken.csv.gz'))).rejects.toMatchObject({
      code: 'UNREADABLE_INPUT',
    });
    await connection.run('ROLLBACK');
  });

  it('has its relation as it was, which is not ours to release', async () => {
    const connection = await instance.connect();
    await connection.run('CREATE TEMP TABLE mine AS SELECT 1 AS x');
    const engine = await openNativeEngine({ connection });
    expect(await engine.bind({ kind: 'relation', name: 'mine' })).not.toHaveProperty('release');
  });
});

describe('what fails after it was opened', () => {
  it('is closed: an instance whose settings are refused', async () => {
    const closes = [vi.spyOn(DuckDBInstance.prototype, 'closeSync'), vi.spyOn(DuckDBConnection.prototype, 'closeSync')];
    const run = vi.spyOn(DuckDBConnection.prototype, 'run').mockRejectedValueOnce(new Error('refused'));
    await mkdir(join(folder, 'spill'), { recursive: true });
    await expect(openNativeEngine({ tempDirectory: join(folder, 'spill') })).rejects.toThrow('refused');
    for (const close of closes) expect(close).toHaveBeenCalledTimes(1);
    for (const spy of [...closes, run]) spy.mockRestore();
  });

  it('is closed: an appender whose rows do not fit its table', async () => {
    const connection = await instance.connect();
    const engine = await openNativeEngine({ connection });
    await engine.run(sql`CREATE TEMP TABLE narrow (x DOUBLE)`);
    const close = vi.spyOn(DuckDBAppender.prototype, 'closeSync');
    const column = { type: 'DOUBLE', values: Float64Array.of(1, 2) } as const;
    await expect(engine.append!('narrow', [column, column], 2)).rejects.toThrow();
    expect(close).toHaveBeenCalledTimes(1);
    close.mockRestore();
    await engine.run(sql`DROP TABLE narrow`);
  });
});
