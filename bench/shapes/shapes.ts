import { DuckDBInstance } from '@duckdb/node-api';

/** What a row of number `i` has, where it differs from an ordinary one, as SQL. */
interface Shape {
  readonly says: string;
  readonly user?: string;
  readonly file?: string;
  readonly location?: string;
  readonly timestamp?: string;
}

/** Logs that break what is built for ordinary ones. */
export const SHAPES = {
  'one-location': {
    says: 'one location has 90 % of all rows',
    location: `CASE WHEN i % 10 < 9 THEN '0.0,0.0' ELSE (i // 10 % 500) || '.5,1.5' END`,
  },
  'user-per-row': { says: 'every row has a user of its own', user: `'user ' || i` },
  'location-per-row': { says: 'every row has a location of its own', location: `(i / 1e6) || ',' || (i % 180)` },
  'file-per-row': { says: 'every row has a file of its own', file: `'file_' || i || '.raw'` },
  'one-second': {
    says: 'all rows lie within one second',
    timestamp: `make_timestamp(1750000000000000 + i % 1000000)`,
  },
} as const satisfies Record<string, Shape>;

export type ShapeName = keyof typeof SHAPES;
export const SHAPE_NAMES = Object.keys(SHAPES) as ShapeName[];

/** Writes a log of this shape in the columns of the EBI log; the same rows for the same number of rows. */
export async function writeShape(name: ShapeName, rows: number, path: string): Promise<void> {
  const shape: Shape = SHAPES[name];
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '2GB' });
  const connection = await instance.connect();
  await connection.run(`
    COPY (
      SELECT strftime(ts, '%Y-%m-%d') AS date, year(ts)::INTEGER AS year, month(ts)::INTEGER AS month, "user",
             'PXD' || lpad((i % 997)::VARCHAR, 6, '0') AS accession, filename, 'Complete' AS completed,
             'Kenya' AS country, ['http', 'ftp', 'fasp-aspera'][1 + i % 3] AS method, ts AS "timestamp",
             'Nairobi' AS geoip_region_name, 'Nairobi' AS geoip_city_name, geo_location
      FROM (
        SELECT i,
               ${shape.user ?? `'user ' || (hash(i) % 5000)`} AS "user",
               ${shape.file ?? `'file_' || (hash(i, 1) % 3000) || '.raw'`} AS filename,
               ${shape.location ?? `(i % 300) || '.25,36.5'`} AS geo_location,
               ${shape.timestamp ?? `make_timestamp(1640995200000000 + (hash(i, 2) % 100000000)::BIGINT * 1000000)`} AS ts
        FROM range(${rows}) r(i)
      )
    ) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}
