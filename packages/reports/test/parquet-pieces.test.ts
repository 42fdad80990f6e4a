import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, expect, it } from 'vitest';
import { scratch } from '../../../test/support/scratch.js';
import { parquetPieces } from '../src/tables/parquet-pieces.js';

let folder: string;
beforeAll(async () => {
  folder = await scratch();
});

const text = (row: number) => (row % 3 === 0 ? null : `text ${row}`);
const number = (row: number) => (row % 5 === 0 ? Number.NaN : row / 7);

async function rowsOf(rows: number, query: string): Promise<unknown[][]> {
  const all = Array.from({ length: rows }, (_, row) => row);
  const path = join(folder, `${rows}.parquet`);
  const pieces = parquetPieces([
    { name: 'a "name"', type: 'text', values: all.map(text) },
    { name: 'flag', type: 'boolean', values: all.map((row) => row % 2 === 0) },
    { name: 'x', type: 'number', values: Float64Array.from(all, number) }, // hardly a value twice
    { name: 'few', type: 'number', values: Float64Array.from(all, (row) => row % 10) },
  ]);
  await writeFile(path, pieces);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const found = (await connection.runAndReadAll(query.replace('LOG', `'${path}'`))).getRows();
  connection.closeSync();
  instance.closeSync();
  return found;
}

it('holds every row of several row groups in order, NaN as NULL', async () => {
  const rows = 125_001; // a whole group and a part of a second
  const found = await rowsOf(rows, 'SELECT * FROM read_parquet(LOG)');
  expect(found).toHaveLength(rows);
  for (const row of [0, 1, 2, 3, 5, 122_879, 122_880, 122_881, rows - 1]) {
    const x = number(row);
    expect(found[row], `row ${row}`).toEqual([text(row), row % 2 === 0, Number.isNaN(x) ? null : x, row % 10]);
  }
});

it('holds a table without rows', async () => {
  expect(await rowsOf(0, 'SELECT count(*)::INT FROM read_parquet(LOG)')).toEqual([[0]]);
  expect((await rowsOf(0, 'DESCRIBE SELECT * FROM read_parquet(LOG)')).map(([name, type]) => [name, type])).toEqual([
    ['a "name"', 'VARCHAR'],
    ['flag', 'BOOLEAN'],
    ['x', 'DOUBLE'],
    ['few', 'DOUBLE'],
  ]);
});
