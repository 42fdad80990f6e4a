import { DuckDBInstance } from '@duckdb/node-api';

/** Runs statements in a DuckDB of its own; the last one's rows come back as objects. */
export async function duckdb(...statements: readonly string[]): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) {
      rows = (await connection.runAndReadAll(statement)).getRowObjectsJson() as Record<string, unknown>[];
    }
    return rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const path = (file: string) => `'${file.replaceAll("'", "''")}'`;

/** Writes the rows of a query as Parquet and returns the path. */
export async function parquet(file: string, query: string): Promise<string> {
  await duckdb(`COPY (${query}) TO ${path(file)} (FORMAT parquet)`);
  return file;
}

export const readParquet = (file: string, rest = ''): Promise<Record<string, unknown>[]> =>
  duckdb(`SELECT * FROM read_parquet(${path(file)}) ${rest}`);

const COLUMNS = `
  CAST(ts AS TIMESTAMP) AS timestamp, usr AS "user", 'PXD' || lpad(CAST(acc AS VARCHAR), 6, '0') AS accession,
  'file_' || fil || '.raw' AS filename, country, 'City' AS geoip_city_name, loc AS geo_location, method`;

/** People: a few users, day rhythm, several years, some files each. One row per download. */
export const people = (locations: number, prefix = 40) => `
  SELECT ${COLUMNS} FROM (
    SELECT TIMESTAMP '2021-03-01' + to_days(CAST(hash(l, i, 'd') % 1400 AS INTEGER))
             + to_hours(CAST(8 + hash(l, i, 'h') % 10 AS INTEGER)) + to_seconds(CAST(hash(l, i, 's') % 3600 AS INTEGER)) AS ts,
           'p' || l || '_' || (hash(l, i, 'u') % (1 + l % 6)) AS usr, hash(l, i, 'a') % 12 AS acc, hash(l, i, 'f') % 30 AS fil,
           'Germany' AS country, printf('%.4f,%.4f', ${prefix} + l * 0.11, 10 + l * 0.07) AS loc,
           CASE WHEN hash(l, i, 'm') % 3 = 0 THEN 'ftp' ELSE 'http' END AS method
    FROM range(${locations}) t(l), range(6 + 4 * (1 + l % 6)) r(i)
    WHERE true
  )`;

/** Bot farms: about 1,100 users with 2.4 records each, one year, a flat clock. */
export const farms = (locations: number) => `
  SELECT ${COLUMNS} FROM (
    SELECT TIMESTAMP '2024-01-01' + to_seconds(CAST(hash(l, i, 'd') % 31000000 AS BIGINT)) AS ts,
           'f' || l || '_' || (i % (990 + 13 * l)) AS usr, hash(l, i, 'a') % 900 AS acc, hash(l, i, 'f') % 500 AS fil,
           'China' AS country, printf('%.4f,%.4f', 20 + l * 0.31, 100 + l * 0.17) AS loc, 'http' AS method
    FROM range(${locations}) t(l), range(CAST(2.45 * (990 + 13 * l) AS BIGINT)) r(i)
  )`;

/** A mirror: two users that take everything, all day. */
export const mirrors = (locations: number) => `
  SELECT ${COLUMNS} FROM (
    SELECT TIMESTAMP '2021-01-01' + to_seconds(CAST(hash(l, i, 'd') % 125000000 AS BIGINT)) AS ts,
           'm' || l || '_' || (i % 2) AS usr, i % 400 AS acc, i AS fil,
           'Japan' AS country, printf('%.4f,%.4f', 30 + l * 0.21, 130 + l * 0.27) AS loc, 'fasp-aspera' AS method
    FROM range(${locations}) t(l), range(4000) r(i)
  )`;
