import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../test/support/scratch.js';
import { runFloor } from '../floor.js';
import { generateLog } from '../generate/generate.js';
import type { PartResult } from '../parts.js';
import { macroF1, qualityOf } from '../quality.js';
import { checkAnswer, ratios, tableOf } from '../report.js';

let folder: string;
beforeAll(async () => {
  folder = await scratch();
});

const quality = { compared: 2, missing: 0, accuracy: 1, macroF1: 1, macroF1WithoutVisitors: 0.9, byKind: {} };
const rules: PartResult = {
  part: 'rules-native',
  seconds: 20,
  cpuSeconds: 3,
  rows: 1000,
  peakMiB: 1,
  annotatedRows: 1000,
  locations: 10,
  quality,
  steps: [{ name: 'annotate', seconds: 6 }],
};
const bounds = { rows: 1000, locations: 10, macroF1: 0.8 };

describe('the answer is checked before its time counts', () => {
  it('accepts a right one', () => {
    expect(() => checkAnswer(rules, bounds)).not.toThrow();
  });

  it.each([
    ['a lost row', { rows: 999 }, /number of rows is 999, not 1000/],
    ['a row the annotated file lacks', { annotatedRows: 1001 }, /annotated rows is 1001/],
    ['a lost location', { locations: 9 }, /locations is 9/],
    ['a location without a verdict', { quality: { ...quality, missing: 1 } }, /without a verdict is 1/],
    ['poor labels', { quality: { ...quality, macroF1WithoutVisitors: 0.79 } }, /macro-F1 is 0.790, below 0.8/],
    ['no labels at all', { quality: undefined }, /verdict is undefined/],
  ])('refuses %s', (_, change, message) => {
    expect(() => checkAnswer({ ...rules, ...change }, bounds)).toThrow(message);
  });
});

describe('the table', () => {
  it('has a ratio for each pair of parts that ran', () => {
    const parts: PartResult[] = [
      { part: 'floor', seconds: 10, cpuSeconds: 2, rows: 1000, peakMiB: 1 },
      rules,
      { part: 'copy', seconds: 4, cpuSeconds: 1, rows: 1000, peakMiB: 1 },
    ];
    expect(ratios(parts).map(([, value]) => value)).toEqual([2, 1.5, 1.5]);
    expect(ratios(parts.slice(0, 1))).toEqual([]);
    const table = tableOf({ rows: 1000, locations: 10, hardware: { cores: 2 }, parts });
    expect(table).toContain('| floor | 10.00 | 2.0 | 100 | 1 |');
    expect(table).toContain('rules run / floor: 2.00 (aim ≤ 1.8)');
  });

  it('takes medians of several runs and shows all of their values', () => {
    const floor = (seconds: number): PartResult => ({
      part: 'floor',
      seconds,
      cpuSeconds: 2 * seconds,
      rows: 1000,
      peakMiB: 100 * seconds,
    });
    const parts = [floor(10), rules, floor(40), { ...rules, seconds: 50 }, floor(12), { ...rules, seconds: 24 }];
    expect(ratios(parts).map(([, value]) => value)).toEqual([2, 3 / 24]);
    const lines = tableOf({ rows: 1000, locations: 10, hardware: {}, parts }).split('\n');
    expect(lines.filter((line) => /^\| (floor|rules)/.test(line))).toEqual([
      '| floor | 12.00 (10.00, 40.00, 12.00) | 24.0 (20.0, 80.0, 24.0) | 83 (100, 25, 83) | 1,200 (1,000, 4,000, 1,200) |  |  |',
      '| rules-native | 24.00 (20.00, 50.00, 24.00) | 3.0 (3.0, 3.0, 3.0) | 42 (50, 20, 42) | 1 (1, 1, 1) |  | 0.900 |',
    ]);
  });
});

describe('quality', () => {
  it('is the mean F1 of the classes', () => {
    // organic: 1 right, 1 called bot: F1 = 2/3. bot: 1 right, 1 wrongly so called: 2/3. hub: nobody: 1.
    const cases = [
      { expected: 'organic', found: 'organic' },
      { expected: 'organic', found: 'bot' },
      { expected: 'bot', found: 'bot' },
    ];
    expect(macroF1(cases)).toBeCloseTo((2 / 3 + 2 / 3 + 1) / 3, 12);
  });

  it('counts missing locations and leaves visitors out of the second figure', async () => {
    const path = join(folder, 'labels.csv');
    await writeFile(path, 'geo_location,label,kind\n"1,2",bot,farm\n"3,4",organic,visitor\n"5,6",hub,mirror\n');
    const found = await qualityOf(['1,2', '3,4'], ['bot', 'bot'], path);
    expect(found).toMatchObject({ compared: 2, missing: 1, accuracy: 0.5, macroF1WithoutVisitors: 1 });
    expect(found.macroF1).toBeLessThan(1);
    expect(found.byKind).toEqual({ farm: 1, visitor: 0 });
  });
});

describe('the floor', () => {
  it('counts every event in each grouping and reads the file four times', async () => {
    const path = join(folder, 'log.parquet');
    await generateLog({ rows: 5000, locations: 60, seed: 5, path, labels: join(folder, 'log.csv') });
    const floor = await runFloor(path, { threads: 2, memoryLimit: '1GB' });
    const rowsOf = (name: string) => floor.steps.find((step) => step.name === name)?.rows;
    expect(floor).toMatchObject({ rows: 5000, sourceScans: 4 });
    expect(rowsOf('gaps')).toBe(5000);
    expect(rowsOf('i8')).toBe(60);
    // Every location has a first visit.
    expect(rowsOf('i8v')).toBeGreaterThanOrEqual(60);
  });
});
