import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identifier, type Sql, sql, texts } from '@deeplogbot/core';
import { openNodeWasmEngine } from '@deeplogbot/core/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { readColumns, writeColumns } from '../../src/store/kept-columns.js';
import { readTable, writeTable } from '../../src/store/kept-table.js';
import { keptType } from '../../src/store/kept-types.js';
import { useEngine } from '../support/engine.js';

const engine = useEngine();
const TABLE = identifier('deeplogbot_kept');
const BACK = identifier('deeplogbot_back');

/** Every type that is kept, with its extremes and NULL. */
const EXTREMES = sql`
  SELECT * FROM (VALUES
    (TRUE, 127::TINYINT, 9223372036854775807::BIGINT, 18446744073709551615::UBIGINT, 170141183460469231731687303715884105727::HUGEINT,
     'nan'::DOUBLE, 'a''"; -- ', TIMESTAMP '9999-12-31 23:59:59.999999', DATE '0001-01-01', 1.10::DECIMAL(38, 2), [1::BIGINT, NULL], '=cmd()'),
    (FALSE, (-128)::TINYINT, (-9223372036854775808)::BIGINT, 0::UBIGINT, (-170141183460469231731687303715884105727)::HUGEINT,
     '-inf'::DOUBLE, chr(0), TIMESTAMP '1677-09-22 00:00:00.000001', DATE '9999-12-31', (-0.01)::DECIMAL(38, 2), [], ''),
    (NULL, NULL, NULL, NULL, NULL, -0.0::DOUBLE, NULL, NULL, NULL, NULL, NULL, NULL)
  ) t(a, b, c, d, e, f, g, h, i, j, k, "=; DROP ""x")`;

const shapeOf = async (table: Sql) => {
  const shape = await engine.current.columns(
    sql`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${table})`,
  );
  return [texts(shape, 'column_name'), texts(shape, 'column_type')];
};
const textOf = async (table: Sql) =>
  texts(
    await engine.current.columns(sql`SELECT CAST(t AS VARCHAR) || '/' || CAST(t.f AS VARCHAR) AS row FROM ${table} t`),
    'row',
  );

async function keep(query: Sql) {
  const folder = await scratch();
  await engine.current.run(sql`CREATE OR REPLACE TEMP TABLE ${TABLE} AS ${query}`);
  return { folder, kept: await writeTable(engine.current, folder, 'table', TABLE, 'snappy') };
}

describe('a kept table', () => {
  it('comes back with its types, its values and its hostile names', async () => {
    const { folder, kept } = await keep(EXTREMES);
    await readTable(engine.current, folder, JSON.parse(JSON.stringify(kept)), BACK);
    expect(await shapeOf(BACK)).toEqual(await shapeOf(TABLE));
    expect(await textOf(BACK)).toEqual(await textOf(TABLE));
  });

  it('comes back without rows, and needs no file for that', async () => {
    const { folder, kept } = await keep(sql`${EXTREMES} LIMIT 0`);
    expect(kept).toMatchObject({ rows: 0 });
    expect(kept).not.toHaveProperty('content');
    await readTable(engine.current, folder, kept!, BACK);
    expect(await shapeOf(BACK)).toEqual(await shapeOf(TABLE));
  });

  it('is not kept at all where a type would change', async () => {
    const { kept } = await keep(sql`SELECT {a: 1} AS s`);
    expect(kept).toBeUndefined();
  });

  it('goes through the wasm engine too', async () => {
    const wasm = await openNodeWasmEngine();
    try {
      const folder = await scratch();
      await wasm.run(sql`CREATE OR REPLACE TEMP TABLE ${TABLE} AS
        SELECT 'é"' AS g, 9223372036854775807::BIGINT AS c, 2::HUGEINT AS e, TIMESTAMP '2024-02-29 12:00:00.000001' AS h`);
      const kept = await writeTable(wasm, folder, 'table', TABLE, 'snappy');
      await readTable(wasm, folder, kept!, BACK);
      const same = sql`SELECT CAST(count(*) AS DOUBLE) AS n FROM ${TABLE} a JOIN ${BACK} b ON a.g = b.g AND a.c = b.c AND a.e = b.e AND a.h = b.h`;
      expect((await wasm.columns(same)).columns.n).toEqual(new Float64Array([1]));
    } finally {
      await wasm.close();
    }
  });

  it.each([
    ['shorter', (file: string) => truncate(file, 100), 'has 100 bytes instead of'],
    ['gone', (file: string) => rm(file), 'is missing'],
    [
      'changed in one byte',
      async (file: string) => {
        const bytes = await readFile(file);
        bytes[bytes.length >> 1]! ^= 1;
        await writeFile(file, bytes);
      },
      'has another content',
    ],
  ])('stops the run when its file is %s', async (_how, harm, said) => {
    const { folder, kept } = await keep(EXTREMES);
    await harm(join(folder, 'table.parquet'));
    await expect(readTable(engine.current, folder, kept!, BACK)).rejects.toMatchObject({
      code: 'DAMAGED_STATE',
      message: expect.stringContaining(said),
    });
  });

  it('puts no text of a manifest into SQL', async () => {
    const { folder, kept } = await keep(sql`SELECT 1 AS a`);
    const forged = { ...kept!, columns: [{ name: 'a', type: 'INTEGER); DROP TABLE x; --' }] };
    await expect(readTable(engine.current, folder, forged, BACK)).rejects.toMatchObject({ code: 'DAMAGED_STATE' });
    fc.assert(
      fc.property(fc.string(), (text) => {
        const known = keptType(text);
        expect(known === undefined || /^[A-Z]+(\(\d+, \d+\))?(\[\])*$/.test(known.type.text)).toBe(true);
      }),
    );
  });
});

it('refuses columns of another size than was noted', async () => {
  const folder = await scratch();
  const kept = await writeColumns(folder, 'columns', { a: Float64Array.of(1, 2) });
  for (const noted of [
    { ...kept, rows: 1 },
    { ...kept, names: ['a', 'b'] },
  ]) {
    await expect(readColumns(folder, noted)).rejects.toMatchObject({ code: 'DAMAGED_STATE' });
  }
});

it('keeps columns of doubles bit by bit', async () => {
  const folder = await scratch();
  let n = 0;
  const bits = (values: Float64Array) => new BigUint64Array(values.buffer.slice(0));
  await fc.assert(
    fc.asyncProperty(
      fc
        .integer({ min: 0, max: 30 })
        .chain((rows) =>
          fc.dictionary(fc.string(), fc.float64Array({ minLength: rows, maxLength: rows }), { minKeys: 1, maxKeys: 4 }),
        ),
      async (columns) => {
        const kept = await writeColumns(folder, `columns-${n++}`, columns);
        const back = await readColumns(folder, JSON.parse(JSON.stringify(kept)));
        expect(Object.keys(back)).toEqual(Object.keys(columns));
        for (const [name, values] of Object.entries(columns)) expect(bits(back[name]!)).toEqual(bits(values));
      },
    ),
    { numRuns: 12 },
  );
});
