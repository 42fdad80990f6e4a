import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ANNOTATION_COLUMNS, identifier, join as list, sql, textColumn } from '@deeplogbot/core';
import { openNativeEngine } from '@deeplogbot/core/node';
import { runBotAnnotator } from 'deeplogbot';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { readParquet } from '../support/logs.js';

const wellFormed = (text: string) => text.isWellFormed() && !text.includes('\u0000');
const name = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(wellFormed),
  fc.constantFrom(
    '"; DROP TABLE x; --',
    "'",
    '"',
    'a.b',
    'SELECT',
    '*',
    'ts',
    'key',
    'n',
    'status',
    'year',
    'rowid',
    '\t',
    '$1',
    '%',
  ),
);
const value = fc.option(
  fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }).filter(wellFormed),
    fc.constantFrom(
      '',
      ' ',
      '=cmd()',
      '<script>',
      '"; DROP TABLE x; --',
      "'';",
      '\n',
      '\u001b[2J',
      'NaN',
      'null',
      '1e999',
    ),
  ),
);
const time = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .integer({ min: 0, max: 100_000_000 })
      .map((s) => new Date(Date.UTC(2022, 0, 1) + s * 1000).toISOString()),
  },
  fc.constantFrom('9999-12-31T23:59:59Z', '1970-01-01', '', 'soon', '2024-02-30', '2023-06-01T10:00:00+14:00'),
  value,
);

/** Six columns of any name, four of which have a meaning, in any order. */
const log = fc
  .record({
    names: fc.uniqueArray(
      name.filter((text) => !(ANNOTATION_COLUMNS as readonly string[]).includes(text.toLowerCase())),
      {
        minLength: 6,
        maxLength: 6,
        selector: (text) => text.toLowerCase().normalize(),
      },
    ),
    places: fc.array(value, { minLength: 1, maxLength: 4 }),
    rows: fc.array(fc.tuple(fc.nat(), time, value, value, value, value), { minLength: 1, maxLength: 40 }),
    order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }),
  })
  .map(({ names, places, rows, order }) => ({
    names,
    order,
    columns: [0, 1, 2, 3, 4, 5].map((i) =>
      [...rows, [0, '2024-01-01T00:00:00Z', 'u', null, null, null] as const].map((row, at) =>
        i === 0 ? (at === rows.length ? 'somewhere' : places[row[0] % places.length]!) : (row[i] as string | null),
      ),
    ),
  }));

it('keeps every row, in order, under any names and with any values, and its counts add up', async () => {
  const folder = await scratch();
  const engine = await openNativeEngine({ threads: 2 });
  await fc.assert(
    fc.asyncProperty(log, async ({ names, order, columns }) => {
      const table = await engine.load('hostile', {
        rows: columns[0]!.length,
        columns: Object.fromEntries([...columns.map((column, i) => [`c${i}`, textColumn(column)])]),
      });
      const named = order.map((i) => sql`${identifier(`c${i}`)} AS ${identifier(names[i]!)}`);
      const input = join(folder, 'log.parquet');
      await engine.write(sql`SELECT ${list(named, ', ')} FROM ${table}`, {
        path: input,
        format: 'parquet',
        compression: 'zstd',
      });
      const run = await runBotAnnotator({
        input,
        outputDir: join(folder, 'out'),
        engine,
        reporters: [],
        schema: {
          locationField: names[0]!,
          timestampField: names[1]!,
          userField: names[2]!,
          countryField: names[3]!,
          projectField: names[4]!,
        },
      });
      const total = columns[0]!.length;
      const { rowCounts: n, stats } = run;
      expect(n.total).toBe(total);
      expect(n.classified + n.noLocation + n.noTimestamp + n.outsideWindow + n.belowMinimum).toBe(total);
      expect(stats.bots + stats.hubs + stats.normal + stats.insufficientEvidence + stats.filtered).toBe(total);
      expect(run.downloads.reduce((sum, count) => sum + count, 0)).toBe(n.classified);
      const after = await readParquet(run.outputParquet!);
      for (const [i, column] of columns.entries()) expect(after.map((row) => row[names[i]!])).toEqual(column);
      const filtered = after.filter((row) => row.behavior_type === 'filtered');
      expect(filtered).toHaveLength(n.noLocation + n.noTimestamp + n.outsideWindow);
      expect(after.filter((row) => row.is_bot)).toHaveLength(stats.bots);
      expect(after.filter((row) => row.is_organic)).toHaveLength(stats.normal);
      await rm(join(folder, 'out'), { recursive: true });
    }),
    { numRuns: 10, seed: 42 },
  );
  await engine.close();
});
