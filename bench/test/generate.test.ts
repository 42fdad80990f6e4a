import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../test/support/scratch.js';
import { generateLog } from '../generate/generate.js';
import { KIND_SPECS, KINDS } from '../generate/kinds.js';
import { drawLocations, FIRST_YEAR, LAST_YEAR, type Location } from '../generate/locations.js';
import { MARGINALS, quantile } from '../generate/quantiles.js';

const SIZE = { rows: 400_000, locations: 1500, seed: 7 };

let folder: string;
let log: string;
let locations: readonly Location[];
let connection: DuckDBConnection;

const rowsOf = async (query: string) => (await connection.runAndReadAll(query)).getRowObjectsJson();
const one = async (query: string) => (await rowsOf(query))[0]!;
const digest = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

beforeAll(async () => {
  folder = await scratch();
  log = join(folder, 'log.parquet');
  locations = await generateLog({ ...SIZE, path: log, labels: join(folder, 'labels.csv') });
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`CREATE TABLE log AS FROM read_parquet('${log}')`);
  await connection.run(
    `CREATE TABLE labels AS FROM read_csv('${join(folder, 'labels.csv')}', types = {'geo_location': 'VARCHAR'})`,
  );
});

afterAll(async () => {
  connection?.closeSync();
});

describe('a generated log', () => {
  it('is the same bytes for the same seed with one thread and with three, and another file for another seed', async () => {
    const small = { rows: 20_000, locations: 100, oddRows: true };
    const make = async (name: string, seed: number, threads: number) => {
      const path = join(folder, `${name}.parquet`);
      await generateLog({ ...small, seed, threads, path, labels: join(folder, `${name}.csv`) });
      return [await digest(path), await digest(join(folder, `${name}.csv`))];
    };
    const first = await make('a', 1, 1);
    expect(await make('b', 1, 3)).toEqual(first);
    expect((await make('c', 2, 1))[0]).not.toBe(first[0]);
  });

  it('has the rows and locations that were asked for, and a label for each location', async () => {
    expect(await one('SELECT count(*)::INT AS n, count(DISTINCT geo_location)::INT AS locations FROM log')).toEqual({
      n: SIZE.rows,
      locations: SIZE.locations,
    });
    const unlabelled =
      'SELECT count(*)::INT AS n FROM (SELECT DISTINCT geo_location FROM log) ANTI JOIN labels USING (geo_location)';
    expect(await one(unlabelled)).toEqual({ n: 0 });
    expect(await one('SELECT count(*)::INT AS n FROM labels')).toEqual({ n: SIZE.locations });
    expect((await rowsOf('SELECT DISTINCT kind FROM labels')).map(({ kind }) => kind).sort()).toEqual(
      [...KINDS].sort(),
    );
  });

  it('keeps every timestamp in the window and agrees with its date columns', async () => {
    const found = await one(`
      SELECT count(*) FILTER ("timestamp" < '${FIRST_YEAR}-01-01' OR "timestamp" >= '${LAST_YEAR + 1}-01-01')::INT AS outside,
             count(*) FILTER (year <> year("timestamp") OR month <> month("timestamp")
                              OR date <> strftime("timestamp", '%Y-%m-%d'))::INT AS contradicting
      FROM log`);
    expect(found).toEqual({ outside: 0, contradicting: 0 });
  });

  it('gives each location the users and downloads that were drawn for it', async () => {
    const found = await rowsOf(
      'SELECT geo_location AS geo, count(*)::INT AS n, count(DISTINCT "user")::INT AS users FROM log GROUP BY 1',
    );
    const byGeo = new Map(found.map((row) => [row.geo, row]));
    for (const { geo, rows, users } of locations) {
      expect(byGeo.get(geo)?.n, geo).toBe(rows);
      expect(byGeo.get(geo)?.users, geo).toBe(users);
    }
  });
});

describe('people and machines', () => {
  /** Share of a kind's downloads in local hours and on weekdays; the zone is the longitude's. */
  const rhythm = (kinds: string) =>
    one(`
      SELECT avg((hour(local) BETWEEN 7 AND 19)::INT) AS daytime, avg((dayofweek(local) IN (0, 6))::INT) AS weekend,
             avg((hour("timestamp") BETWEEN 7 AND 19)::INT) AS daytime_utc
      FROM (SELECT *, "timestamp" + to_hours(round(split_part(geo_location, ',', 2)::DOUBLE / 15)::INT) AS local
            FROM log JOIN labels USING (geo_location) WHERE kind IN (${kinds}))`);

  it('lets labs and courses work by day and on weekdays, in their own zone', async () => {
    const found = await rhythm(`'lab', 'course'`);
    expect(Number(found.daytime)).toBeGreaterThan(0.9);
    expect(Number(found.daytime_utc)).toBeLessThan(0.8);
    expect(Number(found.weekend)).toBeLessThan(0.1);
  });

  it('lets farms, scrapers and mirrors work around the clock and all week', async () => {
    const found = await rhythm(`'farm', 'scraper', 'mirror'`);
    expect(Math.abs(Number(found.daytime) - 13 / 24)).toBeLessThan(0.03);
    expect(Math.abs(Number(found.weekend) - 2 / 7)).toBeLessThan(0.03);
  });

  it('lets mimics keep human hours but not human weekends', async () => {
    const found = await rhythm(`'mimic'`);
    expect(Number(found.daytime)).toBeGreaterThan(0.75);
    expect(Number(found.weekend)).toBeGreaterThan(0.2);
  });

  it('lets the users of a farm come and go, while the heaviest user of a hub stays', async () => {
    /** Median over the locations of a kind: part of the location's life span in which its heaviest user is seen. */
    const stay = async (kind: string) =>
      Number(
        (
          await one(`
            SELECT median(stay) AS stay FROM (
              SELECT arg_max(span, n) / (max(last) - min(first)) AS stay
              FROM (SELECT geo_location, "user", count(*) AS n, min(epoch("timestamp")) AS first,
                           max(epoch("timestamp")) AS last, max(epoch("timestamp")) - min(epoch("timestamp")) AS span
                    FROM log JOIN labels USING (geo_location) WHERE kind = '${kind}' GROUP BY ALL)
              GROUP BY geo_location HAVING count(*) > 5)`)
        ).stay,
      );
    expect(await stay('farm')).toBeLessThan(0.4);
    expect(await stay('aggregator')).toBeGreaterThan(0.8);
  });
});

describe('the entropies of a log', () => {
  // Medians of the labelled sample: hours 3.07, 2.86, 1.73 nats; users 6.08, 1.32, 1.56 bits.
  const bounds = {
    bot: { hours: [2.9, 3.18], users: [5, 8] },
    hub: { hours: [2.5, 3.18], users: [0.6, 2.2] },
    organic: { hours: [1.4, 2.6], users: [0.8, 2.8] },
  } as const;

  // A larger log, because in a small one no location may be large, and hubs are.
  beforeAll(async () => {
    const path = join(folder, 'large.parquet');
    await generateLog({ rows: 3_000_000, locations: 600, seed: 7, path, labels: join(folder, 'large.csv') });
    await connection.run(`CREATE VIEW large AS FROM read_parquet('${path}')`);
    await connection.run(`
      CREATE TABLE large_labels AS FROM read_csv('${join(folder, 'large.csv')}', types = {'geo_location': 'VARCHAR'})`);
  });

  for (const [label, { hours, users }] of Object.entries(bounds)) {
    it(`puts the medians of ${label} near the labelled sample's`, async () => {
      const found = await one(`
        SELECT median(hours) AS hours, median(users) AS users
        FROM (SELECT entropy(hour("timestamp")) * ln(2) AS hours, entropy("user") AS users
              FROM large JOIN large_labels USING (geo_location)
              WHERE label = '${label}' AND kind <> 'visitor' GROUP BY geo_location)`);
      expect(Number(found.hours)).toBeGreaterThan(hours[0]);
      expect(Number(found.hours)).toBeLessThan(hours[1]);
      expect(Number(found.users)).toBeGreaterThan(users[0]);
      expect(Number(found.users)).toBeLessThan(users[1]);
    });
  }
});

describe('the marginals of a large draw', () => {
  const drawn = drawLocations({ rows: 100_000_000, locations: 30_000, seed: 3 }).filter(
    ({ kind }) => kind !== 'visitor',
  );

  for (const label of ['bot', 'organic', 'hub'] as const) {
    it(`puts the medians of ${label} within a factor of 2.5 of the labelled sample`, () => {
      const own = drawn.filter(({ kind }) => KIND_SPECS[kind].label === label);
      expect(own.length).toBeGreaterThan(300);
      const found = {
        users: median(own.map(({ users }) => users)),
        downloadsPerUser: median(own.map(({ rows, users }) => rows / users)),
        projectShare: median(own.map(({ rows, projects }) => projects / rows)),
        years: median(own.map(({ years }) => years)),
      };
      for (const name of ['users', 'downloadsPerUser', 'projectShare', 'years'] as const) {
        const ratio = found[name] / quantile(MARGINALS[label][name], 0.5);
        expect(ratio, `${name} ${found[name]}`).toBeGreaterThan(1 / 2.5);
        expect(ratio, `${name} ${found[name]}`).toBeLessThan(2.5);
      }
    });
  }

  it('keeps the labels in the proportion of the sample, 11 : 6 : 3', () => {
    const share = (label: string) => drawn.filter(({ kind }) => KIND_SPECS[kind].label === label).length / drawn.length;
    expect(share('bot')).toBeCloseTo(0.55, 2);
    expect(share('organic')).toBeCloseTo(0.3, 2);
    expect(share('hub')).toBeCloseTo(0.15, 2);
  });

  it('has heavy tails: the largest hundredth of the locations holds more than a fifth of the downloads', () => {
    const sizes = drawn.map(({ rows }) => rows).sort((a, b) => b - a);
    const top = sizes.slice(0, Math.ceil(sizes.length / 100)).reduce((sum, n) => sum + n, 0);
    expect(top / sizes.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(0.2);
  });
});

describe('asking for the impossible', () => {
  it('refuses fewer than three rows for each location', () => {
    expect(() => drawLocations({ rows: 100, locations: 50, seed: 1 })).toThrow(/100 rows over 50 locations/);
    expect(() => drawLocations({ rows: 1.5e6, locations: Number.NaN, seed: 1 })).toThrow(/NaN/);
  });
});

describe('quantile', () => {
  it('gives the listed values at their levels and interpolates geometrically between positive ones', () => {
    const row = [1, 1, 1, 1, 4, 16, 16, 16, 100];
    expect(quantile(row, 0)).toBe(1);
    expect(quantile(row, 0.5)).toBeCloseTo(4, 12);
    // Halfway from 4 at 0.5 to 16 at 0.75: 4 · 4^0.5 = 8.
    expect(quantile(row, 0.625)).toBeCloseTo(8, 12);
    expect(quantile(row, 2)).toBeCloseTo(100, 12);
    // From 0 to 10 between 0 and 0.05, linear.
    expect(quantile([0, 10, 10, 10, 10, 10, 10, 10, 10], 0.025)).toBeCloseTo(5, 12);
  });
});
