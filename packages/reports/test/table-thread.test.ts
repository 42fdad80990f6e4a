import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Reporter } from '@deeplogbot/core';
import { openOutputDir } from '@deeplogbot/core/node';
import { locationAnalysisCsv, locationAnalysisParquet } from '@deeplogbot/reports';
import { locationTables } from '@deeplogbot/reports/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locationCsv, locationParquet } from '../src/location-analysis.js';
import { blocksOf, type ShownColumn, tablePieces } from '../src/tables/table-pieces.js';
import { tableBlocks } from '../src/tables/table-thread.js';
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

const whole = async (blocks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) => {
  const parts: Uint8Array[] = [];
  for await (const block of blocks) parts.push(block);
  return { bytes: Buffer.concat(parts), blocks: parts.length };
};

describe.each(['csv', 'parquet'] as const)('a table as %s by a thread', (format) => {
  it('has the bytes that it has without one, and the columns stay', async () => {
    const here = await whole(blocksOf(tablePieces(format, TABLE)));
    const there = await whole(tableBlocks(format, TABLE));
    expect(there.blocks).toBe(here.blocks);
    expect(there.bytes.equals(here.bytes)).toBe(true);
    expect(numbers.length).toBe(2 * ROWS);
  });
});

it('is a file where a table has no rows', async () => {
  const table = [{ name: 'a', type: 'number', values: new Float64Array() }] as const;
  expect((await whole(tableBlocks('csv', table))).bytes.toString()).toBe('a\r\n');
});

it('fails as its thread does', async () => {
  const broken = [{ name: 'a', type: 'number', values: null as never }] as const;
  await expect(whole(tableBlocks('parquet', broken))).rejects.toThrow(TypeError);
});

it('ends when nobody wants more', async () => {
  for await (const block of tableBlocks('csv', TABLE)) {
    expect(block.length).toBeGreaterThan(200_000);
    break; // Returns once the thread is gone.
  }
});

describe('the tables of locations', () => {
  const run = runOf([{ key: '1,1', label: 'hub', downloads: 4, reason: '=x', features: { unique_users: 2 } }]);
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deeplogbot-tables-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    [locationCsv(tableBlocks), locationAnalysisCsv],
    [locationParquet(tableBlocks), locationAnalysisParquet],
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
