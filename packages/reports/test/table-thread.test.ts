import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Reporter } from '@deeplogbot/core';
import { openOutputDir } from '@deeplogbot/core/node';
import { locationAnalysisCsv, locationAnalysisParquet } from '@deeplogbot/reports';
import { locationTables } from '@deeplogbot/reports/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../test/support/scratch.js';
import { locationCsv, locationParquet, type TableWriter } from '../src/tables/location-reporters.js';
import { blocksOf, type ShownColumn, type TableFormat, tablePieces } from '../src/tables/table-pieces.js';
import { writeByThread } from '../src/tables/table-thread.js';
import { runOf } from './support/run.js';

const ROWS = 30_000;
/** Views of one block of memory, texts that a spreadsheet or a decoder stumbles over; 4 MB as CSV. */
const numbers = Float64Array.from({ length: 2 * ROWS }, (_, i) => (i % 7 === 0 ? Number.NaN : Math.sqrt(i) - 90));
const HOSTILE = ['=1+1', 'a,"b"\r\n', 'Zürich 🛰', '\ud800', '', null, '\u0000', "'@x"];
const TABLE: readonly ShownColumn[] = [
  { name: 'key', type: 'text', values: Array.from({ length: ROWS }, (_, i) => `${HOSTILE[i % 8]}${i % 5000}`) },
  { name: 'text', type: 'text', values: Array.from({ length: ROWS }, (_, i) => HOSTILE[i % 8]!) },
  { name: '=flag', type: 'boolean', values: Array.from({ length: ROWS }, (_, i) => i % 3 === 0) },
  { name: 'a', type: 'number', values: numbers.subarray(0, ROWS) },
  { name: 'b', type: 'number', values: numbers.subarray(ROWS) },
];

let folder: string;
beforeAll(async () => {
  folder = await scratch();
});

const byThread = async (format: TableFormat, table: readonly ShownColumn[]) => {
  const path = join(folder, `thread.${format}`);
  await writeByThread(path, format, table);
  return readFile(path);
};

describe.each(['csv', 'parquet'] as const)('a table as %s by a thread', (format) => {
  it('has the bytes that it has without one, and the columns stay', async () => {
    const here = Buffer.concat([...blocksOf(tablePieces(format, TABLE))]);
    expect((await byThread(format, TABLE)).equals(here)).toBe(true);
    expect(numbers.length).toBe(2 * ROWS);
  });
});

it('is a file where a table has no rows', async () => {
  const table = [{ name: 'a', type: 'number', values: new Float64Array() }] as const;
  expect((await byThread('csv', table)).toString()).toBe('a\r\n');
});

it('fails as its thread does, with the code of the system where there is one', async () => {
  const broken = [{ name: 'a', type: 'number', values: null as never }] as const;
  await expect(byThread('parquet', broken)).rejects.toThrow(TypeError);
  await expect(writeByThread(join(folder, 'nowhere', 'a.csv'), 'csv', TABLE)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('writes both files of a table by one thread, and the second one though the first fails', async () => {
  const asked = ['csv', 'parquet'] as const;
  const here = asked.map((format) => Buffer.concat([...blocksOf(tablePieces(format, TABLE))]));
  const both = await Promise.all(asked.map((format) => byThread(format, TABLE)));
  expect(both.map((bytes, i) => bytes.equals(here[i]!))).toEqual([true, true]);
  const [failed, whole] = await Promise.allSettled([
    writeByThread(join(folder, 'nowhere', 'a.csv'), 'csv', TABLE),
    byThread('parquet', TABLE),
  ]);
  expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'ENOENT' } });
  expect(whole.status === 'fulfilled' && whole.value.equals(here[1]!)).toBe(true);
});

it.runIf(existsSync('/dev/full'))('says that a disk is full', async () => {
  const target = await openOutputDir(folder);
  const failing = target.fill!('failing.csv', () => writeByThread('/dev/full', 'csv', TABLE));
  await expect(failing).rejects.toMatchObject({ code: 'DISK_FULL' });
});

describe('the tables of locations', () => {
  const run = runOf([{ key: '1,1', label: 'hub', downloads: 4, reason: '=x', features: { unique_users: 2 } }]);
  const inThread: TableWriter = (target, name, format, table) =>
    target.fill!(name, (path) => writeByThread(path, format, table));
  it.each([
    [locationCsv(inThread), locationAnalysisCsv],
    [locationParquet(inThread), locationAnalysisParquet],
    [locationTables[0]!, locationAnalysisCsv],
    [locationTables[1]!, locationAnalysisParquet],
  ])('are the same files (%#)', async (made, plain) => {
    const filesOf = async (reporter: Reporter, name: string) => {
      const paths = await reporter.write(run, await openOutputDir(join(folder, name)));
      return Promise.all(paths.map(async (path) => [basename(path), await readFile(path, 'latin1')]));
    };
    expect(await filesOf(made, 'thread')).toEqual(await filesOf(plain, 'host'));
  });
});
