import { writeFile } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { HOUR_WEIGHTS, type HourProfile, KIND_SPECS, type KindSpec } from './kinds.js';
import { FIRST_YEAR, LAST_YEAR, type Location } from './locations.js';
import { oddRowsSql } from './odd-rows.js';

export interface WriteOptions {
  readonly seed: number;
  readonly path: string;
  /** Adds a dozen rows as real logs have them: no location, no user, an old year, two names of one country. */
  readonly oddRows?: boolean;
  readonly compression?: 'snappy' | 'zstd';
}

/**
 * Writes the log of these locations as one Parquet file, in the order in which visits begin. Every draw is a hash of
 * (seed, location, visit, download), so the file does not depend on the number of threads; the rows stream through
 * and only the visits (12 to 20 bytes each) are held.
 */
export async function writeLog(connection: DuckDBConnection, locations: readonly Location[], options: WriteOptions) {
  await connection.run('SET preserve_insertion_order = true');
  await loadLocations(connection, locations);
  await connection.run(visitsSql(options.seed));
  const query = options.oddRows ? `${rowsSql(options.seed)} UNION ALL ${oddRowsSql()}` : rowsSql(options.seed);
  const target = options.path.replaceAll("'", "''");
  const compression = options.compression ?? 'snappy';
  await connection.run(`COPY (${query}) TO '${target}' (FORMAT parquet, COMPRESSION ${compression})`);
  await connection.run('DROP TABLE visits; DROP TABLE locations');
}

/** The known answer: one row per location, `geo_location,label,kind`. */
export async function writeLabels(locations: readonly Location[], path: string): Promise<void> {
  const lines = locations.map(({ geo, kind }) => `"${geo}",${KIND_SPECS[kind].label},${kind}`);
  await writeFile(path, `geo_location,label,kind\n${lines.join('\n')}\n`);
}

const LOCATION_COLUMNS = {
  location: 'BIGINT',
  geo: 'VARCHAR',
  country: 'VARCHAR',
  region: 'VARCHAR',
  city: 'VARCHAR',
  utc_offset: 'BIGINT',
  n: 'BIGINT',
  users: 'BIGINT',
  projects: 'BIGINT',
  visits: 'BIGINT',
  skew: 'DOUBLE',
  latest_share: 'DOUBLE',
  early_day: 'BIGINT',
  early_days: 'BIGINT',
  schedule: 'VARCHAR',
  hours: 'VARCHAR',
  weekend: 'DOUBLE',
  gap_s: 'DOUBLE',
  jitter: 'DOUBLE',
  in_order: 'BIGINT',
  season: 'BIGINT',
  cycles: 'BIGINT',
  http: 'DOUBLE',
  ftp: 'DOUBLE',
  aspera: 'DOUBLE',
} as const;

/** Days since 1970 of 3 January and 30 December: visits stay clear of the turn of the year in every time zone. */
const firstDay = (year: number): number => Date.UTC(year, 0, 3) / 86_400_000;
const lastDay = (year: number): number => Date.UTC(year, 11, 30) / 86_400_000;

/** First day and number of days of the part before the latest year. */
function earlierPart(location: Location, index: number): [day: number, days: number] {
  const { years, latestShare } = location;
  const span = Math.min(LAST_YEAR - FIRST_YEAR, latestShare > 0 ? Math.max(1, years - 1) : years);
  const last = latestShare > 0 ? LAST_YEAR - 1 : LAST_YEAR - 1 - (index % (LAST_YEAR - FIRST_YEAR - span + 1));
  const first = firstDay(last - span + 1);
  return [first, lastDay(last) - first + 1];
}

function rowOf(location: Location, index: number): (string | number)[] {
  const spec: KindSpec = KIND_SPECS[location.kind];
  const { rows, users, projects } = location;
  const perVisit = Math.max(1, Math.min(spec.visit, Math.floor(rows / Math.max(users * spec.visitsPerUser, projects))));
  const [http, ftp, aspera] = spec.methods;
  return [
    index,
    location.geo,
    location.country,
    location.region,
    location.city,
    location.utcOffset,
    rows,
    users,
    projects,
    Math.ceil(rows / perVisit),
    location.skew,
    location.latestShare,
    ...earlierPart(location, index),
    spec.schedule,
    spec.hours,
    spec.weekend,
    spec.gapS,
    spec.jitter,
    Number(spec.sequential),
    spec.seasonDays,
    Number(spec.cyclesUsers),
    http,
    http + ftp,
    http + ftp + aspera,
  ];
}

async function loadLocations(connection: DuckDBConnection, locations: readonly Location[]): Promise<void> {
  const types = Object.values(LOCATION_COLUMNS);
  const columns = Object.entries(LOCATION_COLUMNS).map(([name, type]) => `${name} ${type}`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE locations (${columns.join(', ')})`);
  const appender = await connection.createAppender('locations');
  locations.forEach((location, index) => {
    rowOf(location, index).forEach((value, i) => {
      if (types[i] === 'VARCHAR') appender.appendVarchar(String(value));
      else if (types[i] === 'DOUBLE') appender.appendDouble(Number(value));
      else appender.appendBigInt(BigInt(value));
    });
    appender.endRow();
  });
  appender.closeSync();
}

/** 53 random bits as a number in [0, 1), decided by the arguments alone. */
const uniform = (seed: number, ...parts: readonly string[]): string =>
  `((hash(${[seed, ...parts].join(', ')}) >> 11)::DOUBLE / 9007199254740992.0)`;

/** `hours[1 + floor(draw · length)]` has each hour as often as its weight says. */
const hourLists = (): string =>
  (Object.keys(HOUR_WEIGHTS) as HourProfile[])
    .map((name) => {
      const hours = HOUR_WEIGHTS[name].flatMap((weight, hour) => Array.from({ length: weight }, () => hour));
      return `WHEN '${name}' THEN [${hours.join(',')}][1 + floor(${hours.length} * hour_draw)::BIGINT]`;
    })
    .join(' ');

/** When each visit begins, in microseconds UTC. */
function visitsSql(seed: number): string {
  const latest = firstDay(LAST_YEAR);
  const latestDays = lastDay(LAST_YEAR) - latest + 1;
  const u = (tag: number) => uniform(seed, 'location', 'visit', String(tag));
  return `
    CREATE OR REPLACE TEMP TABLE visits AS
    WITH expanded AS (
      SELECT *, unnest(range(visits)) AS visit FROM locations
    ), placed AS (
      SELECT *,
             CASE WHEN schedule = 'rhythm' THEN ${u(1)}
                  WHEN schedule = 'cron' OR cycles = 1 THEN (visit + ${u(1)} * (schedule <> 'cron')::INT) / visits
                  ELSE (visit * 7919 % visits + ${u(1)}) / visits END AS x
      FROM expanded
    ), dated AS (
      SELECT *,
             CASE WHEN x < 1 - latest_share THEN early_day + x / (1 - latest_share) * early_days
                  ELSE ${latest} + (x - (1 - latest_share)) / latest_share * ${latestDays} END AS moment,
             CASE WHEN x < 1 - latest_share THEN early_day ELSE ${latest} END AS part_day
      FROM placed
    ), seasoned AS (
      SELECT *,
             CASE WHEN season >= 365 THEN floor(moment)::BIGINT
                  ELSE part_day + (floor(moment)::BIGINT - part_day) // 365 * 365 + 243
                       + (floor(moment)::BIGINT - part_day) % 365 % season END AS whole_day
      FROM dated
    ), moved AS (
      SELECT *,
             whole_day + CASE WHEN schedule <> 'rhythm' OR ${u(2)} < weekend THEN 0
                              WHEN (whole_day + 4) % 7 = 6 THEN -1 - (hash(${seed}, location, visit, 3) % 3)::BIGINT
                              WHEN (whole_day + 4) % 7 = 0 THEN 1 + (hash(${seed}, location, visit, 3) % 2)::BIGINT
                              ELSE 0 END AS day,
             ${u(4)} AS hour_draw, [4, 6, 8, 12][1 + (hash(${seed}, location, 16) % 4)::BIGINT] AS slots
      FROM seasoned
    )
    SELECT location::INTEGER AS location, visit::INTEGER AS visit,
           CASE schedule
             WHEN 'even' THEN floor(moment * 86400000)::BIGINT
             WHEN 'cron' THEN day * 86400000 + (hash(${seed}, location, 5) % 60)::BIGINT * 60000
                         + visit % slots * (24 // slots) * 3600000
             ELSE day * 86400000 - utc_offset * 3600000 + floor(3600000 * ${u(6)})::BIGINT
                  + 3600000 * CASE hours ${hourLists()} END
           END AS start_ms
    FROM moved
    ORDER BY start_ms, location, visit`;
}

/** The downloads of the visits, in the columns of the EBI log's Parquet files. */
function rowsSql(seed: number): string {
  const row = (tag: number) => uniform(seed, 'location', 'visit', 'k', String(tag));
  const end = Date.UTC(LAST_YEAR + 1, 0, 1) - 1;
  return `
    WITH expanded AS (
      SELECT v.start_ms, l.*, v.visit,
             unnest(range(l.n * (v.visit + 1) // l.visits - l.n * v.visit // l.visits)) AS k,
             l.gap_s * 1000 * (1 + l.jitter * (4 * power3 - 0.8)) AS gap_ms,
             method_draw,
             CASE WHEN (v.visit + 1) * users // visits > v.visit * users // visits THEN v.visit * users // visits
                  WHEN cycles = 1 THEN (v.visit * users // visits + users - floor(users / 5.0 * user_draw)::BIGINT) % users
                  ELSE floor(users * pow(user_draw, skew))::BIGINT END AS user_index,
             CASE WHEN v.visit < projects THEN v.visit
                  ELSE floor(projects * project_draw * project_draw)::BIGINT END AS project_index
      FROM (SELECT *, pow(${uniform(seed, 'location', 'visit', '7')}, 3) AS power3,
                   ${uniform(seed, 'location', 'visit', '8')} AS method_draw,
                   ${uniform(seed, 'location', 'visit', '9')} AS user_draw,
                   ${uniform(seed, 'location', 'visit', '10')} AS project_draw
            FROM visits) v JOIN locations l ON l.location = v.location
    ), drawn AS (
      SELECT *,
             make_timestamp(1000 * least(${end}, start_ms + floor(gap_ms * (k + jitter * 0.9 * ${row(11)}))::BIGINT)) AS ts,
             1 + ((hash(${seed}, location, 12) % 40009)::BIGINT + project_index * 7919) % 40009 AS project
      FROM expanded
    ), filed AS (
      SELECT *,
             CASE WHEN in_order = 1 THEN k ELSE (hash(${seed}, location, visit, k, 13) % 1000)::BIGINT END
               % (5 + (hash(project) % 60)::BIGINT) AS file_number
      FROM drawn
    )
    SELECT strftime(ts, '%Y-%m-%d') AS date, year(ts)::INTEGER AS year, month(ts)::INTEGER AS month,
           lpad(lower(to_hex(hash(${seed}, location, user_index, 14))), 16, '0') AS "user",
           'PXD' || lpad(project::VARCHAR, 6, '0') AS accession,
           'run_' || lpad(project::VARCHAR, 5, '0') || '_' || lpad(file_number::VARCHAR, 3, '0') || '.raw' AS filename,
           CASE WHEN ${row(15)} < 0.92 THEN 'Complete' WHEN ${row(15)} < 0.97 THEN 'Partial' ELSE 'Incomplete' END AS completed,
           country,
           CASE WHEN method_draw < http THEN 'http' WHEN method_draw < ftp THEN 'ftp'
                WHEN method_draw < aspera THEN 'fasp-aspera' ELSE 'gridftp-globus' END AS method,
           ts AS "timestamp", region AS geoip_region_name, city AS geoip_city_name, geo AS geo_location
    FROM filed`;
}
