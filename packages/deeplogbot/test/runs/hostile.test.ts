import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeepLogBotError } from '@deeplogbot/core';
import { type AnnotatorOptions, runBotAnnotator } from 'deeplogbot';
import { describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { duckdb, parquet, people, readParquet } from '../support/logs.js';

/** Runs and expects a failure with a code, a sentence and a hint, the input as it was, and no file but the input. */
async function refuses(input: string, code: string, options: Partial<AnnotatorOptions> = {}): Promise<DeepLogBotError> {
  const before = await readFile(input);
  const outputDir = options.outputDir ?? join(input, '..', 'out');
  const error = await runBotAnnotator({ input, outputDir, ...options }).then(
    () => undefined,
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(DeepLogBotError);
  const known = error as DeepLogBotError;
  expect([known.code, known.message.length > 20, known.hint.length > 10]).toEqual([code, true, true]);
  expect((await readFile(input)).equals(before)).toBe(true);
  const left = await readdir(join(input, '..'), { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => entry.isFile() && join(entry.parentPath, entry.name) !== input)).toEqual([]);
  return known;
}

const log = async (query = people(4)) => parquet(join(await scratch(), 'log.parquet'), query);

describe('input that cannot work', () => {
  it.each([0.3, 0.7, 0.99])('Parquet of which only the first %d is there', async (share) => {
    const input = await log();
    const whole = await readFile(input);
    await writeFile(input, whole.subarray(0, Math.floor(whole.length * share)));
    await refuses(input, 'NOT_PARQUET');
    await refuses(input, 'NOT_PARQUET', { outputStrategy: 'overwrite' });
  });

  it('Parquet whose middle was overwritten', async () => {
    const input = await log(people(40));
    const bytes = await readFile(input);
    bytes.fill(0xff, 4, Math.floor(bytes.length * 0.6));
    await writeFile(input, bytes);
    await refuses(input, 'UNREADABLE_INPUT', { outputStrategy: 'overwrite' });
  });

  it('rows of which none has a key, none a time, or none at all', async () => {
    await refuses(
      await log(`SELECT * REPLACE (CAST(NULL AS VARCHAR) AS geo_location) FROM (${people(2)})`),
      'NO_USABLE_ROWS',
    );
    await refuses(await log(`SELECT * REPLACE ('' AS geo_location) FROM (${people(2)})`), 'NO_USABLE_ROWS');
    await refuses(await log(`SELECT * REPLACE ('soon' AS timestamp) FROM (${people(2)})`), 'NO_USABLE_ROWS');
    await refuses(await log(`SELECT * FROM (${people(2)}) WHERE FALSE`), 'EMPTY_INPUT');
  });

  it('an output that is the input, by its own or another name', async () => {
    const input = await log();
    await refuses(input, 'OUTPUT_IS_INPUT', { outputParquet: input });
    await refuses(input, 'OUTPUT_IS_INPUT', { outputParquet: join(input, '..', '.', 'log.parquet') });
    const other = await scratch();
    await symlink(input, join(other, 'alias.parquet'));
    await refuses(input, 'OUTPUT_IS_INPUT', { outputParquet: join(other, 'alias.parquet') });
    await symlink(join(input, '..'), join(other, 'folder'));
    await refuses(input, 'OUTPUT_IS_INPUT', { outputParquet: join(other, 'folder', 'log.parquet') });
  });

  it('an output folder that is a file, or below one', async () => {
    const input = await log();
    await refuses(input, 'OUTPUT_NOT_WRITABLE', { outputDir: input });
    await refuses(input, 'OUTPUT_NOT_WRITABLE', { outputDir: join(input, 'out') });
    await refuses(input, 'OUTPUT_NOT_WRITABLE', { outputParquet: join(input, 'a.parquet') });
    const folder = join(await scratch(), 'a.parquet');
    await mkdir(folder);
    await refuses(input, 'OUTPUT_NOT_WRITABLE', { outputParquet: folder });
  });
});

it('rules, labels or a model that cannot be had leave no folder behind', async () => {
  const input = await log();
  const missing = join(input, '..', 'nowhere.yaml');
  const bad = [
    { rules: missing },
    { classificationMethod: 'deep', labels: missing },
    { classificationMethod: 'deep', model: missing },
  ] as const;
  for (const options of bad) {
    await expect(runBotAnnotator({ input, outputDir: join(input, '..', 'out'), ...options })).rejects.toThrow(
      DeepLogBotError,
    );
    expect(await readdir(join(input, '..'))).toEqual(['log.parquet']);
  }
});

describe('values that strangers write', () => {
  const VALUES = [
    '=cmd()',
    '<script>alert(1)</script>',
    `"; DROP TABLE x; --`,
    `'; DROP TABLE x; --`,
    'a\nb\r\nc\td',
    '"quoted","cells"',
    '\u001b[31mred',
    '../../etc/passwd',
    '%s%n{{x}}',
    '\u202Egnp.exe',
    'x'.repeat(1_000_000),
  ];
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

  it('come back as they were, and are neutral in what is written', async () => {
    const input = await log(`
      SELECT * REPLACE (list_extract([${VALUES.map(quoted)}], 1 + CAST(hash(geo_location) % ${VALUES.length} AS INTEGER)) AS geo_location,
        '=1+1' AS country) FROM (${people(60)})`);
    const run = await runBotAnnotator({ input, outputDir: join(input, '..', 'out') });
    const [before, after] = [await readParquet(input), await readParquet(run.outputParquet!)];
    expect(after.map((row) => row.geo_location)).toEqual(before.map((row) => row.geo_location));
    expect(new Set(run.features.keys)).toEqual(new Set(before.map((row) => row.geo_location)));
    for (const file of run.files.filter((name) => name.endsWith('.txt'))) {
      const text = await readFile(file, 'utf8');
      expect(text).not.toContain('\u001b');
      expect(text.length).toBeLessThan(200_000);
    }
    const csv = await readFile(run.files.find((name) => name.endsWith('location_analysis.csv'))!, 'utf8');
    expect(csv).not.toMatch(/(^|,)"?=/m);
  });

  it('may be times in the year 9999, before Christ, or no times at all', async () => {
    const odd = ['9999-12-31T23:59:59Z', '99999-01-01', '0000-00-00', '-4000-01-01', 'soon', '', '1e400', '2024-02-30'];
    const input = await log(
      `
      SELECT * REPLACE (CAST(timestamp AS VARCHAR) AS timestamp) FROM (${people(4)})
      UNION ALL SELECT * REPLACE (t AS timestamp) FROM (SELECT * FROM (${people(1)}) LIMIT 1), (SELECT unnest([${odd.map(quoted)}]) AS t)`.replace(
        'SELECT * REPLACE (t AS timestamp)',
        'SELECT * EXCLUDE (t) REPLACE (t AS timestamp)',
      ),
    );
    const run = await runBotAnnotator({ input, outputDir: join(input, '..', 'out'), reporters: [] });
    expect(run.rowCounts.noTimestamp + run.rowCounts.outsideWindow).toBe(odd.length);
    expect(await readParquet(run.outputParquet!)).toHaveLength(run.rowCounts.total);
    expect((await readParquet(run.outputParquet!)).map((row) => row.timestamp)).toEqual(
      (await readParquet(input)).map((row) => row.timestamp),
    );
  });

  it('may be bytes that are no UTF-8: the line is set aside and counted', async () => {
    const input = join(await scratch(), 'log.csv');
    await duckdb(`COPY (${people(4)}) TO '${input}' (FORMAT csv, HEADER)`);
    const whole = await readFile(input);
    const odd = Buffer.concat([
      Buffer.from('2024-01-01 00:00:00,u,PXD000001,f.raw,Ger'),
      Buffer.of(0xff, 0xfe),
      Buffer.from('many,City,"1,2",http\n'),
    ]);
    await writeFile(input, Buffer.concat([whole, odd]));
    const rows = whole.toString().trimEnd().split('\n').length - 1;
    const run = await runBotAnnotator({ input, outputDir: join(input, '..', 'out'), reporters: [] });
    expect([run.rowCounts.total, run.rejectedRows]).toEqual([rows, 1]);
    expect(run.warnings).toContain('1 row that could not be parsed, and so in no figure');
  });
});

describe('columns that strangers name', () => {
  const NAMES = [
    '"; DROP TABLE x; --',
    "'; --",
    'a b',
    '=cmd()',
    'ts',
    'status',
    'key_text',
    'n',
    'file',
    'key',
    'x'.repeat(5000),
  ];

  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

  it('keep their values under those names', async () => {
    const columns = NAMES.map((name, i) => `row_number() OVER () + ${i} AS ${quoted(name)}`);
    const input = await log(`SELECT *, ${columns.join(', ')} FROM (${people(3)})`);
    const run = await runBotAnnotator({ input, outputDir: join(input, '..', 'out'), reporters: [] });
    const [before, after] = [await readParquet(input), await readParquet(run.outputParquet!)];
    for (const name of NAMES) expect(after.map((row) => row[name])).toEqual(before.map((row) => row[name]));
    expect(Object.keys(after[0]!).slice(0, -9)).toEqual(Object.keys(before[0]!));
  });

  it.each(NAMES.slice(0, 5).map((name) => [name.slice(0, 30), name]))(
    'may be the location, named %j',
    async (_short, name) => {
      const column = `"${name.replaceAll('"', '""')}"`;
      const input = await log(`SELECT * RENAME (geo_location AS ${column}) FROM (${people(3)})`);
      const run = await runBotAnnotator({
        input,
        outputDir: join(input, '..', 'out'),
        reporters: [],
        schema: { locationField: name },
      });
      expect(run.totalLocations).toBe(3);
    },
  );
});
