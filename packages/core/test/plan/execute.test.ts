import {
  BASE_SCHEMA,
  bindSchema,
  defineAggregate,
  defineDerived,
  defineExtractor,
  defineLookup,
  defineSchema,
  defineSeries,
  type ExtractOptions,
  extractFeatures,
  float64,
  identifier,
  numbers,
  type PlanNode,
  type Sql,
  sql,
} from '@deeplogbot/core';
import { describe, expect, it } from 'vitest';
import { logOf, useEngine } from '../support/engine.js';

const engine = useEngine();
const spec = float64({ unit: '1', meaning: 'test', formula: 'test', nullWhen: 'never' });

/** Three downloads at A (two countries), one at B, one each without location, timestamp and in the window. */
const LOG = sql`
  SELECT * FROM (VALUES
    ('A', 'X', 'u1', TIMESTAMP '2024-01-01 10:00:00', 'f1'),
    ('A', 'Y', 'u2', TIMESTAMP '2024-01-01 11:00:00', 'f2'),
    ('A', 'Y', NULL, TIMESTAMP '2024-01-03 10:00:00', 'f1'),
    ('B', NULL, 'u1', TIMESTAMP '2023-05-05 05:00:00', NULL),
    (NULL, 'X', 'u1', TIMESTAMP '2024-01-01 10:00:00', 'f1'),
    ('', 'X', 'u1', TIMESTAMP '2024-01-01 10:00:00', 'f1'),
    ('A', 'X', 'u1', NULL, 'f1'),
    ('A', 'X', 'u9', TIMESTAMP '2019-12-31 23:59:59', 'f1')
  ) t(geo_location, country, "user", timestamp, filename)`;

async function run(
  nodes: readonly PlanNode[],
  log: Sql = LOG,
  schema = BASE_SCHEMA,
  more: Pick<ExtractOptions, 'admit' | 'keep'> = {},
) {
  const relation = await logOf(engine.current, log);
  return extractFeatures(engine.current, relation, { nodes, schema: bindSchema(schema, relation.columns), ...more });
}

it('stores the events once where four nodes read the source, whether in the window or not', async () => {
  const reader = (name: string, from: 'events' | 'log_rows') =>
    defineAggregate({ name, from: [from], grain: [], query: (of) => sql`SELECT count(*) AS n FROM ${of[from]!}` });
  const [a, b, c, d] = [reader('a', 'events'), reader('b', 'events'), reader('c', 'events'), reader('d', 'log_rows')];
  expect((await run([count, a!, b!, d!])).sourceScans).toBe(3); // 1 and that of the rows, and once for the three.
  expect((await run([a!, b!, d!])).sourceScans).toBe(4);
  expect((await run([a!, b!, c!])).sourceScans).toBe(4);
});

it('computes no series of a location below the minimum', async () => {
  const seen: number[] = [];
  const length = defineSeries({
    name: 'length',
    from: ['events'],
    columns: { length: spec },
    query: ({ events }) => sql`SELECT key, 1 AS x FROM ${events!} ORDER BY key`,
    compute: ({ x }) => {
      seen.push(x!.length);
      return { length: x!.length };
    },
  });
  const { features } = await run([length], LOG, defineSchema({ minLocationDownloads: 2 }));
  expect([seen, [...features.need('length')]]).toEqual([[3], [3]]);
});

it('names a node whose query is no Sql', async () => {
  const ofText = { ...count, query: () => 'SELECT key, 1 AS n FROM events' as never };
  await expect(run([ofText])).rejects.toMatchObject({
    code: 'NOT_SQL',
    message: 'The query of the plan node "count" must be Sql. Got string.',
  });
  await expect(run([{ ...count, query: () => undefined as never }])).rejects.toMatchObject({ code: 'NOT_SQL' });
});

async function relationsLeft(): Promise<number> {
  const left = await engine.current.columns(sql`
    SELECT (SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'deeplogbot_%')
         + (SELECT count(*) FROM duckdb_views() WHERE view_name LIKE 'deeplogbot_%') AS n`);
  return numbers(left, 'n')[0]!;
}

const count = defineExtractor({
  name: 'count',
  from: ['events'],
  columns: { n: spec },
  query: ({ events }) => sql`SELECT key, count(*) AS n FROM ${events!} GROUP BY key`,
});

describe('extractFeatures', () => {
  it('gives one row per location in text order, with its most frequent country', async () => {
    const { features, keyTable } = await run([count]);
    expect(features.keys).toEqual(['A', 'B']);
    expect(features.attributes.country).toEqual(['Y', null]);
    expect([...features.need('n')]).toEqual([3, 1]);
    expect([...keyTable.n]).toEqual([3, 1]);
  });

  it('counts every row exactly once', async () => {
    const { rowCounts } = await run([count]);
    expect(rowCounts).toEqual({
      total: 8,
      classified: 4,
      belowMinimum: 0,
      noLocation: 2,
      noTimestamp: 1,
      outsideWindow: 1,
    });
  });

  it('asks whether so many locations fit before it makes anything for them, and leaves nothing behind if not', async () => {
    const admit = (keys: number) => {
      throw new RangeError(`${keys} of them`);
    };
    await expect(run([count], LOG, defineSchema({ minLocationDownloads: 2 }), { admit })).rejects.toThrow('1 of them');
  });

  it('leaves locations below the minimum out of the table and counts their rows', async () => {
    const { features, rowCounts } = await run([count], LOG, defineSchema({ minLocationDownloads: 2 }));
    expect(features.keys).toEqual(['A']);
    expect(rowCounts).toMatchObject({ classified: 3, belowMinimum: 1 });
  });

  it('does not count rows after the as-of date, whose last day counts in full', async () => {
    const { rowCounts } = await run([count], LOG, defineSchema({ asOf: '2024-01-01' }));
    expect(rowCounts).toMatchObject({ classified: 3, outsideWindow: 2 });
  });

  it.each([
    ['2024-01-01T10:00:00Z', '2024-01-01 10:00:00'],
    ['2024-01-01T10:00:00.250+02:00', '2024-01-01 08:00:00.25'],
    ['2024-01-01 10:00:00-0530', '2024-01-01 15:30:00'],
    ['2024-01-05', '2024-01-05 00:00:00'],
    ['2024-01-01 10:00:00', '2024-01-01 10:00:00'],
  ])('reads the timestamp %s as UTC', async (text, utc) => {
    const log = sql`SELECT 'A' AS geo_location, 'X' AS country, 'u' AS "user", ${text} AS timestamp`;
    const { keyTable } = await run([count], log);
    expect(keyTable.firstUs).toBe(Date.parse(`${utc.replace(' ', 'T')}Z`) * 1000);
  });

  it('refuses a log none of whose rows can be used, and says what is wrong with them', async () => {
    const log = sql`SELECT 'A' AS geo_location, 'X' AS country, 'u' AS "user", 'yesterday' AS timestamp`;
    await expect(run([count], log)).rejects.toMatchObject({
      code: 'NO_USABLE_ROWS',
      message: 'None of the 1 rows can be classified: 1 have no readable timestamp ("yesterday" in timestamp).',
    });
    const none = sql`SELECT * REPLACE (CAST(NULL AS VARCHAR) AS timestamp) FROM (${log})`;
    await expect(run([count], none)).rejects.toThrow('1 have no readable timestamp (they are empty).');
    const odd = sql`SELECT * REPLACE ('2024-01-01' AS timestamp), 'MMXXIV' AS y FROM (${log})`;
    const byYear = defineSchema({ yearField: 'y' });
    await expect(run([count], odd, byYear)).rejects.toThrow('1 have no readable timestamp ("MMXXIV" in y).');
    const long = sql`SELECT * REPLACE (chr(27) || repeat('x', 100) AS timestamp) FROM (${log})`;
    await expect(run([count], long)).rejects.toThrow(`("\\u001b${'x'.repeat(58)}…" in timestamp)`);
  });

  it('shows between which times the rows lie that are all outside the window', async () => {
    const old = sql`
      SELECT 'A' AS geo_location, 'X' AS country, 'u' AS "user", TIMESTAMP '2015-05-17 10:05:03' + INTERVAL 1 DAY * i AS timestamp
      FROM range(4) t(i)`;
    await expect(run([count], old)).rejects.toThrow(
      '4 lie outside 2020 to 2100 (2015-05-17 10:05:03 to 2015-05-20 10:05:03).',
    );
    const nowhere = sql`SELECT * REPLACE (CAST(NULL AS VARCHAR) AS geo_location, TIMESTAMP '2024-01-01' AS timestamp) FROM (${old})`;
    await expect(run([count], sql`${old} UNION ALL ${nowhere}`)).rejects.toThrow('10:05:03 to 2015-05-20 10:05:03).');
    const byYear = sql`SELECT *, 1999 AS y FROM (${old})`;
    await expect(run([count], byYear, defineSchema({ yearField: 'y' }))).rejects.toThrow(
      '4 lie outside 2020 to 2100 (1999).',
    );
  });

  it('takes away the columns that all that is still to run ignores, unless the table is kept', async () => {
    const wide = defineAggregate({
      name: 'wide',
      from: ['events'],
      grain: ['event'],
      query: ({ events }) => sql`SELECT key, ts AS a, ts AS b, ts AS c FROM ${events!}`,
    });
    const seen = (name: string, ignored: readonly string[]) =>
      defineExtractor({
        name,
        from: ['wide'],
        ignores: { wide: ignored },
        columns: { [name]: spec },
        query: () => sql`
          SELECT 0 AS key, count(*) FILTER (column_name = 'a') + 10 * count(*) FILTER (column_name = 'b')
            + 100 * count(*) FILTER (column_name = 'c') AS ${identifier(name)}
          FROM duckdb_columns() WHERE table_name = 'deeplogbot_wide'`,
      });
    const nodes = [wide, seen('all', []), seen('some', ['a', 'b']), seen('rest', ['b', 'c'])];
    const valuesOf = ({ features }: Awaited<ReturnType<typeof run>>) =>
      ['all', 'some', 'rest'].map((name) => features.need(name)[0]);
    expect(valuesOf(await run(nodes))).toEqual([111, 101, 1]);
    const kept = await run(nodes, LOG, BASE_SCHEMA, { keep: ['wide'] });
    expect(valuesOf(kept)).toEqual([111, 111, 111]);
    await kept.kept.drop();
    const throughView = defineAggregate({
      name: 'view',
      from: ['wide'],
      grain: ['event'],
      build: 'view',
      query: ({ wide: table }) => sql`SELECT key, b FROM ${table!}`,
    });
    const ofView = defineExtractor({
      ...count,
      name: 'of_view',
      from: ['view'],
      query: ({ view }) => sql`SELECT key, count(b) AS n FROM ${view!} GROUP BY key`,
    });
    const viewed = await run([...nodes, throughView, ofView]);
    expect([...viewed.features.need('n')]).toEqual([3, 1]);
  });

  it('joins several columns to one key', async () => {
    const log = sql`SELECT 'DE' AS cc, 7 AS ip, 'u' AS "user", '2024-01-01' AS d, '10:11:12' AS t, 'DE' AS country`;
    const { features, keyTable } = await run(
      [count],
      log,
      defineSchema({ locationField: ['cc', 'ip'], timestampField: ['d', 't'] }),
    );
    expect(features.keys).toEqual(['DE,7']);
    expect(keyTable.firstUs).toBe(Date.UTC(2024, 0, 1, 10, 11, 12) * 1000);
  });

  it('waits for a series that nothing else asks for, however long it takes', async () => {
    const log = sql`
      SELECT 'place ' || (i % 500) AS geo_location, 'X' AS country, 'u' AS "user", TIMESTAMP '2024-01-01' AS timestamp
      FROM range(1000) t(i)`;
    const slow = defineSeries({
      name: 'slow',
      from: ['events'],
      columns: { total: spec },
      query: ({ events }) => sql`SELECT key, 1.0::DOUBLE AS n FROM ${events!} ORDER BY key`,
      compute: ({ n }) => {
        let total = 0;
        for (let i = 0; i < 100_000; i++) total += n![i % n!.length]!;
        return { total };
      },
    });
    const { features } = await run([slow], log);
    expect(new Set(features.need('total'))).toEqual(new Set([100_000]));
  });

  it('runs aggregates, lookups, series and derived columns, and lists columns as the caller did', async () => {
    const byDay = defineAggregate({
      name: 'by_day',
      from: ['events'],
      grain: ['key', 'day'],
      query: ({ events }) => sql`SELECT key, date_trunc('day', ts) AS day, count(*) AS n FROM ${events!} GROUP BY ALL`,
    });
    const weights = defineLookup({
      name: 'weights',
      from: [],
      compute: ({ keys }) => ({
        rows: keys.length,
        columns: { key: Float64Array.from(keys.keys()), w: Float64Array.from(keys, (k) => k.charCodeAt(0)) },
      }),
    });
    const days = defineSeries({
      name: 'days',
      from: ['by_day', 'weights'],
      columns: { busiest: spec, span: spec },
      query: ({ by_day, weights: w }) =>
        sql`SELECT d.key, epoch_us(d.day) AS day, d.n, w.w FROM ${by_day!} d JOIN ${w!} w USING (key) ORDER BY d.key, d.day`,
      compute: ({ day, n, w }) => ({ busiest: Math.max(...n!) * w![0]!, span: (day!.at(-1)! - day![0]!) / 86_400e6 }),
    });
    const twice = defineDerived({
      name: 'twice',
      from: ['busiest'],
      columns: { doubled: spec },
      compute: (t) => ({ doubled: t.need('busiest').map((v) => 2 * v) }),
    });
    const { features, nodes, sourceScans } = await run([twice, days, byDay, weights]);
    expect([...features.columns.keys()]).toEqual(['doubled', 'busiest', 'span']);
    expect([...features.need('doubled')]).toEqual([2 * 2 * 65, 2 * 66]);
    expect([...features.need('span')]).toEqual([2, 0]);
    expect(nodes).toEqual(['weights', 'by_day', 'days', 'twice']);
    expect(sourceScans).toBe(2);
  });

  it('gives NULL where the log lacks a role, and says which', async () => {
    const files = { ...count, name: 'files', needs: ['file'] as const, columns: { f: spec } };
    const log = sql`SELECT * EXCLUDE (filename) FROM (${LOG})`;
    const { features, unmeasurable } = await run([files], log);
    expect([...features.need('f')]).toEqual([Number.NaN, Number.NaN]);
    expect([...unmeasurable]).toEqual([['files', ['file']]]);
  });

  it('reads the source four times at most, however many nodes read events', async () => {
    const many = Array.from({ length: 9 }, (_, i) =>
      defineExtractor({
        name: `c${i}`,
        from: ['events'],
        columns: { [`n${i}`]: spec },
        query: ({ events }) => sql`SELECT key, count(*) AS ${identifier(`n${i}`)} FROM ${events!} GROUP BY key`,
      }),
    );
    const { sourceScans, features } = await run(many);
    expect(sourceScans).toBe(2);
    expect([...features.need('n8')]).toEqual([3, 1]);
  });

  it('leaves no relation behind, also when a node fails', async () => {
    const broken = defineExtractor({
      name: 'broken',
      from: ['events'],
      columns: { broken: spec },
      query: ({ events }) => sql`SELECT key, no_such_column AS broken FROM ${events!}`,
    });
    await expect(run([count, broken])).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
    expect(await relationsLeft()).toBe(0);
  });

  it('hands over what it is told to keep, with what that reads, until it is dropped', async () => {
    const users = defineAggregate({
      name: 'users',
      from: ['events'],
      grain: ['key', 'user'],
      query: ({ events }) => sql`SELECT key, "user", count(*) AS n FROM ${events!} GROUP BY ALL`,
    });
    const known = defineAggregate({
      name: 'known',
      from: ['users'],
      grain: ['key', 'user'],
      build: 'view',
      query: ({ users }) => sql`SELECT key, n FROM ${users!} WHERE "user" IS NOT NULL`,
    });
    const files = { ...users, name: 'files', needs: ['project'] as const };
    const { kept } = await run([known, users, files, count], LOG, BASE_SCHEMA, { keep: ['known', 'files'] });
    expect(Object.keys(kept.relations).sort()).toEqual(['known', 'users']);
    const found = await engine.current.columns(sql`SELECT CAST(sum(n) AS DOUBLE) AS n FROM ${kept.relations.known!}`);
    expect(numbers(found, 'n')[0]).toBe(3);
    expect(await relationsLeft()).toBe(2);
    await kept.drop();
    expect(await relationsLeft()).toBe(0);
  });

  it('takes hostile column names and keys for what they are', async () => {
    const log = sql`SELECT * FROM (VALUES ('a"; DROP TABLE test_log; --', 'X', 'u', TIMESTAMP '2024-01-01')) t("loc""; DROP", country, "user", timestamp)`;
    const { features } = await run([count], log, defineSchema({ locationField: 'loc"; DROP' }));
    expect(features.keys).toEqual(['a"; DROP TABLE test_log; --']);
  });
});
