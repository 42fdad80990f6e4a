import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { numbers, sql } from '@deeplogbot/core';
import { openNativeEngine } from '@deeplogbot/core/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { SHAPE_NAMES, SHAPES, type ShapeName, writeShape } from '../../../../bench/shapes/shapes.js';
import { scratch } from '../../../../test/support/scratch.js';
import { runBotAnnotator } from '../../src/index.js';

const ROWS = 5000;
let folder: string;
beforeAll(async () => {
  folder = await scratch();
});

async function annotatedRows(path: string): Promise<number> {
  const engine = await openNativeEngine();
  const source = await engine.bind({ kind: 'files', paths: [path], format: 'parquet' });
  const counted = await engine.columns(
    sql`SELECT CAST(count(*) AS DOUBLE) AS n FROM ${source.name} WHERE behavior_type IS NOT NULL`,
  );
  await engine.close();
  return numbers(counted, 'n')[0]!;
}

describe('a log where', () => {
  const expected: Readonly<Record<ShapeName, number>> = {
    'one-location': 1 + 500,
    'user-per-row': 300,
    'location-per-row': ROWS,
    'file-per-row': 300,
    'one-second': 300,
  };

  it.each(SHAPE_NAMES)(
    `%s is extreme has a verdict for every location and row, and leaves nothing behind`,
    async (name) => {
      const input = join(folder, `${name}.parquet`);
      const [outputDir, tempDirectory] = [join(folder, name), await mkdtemp(join(folder, 'spill-'))];
      await writeShape(name, ROWS, input);
      // All reports where their tables are the largest and their axes the shortest; they are the slow part.
      const reporters = name === 'location-per-row' || name === 'one-second' ? undefined : [];
      const run = await runBotAnnotator({ input, outputDir, tempDirectory, memoryLimit: '512MB', reporters });
      expect(run.warnings.filter((warning) => warning.includes('failed'))).toEqual([]);
      expect([run.rowCounts.classified, run.totalLocations]).toEqual([ROWS, expected[name]]);
      expect(await annotatedRows(run.outputParquet!)).toBe(ROWS);
      for (const column of run.features.columns.values())
        expect(column.some((value) => Math.abs(value) === Infinity)).toBe(false);
      expect(await readdir(tempDirectory)).toEqual([]);
      expect((await readdir(outputDir)).filter((file) => file.startsWith('.'))).toEqual([]);
    },
  );

  it('one location has nine tenths of all rows gives that location its own', async () => {
    const input = join(folder, 'one.parquet');
    await writeShape('one-location', 3000, input);
    const run = await runBotAnnotator({
      input,
      outputDir: join(folder, 'one'),
      outputStrategy: 'reports_only',
      reporters: [],
    });
    expect(run.downloads[run.features.keys.indexOf('0.0,0.0')]).toBe(2700);
    expect(SHAPES['one-location'].says).toContain('90 %');
  });
});
