import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { bindSchema, defineSchema, type Engine, join as joinSql, numbers, type Sql, sql } from '@deeplogbot/core';
import { openNativeEngine, openOutputDir } from '@deeplogbot/core/node';
import {
  countryCode,
  countUsage,
  keptPrecision,
  readMetadata,
  spikeMark,
  type UsageOptions,
  validateReport,
  writeUsage,
} from '@deeplogbot/usage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../test/support/scratch.js';

let engine: Engine;
let folder: string;
beforeAll(async () => {
  engine = await openNativeEngine({ threads: 2 });
  folder = await scratch();
});
afterAll(async () => {
  await engine.close();
});

/** An annotated log: `rows` gives ts, item, file, usr, country, bytes and bot. */
async function annotated(rows: Sql) {
  await engine.run(sql`
    CREATE OR REPLACE TEMP TABLE usage_log AS
    SELECT ts AS timestamp, item AS accession, file AS filename, usr AS "user", country, 'x' AS geo_location, size,
           bot AS is_bot, FALSE AS is_hub, 'organic' AS behavior_type, 'crawler' AS subcategory,
           CAST(NULL AS VARCHAR) AS classification_reason FROM (${rows})`);
  return engine.bind({ kind: 'relation', name: 'usage_log' });
}

const SCHEMA = defineSchema({ bytesField: 'size' });

async function count(rows: Sql, options: Partial<UsageOptions> = {}) {
  const relation = await annotated(rows);
  return countUsage(engine, relation, { schema: bindSchema(SCHEMA, relation.columns), ...options });
}

const monthly = (items: number) => sql`
  SELECT TIMESTAMP '2024-01-01' + to_days(CAST(d AS INTEGER)) + to_hours(12) AS ts, 'D' || i AS item, 'f' AS file,
         'u' || (d % 3) AS usr, CASE d % 2 WHEN 0 THEN 'Germany' ELSE 'France' END AS country, 1500000 AS size, d % 5 = 0 AS bot
  FROM range(${items}) a(i), range(91) b(d)`;

const CREATED = { created: '2024-07-01' };
const json = async (path: string) => JSON.parse(await readFile(path, 'utf8'));

describe('the report', () => {
  it('holds to the schema, sums up, and leaves the excluded beside it', async () => {
    const out = await openOutputDir(join(folder, 'whole'));
    const { files, summary } = await writeUsage(await count(monthly(3)), out, CREATED);
    const stem = 'dsr_2024-01_2024-03';
    expect((await readdir(out.path)).sort()).toEqual(
      ['beside.excluded.tsv', 'beside.spikes.tsv', 'beside.summary.json', 'json', 'tsv'].map((end) => `${stem}.${end}`),
    );
    expect(files).toHaveLength(5);
    const report = await json(join(out.path, `${stem}.json`));
    expect(validateReport(report)).toEqual([]);
    expect(report['report-header']).toMatchObject({
      release: 'RD1',
      created: '2024-07-01',
      'reporting-period': { 'begin-date': '2024-01-01', 'end-date': '2024-03-31' },
      exceptions: [],
    });
    // 91 days, every fifth by a robot (19): 72 downloads of 1.5 MB per data set.
    const instances = report['report-datasets'].flatMap((item: { performance: { instance: object[] }[] }) =>
      item.performance.flatMap(({ instance }) => instance),
    ) as { 'metric-type': string; count: number; volume?: number; 'country-counts': Record<string, number> }[];
    const requests = instances.filter((one) => one['metric-type'] === 'total-dataset-requests');
    expect(requests.reduce((sum, one) => sum + one.count, 0)).toBe(3 * 72);
    expect(requests.reduce((sum, one) => sum + one.volume!, 0)).toBe(3 * 72 * 1.5);
    for (const one of instances) {
      expect(Object.values(one['country-counts']).reduce((a, b) => a + b, 0)).toBe(one.count);
    }
    expect(summary).toMatchObject({ rows: 273, excluded: { 'robot: crawler': 57 }, items: 3 });
    expect(await readFile(join(out.path, `${stem}.beside.excluded.tsv`), 'utf8')).toBe(
      'Dataset\tReason\tDownloads\nD0\trobot: crawler\t19\nD1\trobot: crawler\t19\nD2\trobot: crawler\t19\n',
    );
  });

  it('says as a table what it says as JSON', async () => {
    const out = await openOutputDir(join(folder, 'table'));
    await writeUsage(await count(monthly(1)), out, { ...CREATED, publisher: 'A house' });
    const lines = (await readFile(join(out.path, 'dsr_2024-01_2024-03.tsv'), 'utf8')).trimEnd().split('\n');
    expect(lines[11]!.split('\t').slice(-6)).toEqual([
      'Access_Method',
      'Metric_Type',
      'Reporting_Period_Total',
      'Jan-2024',
      'Feb-2024',
      'Mar-2024',
    ]);
    expect(lines.slice(12).map((line) => line.split('\t').slice(10))).toEqual(
      [
        'Total_Dataset_Investigations',
        'Unique_Dataset_Investigations',
        'Total_Dataset_Requests',
        'Unique_Dataset_Requests',
      ].map((metric) => ['Regular', metric, '72', '24', '24', '24']),
    );
    expect(lines[12]!.split('\t').slice(0, 10)).toEqual(['D0', 'A house', '', '', '', '', '', 'D0', '', '0001']);
  });

  it('is the same for one thread and for four', async () => {
    const texts = [];
    for (const threads of [1, 4]) {
      await engine.run(sql`SET threads = ${threads}`);
      const out = await openOutputDir(join(folder, `threads-${threads}`));
      await writeUsage(await count(monthly(40)), out, CREATED);
      texts.push(
        await Promise.all((await readdir(out.path)).sort().map((name) => readFile(join(out.path, name), 'utf8'))),
      );
    }
    await engine.run(sql`SET threads = 2`);
    expect(texts[1]).toEqual(texts[0]);
  });

  it('is written in whole parts above either limit', async () => {
    const usage = await count(monthly(10));
    for (const [limits, parts] of [
      [{ maxItems: 4 }, 3],
      [{ maxBytes: 8_000 }, 5],
    ] as const) {
      const out = await openOutputDir(join(folder, `parts-${parts}`));
      await writeUsage(usage, out, { ...CREATED, ...limits });
      const names = (await readdir(out.path)).filter((name) => /part-\d{3}\.json$/.test(name)).sort();
      const reports = await Promise.all(names.map((name) => json(join(out.path, name))));
      for (const report of reports) expect(validateReport(report)).toEqual([]);
      expect(
        reports.flatMap((report) => report['report-datasets'].map((item: object) => Object.values(item)[0])),
      ).toEqual(Array.from({ length: 10 }, (_, i) => `D${i}`));
      expect(reports.map((report) => report['report-header']['report-attributes'])).toEqual(
        reports.map((_, i) => [{ name: 'Part', value: String(i + 1) }]),
      );
      if ('maxItems' in limits) expect(reports.map((report) => report['report-datasets'].length)).toEqual([4, 4, 2]);
      else for (const name of names) expect((await readFile(join(out.path, name))).length).toBeLessThanOrEqual(8_000);
    }
  });

  it('says 69 where it is compressed, and 3040 where the log does not cover the period', async () => {
    const out = await openOutputDir(join(folder, 'exceptions'));
    const usage = await count(monthly(1), { from: '2024-03', to: '2024-04' });
    await writeUsage(usage, out, { ...CREATED, compress: true });
    const packed = await readFile(join(out.path, 'dsr_2024-03_2024-04.json.gz'));
    const report = JSON.parse(gunzipSync(packed).toString());
    expect(validateReport(report)).toEqual([]);
    expect(report['report-header'].exceptions.map(({ code }: { code: number }) => code)).toEqual([3040, 69]);
    await expect(count(monthly(1), { from: '2031-02' })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(/^The log covers 2024-\d\d to 20\d\d-\d\d, and no month from 2031-02 on\.$/),
    });
    await expect(count(monthly(1), { to: '2019-12' })).rejects.toThrow('and no month up to 2019-12.');
    expect((await count(monthly(1), { from: '2031-02', to: '2031-03' })).counts.rows).toBe(0);
    const covered = await count(monthly(1), { from: '2024-04', to: '2024-04', coveredTo: '2024-04-30' });
    await writeUsage(covered, out, CREATED);
    // Nothing was used in April, and the log says so: a report without data sets, which replaces an earlier one.
    const nothing = await json(join(out.path, 'dsr_2024-04.json'));
    expect(validateReport(nothing)).toEqual([]);
    expect(nothing['report-datasets']).toEqual([]);
    expect(nothing['report-header'].exceptions).toMatchObject([{ code: 3030, severity: 'error' }]);
    const table = await readFile(join(out.path, 'dsr_2024-04.tsv'), 'utf8');
    expect(table).toContain('Exceptions\t3030: No Usage Available for Requested Dates');
    expect(table.trimEnd().split('\n').at(-1)).toMatch(/^Dataset_Title\t/);
  });

  it('takes titles and identifiers from metadata, and hostile names as text', async () => {
    await engine.run(sql`
      CREATE OR REPLACE TEMP TABLE about AS SELECT '=cmd()' AS item, 'A "title"' || chr(9) || '<b>' AS title,
        '10.1234/x' AS doi, '2020' AS yop, 'Ada' AS creators, NULL AS uri`);
    const metadata = await readMetadata(engine, await engine.bind({ kind: 'relation', name: 'about' }));
    const rows = sql`SELECT ts, item, file, usr, country, size, bot FROM (${monthly(1)}), (VALUES ('=cmd()'), ('+x' || chr(10) || 'y')) v(name)`;
    const usage = await count(
      sql`SELECT ts, name AS item, file, usr, country, size, bot FROM (${rows}) JOIN (VALUES ('=cmd()'), ('+x' || chr(10) || 'y')) w(name) ON TRUE`,
    );
    const out = await openOutputDir(join(folder, 'about'));
    await writeUsage(usage, out, { ...CREATED, metadata });
    const report = await json(join(out.path, 'dsr_2024-01_2024-03.json'));
    expect(validateReport(report)).toEqual([]);
    expect(
      report['report-datasets'].map((item: object) => [Reflect.get(item, 'dataset-title'), Reflect.get(item, 'yop')]),
    ).toEqual([
      ['+x\ny', '0001'],
      ['A "title"\t<b>', '2020'],
    ]);
    expect(report['report-datasets'][1]['dataset-id']).toEqual([{ type: 'doi', value: '10.1234/x' }]);
    const table = await readFile(join(out.path, 'dsr_2024-01_2024-03.tsv'), 'utf8');
    expect(table).not.toMatch(/(^|\t)[=+]/m);
    expect(
      new Set(
        table
          .trimEnd()
          .split('\n')
          .slice(12)
          .map((line) => line.split('\t').length),
      ),
    ).toEqual(new Set([16]));
  });
});

describe('what cannot be counted', () => {
  it.each([
    [{ from: '2024-13' }, 'INVALID_OPTION'],
    [{ from: '2024-05', to: '2024-04' }, 'INVALID_OPTION'],
    [{ coveredTo: '2024-02-30' }, 'INVALID_OPTION'],
    [{ insufficientEvidence: 'regulr' as 'regular' }, 'INVALID_OPTION'],
    [{ sessionField: '"; DROP TABLE x; --' }, 'MISSING_COLUMN'],
    [{ clientFields: ['usr'] }, 'MISSING_COLUMN'],
    [{ schema: { ...SCHEMA, projectField: null } }, 'NO_DATA_SETS'],
  ] as const)('%j is refused with %s', async (options, code) => {
    await expect(count(monthly(1), options)).rejects.toMatchObject({ code, hint: expect.stringMatching(/\w/) });
  });

  it('a log without verdicts, without data sets, without times', async () => {
    await engine.run(sql`CREATE OR REPLACE TEMP TABLE bare AS SELECT 1 AS x`);
    const bare = await engine.bind({ kind: 'relation', name: 'bare' });
    await expect(countUsage(engine, bare, { schema: SCHEMA })).rejects.toMatchObject({ code: 'NOT_ANNOTATED' });
    const nothing = sql`SELECT * REPLACE (CAST(NULL AS VARCHAR) AS item) FROM (${monthly(1)})`;
    await expect(count(nothing)).rejects.toMatchObject({ code: 'NO_USAGE' });
    const never = sql`SELECT * REPLACE (CAST(NULL AS TIMESTAMP) AS ts) FROM (${monthly(1)})`;
    await expect(count(never)).rejects.toMatchObject({ code: 'NO_USAGE' });
  });

  it('puts rows without data set or time beside the report', async () => {
    const usage = await count(sql`
      FROM (${monthly(1)}) UNION ALL (SELECT * REPLACE ('' AS item) FROM (${monthly(1)}) LIMIT 2)
      UNION ALL (SELECT * REPLACE (CAST(NULL AS TIMESTAMP) AS ts) FROM (${monthly(1)}) LIMIT 3)`);
    const out = await openOutputDir(join(folder, 'odd'));
    const { summary } = await writeUsage(usage, out, CREATED);
    expect(summary.excluded).toEqual({ 'no data set': 2, 'no readable timestamp': 3, 'robot: crawler': 19 });
    expect(summary.rows).toBe(96);
  });
});

it('takes each event of nobody for a session of its own, in which data were retrieved or not', async () => {
  const { counts } = await count(
    sql`SELECT TIMESTAMP '2024-01-01' + to_seconds(CAST(i AS INTEGER)) AS ts, 'A' AS item, 'f' AS file, NULL AS usr, 'Germany' AS country,
               CAST(i = 0 AS INTEGER) AS size, FALSE AS bot
        FROM range(3) t(i)`,
    { requestField: 'size' },
  );
  const totals = ['investigations', 'requests'].flatMap((what) => [`total_${what}`, `unique_${what}`]);
  expect(totals.map((name) => [...numbers(counts, name)])).toEqual([[3], [3], [1], [1]]);
});

it('tells clients apart by each of their fields, not by what these make together', async () => {
  const clicks = (...clients: readonly (readonly [string, string])[]) => sql`
    SELECT TIMESTAMP '2024-01-01' + to_seconds(CAST(i AS INTEGER)) AS ts, 'A' AS item, 'f' AS file, usr, country, 1 AS size, FALSE AS bot
    FROM (VALUES ${joinSql(
      clients.map(([country, user], i) => sql`(${i}, ${country}, ${user})`),
      ', ',
    )}) t(i, country, usr)`;
  const clientFields = ['country', 'user'];
  const counted = async (rows: Sql) => {
    const { counts } = await count(rows, { clientFields });
    return numbers(counts, 'total_investigations').reduce((a, b) => a + b);
  };
  expect(await counted(clicks(['a', 'bc'], ['ab', 'c']))).toBe(2);
  expect(await counted(clicks(['a', 'bc'], ['a', 'bc']))).toBe(1);
});

describe('spikes', () => {
  const year = (units: number) => new Array<number>(12).fill(units);
  it.each([
    [100, 33, 'positive-spike'],
    [99, 0, null],
    [100, 0, 'positive-spike'],
    [120, 40, null],
    [121, 40, 'positive-spike'],
    [0, 20, 'negative-spike'],
    [0, 19, null],
    [1, 100, null],
    [1, 101, 'negative-spike'],
  ] as const)('%i after a year of %i is %s', (units, before, mark) => {
    expect(spikeMark(units, year(before))).toBe(mark);
  });

  it('needs twelve months before', () => expect(spikeMark(1000, year(1).slice(1))).toBeNull());
});

describe('the precision of the kept count', () => {
  const exactly = (value: number) => ({ low: value, value, high: value });

  it('is what the published audit implies: 85 % robots, recall 94.18 %, precision 98.92 % leave 74 %', () => {
    const removed = (85 * 0.9418) / 0.9892;
    expect(keptPrecision(100 - removed, removed, exactly(0.9892), exactly(0.9418))!.value).toBeCloseTo(0.7405, 3);
  });

  it('is 1 where every robot is found, and has bounds from both', () => {
    expect(keptPrecision(50, 50, exactly(1), exactly(1))).toEqual(exactly(1));
    const { low, value, high } = keptPrecision(
      100,
      100,
      { low: 0.9, value: 0.95, high: 1 },
      { low: 0.8, value: 0.9, high: 1 },
    )!;
    expect([low, high]).toEqual([0.75, 1]);
    expect(value).toBeGreaterThan(low);
    expect(keptPrecision(0, 10, exactly(1), exactly(1))).toBeNull();
    expect(keptPrecision(10, 10, exactly(1), { low: 0, value: 0.5, high: 1 })).toBeNull();
  });
});

it.each([
  ['Germany', 'de'],
  ['United States', 'us'],
  ['Russia', 'ru'],
  ['South Korea', 'kr'],
  ['Iran', 'ir'],
  ['Türkiye', 'tr'],
  ['Turkey', 'tr'],
  ['Czechia', 'cz'],
  ['Moldova', 'md'],
  ['DE', 'de'],
  ['gb', 'gb'],
  ['Atlantis', null],
  ['QQ', null],
  ['', null],
])('the code of %j is %j', (name, code) => expect(countryCode(name)).toBe(code));
