import { DuckDBInstance } from '@duckdb/node-api';

export interface EngineSettings {
  readonly threads: number;
  readonly memoryLimit: string;
}

export interface FloorResult {
  readonly seconds: number;
  readonly rows: number;
  /** Statements that read the file: three groupings and the ordered pass. */
  readonly sourceScans: number;
  readonly steps: readonly { readonly name: string; readonly seconds: number; readonly rows: number }[];
}

/**
 * The aggregates that the whole feature catalogue needs, each as one table: group-bys by (location, user, hour), by
 * (location, user, project, file) and by (location, country, city, method), their roll-ups, and one ordered pass for the
 * gaps and visits (a visit ends with a pause of more than 30 minutes). Nothing a feature run does can do without them.
 */
const AGGREGATES: Readonly<Record<string, string>> = {
  i1: `SELECT location, "user", date_trunc('hour', ts) AS hour, count(*) AS n FROM events GROUP BY ALL`,
  i2: `SELECT location, hour, sum(n) AS n, count("user") AS users FROM i1 GROUP BY ALL`,
  i2h: 'SELECT location, hour(hour) AS hour, sum(n) AS n FROM i2 GROUP BY ALL',
  i2d: `SELECT location, date_trunc('day', hour) AS day, sum(n) AS n FROM i2 GROUP BY ALL`,
  i2dow: 'SELECT location, dayofweek(day) AS dow, sum(n) AS n FROM i2d GROUP BY ALL',
  i2w: `SELECT location, date_trunc('week', day) AS week, sum(n) AS n FROM i2d GROUP BY ALL`,
  i2m: `SELECT location, date_trunc('month', day) AS month, sum(n) AS n FROM i2d GROUP BY ALL`,
  i2y: 'SELECT location, year(day) AS year, sum(n) AS n FROM i2d GROUP BY ALL',
  i3: `SELECT location, "user", sum(n) AS n, count(day) AS active_days
       FROM (SELECT location, "user", date_trunc('day', hour) AS day, sum(n) AS n FROM i1 GROUP BY ALL) GROUP BY ALL`,
  i4: 'SELECT location, "user", project, file, count(*) AS n FROM events GROUP BY ALL',
  i5: `SELECT location, file, sum(n) AS n, count("user") AS users
       FROM (SELECT location, file, "user", sum(n) AS n FROM i4 GROUP BY ALL) GROUP BY ALL`,
  i6: 'SELECT location, project, sum(n) AS n FROM i4 GROUP BY ALL',
  i7: `SELECT location, country, city, method, count(*) AS n, min(ts) AS first, max(ts) AS last FROM events GROUP BY ALL`,
  gaps: `SELECT location, row_number() OVER w AS position, epoch_us(ts) AS us,
                epoch_us(ts) - lag(epoch_us(ts)) OVER w AS gap
         FROM events WINDOW w AS (PARTITION BY location ORDER BY ts, file, "user")`,
  i8: `SELECT location, count(gap) AS gaps, sum(gap) AS total, sum(gap::HUGEINT * gap) AS squares,
              count(gap) FILTER (gap > 0 AND gap < 86400000000) AS short_gaps,
              sum(gap) FILTER (gap > 0 AND gap < 86400000000) AS short_total,
              sum(gap::HUGEINT * gap) FILTER (gap > 0 AND gap < 86400000000) AS short_squares
       FROM gaps GROUP BY ALL`,
  i8v: `SELECT location, us AS start, gap AS gap_before,
               coalesce(lead(us - gap) OVER w, NULL) AS finish, lead(position) OVER w - position AS n
        FROM gaps WHERE gap IS NULL OR gap > 1800000000
        WINDOW w AS (PARTITION BY location ORDER BY position)`,
};

/** Tables whose last reader is done, so that the floor does not hold more than a careful run would. */
const DROPPED_AFTER: Readonly<Record<string, readonly string[]>> = {
  i2d: ['i2'],
  i2y: ['i2d'],
  i3: ['i1'],
  i6: ['i4'],
  i8v: ['gaps'],
};

/** Runs native DuckDB alone over the file; the totals of every table must add up to its rows. */
export async function runFloor(path: string, settings: EngineSettings): Promise<FloorResult> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(settings.threads),
    memory_limit: settings.memoryLimit,
  });
  const connection = await instance.connect();
  const scalar = async (query: string) => Number((await connection.runAndReadAll(query)).getRows()[0]![0]);
  await connection.run(`SET preserve_insertion_order = false`);
  await connection.run(`
    CREATE VIEW events AS
    SELECT geo_location AS location, "user", accession AS project, filename AS file, country,
           geoip_city_name AS city, method, "timestamp" AS ts
    FROM read_parquet('${path.replaceAll("'", "''")}')
    WHERE geo_location IS NOT NULL AND year("timestamp") BETWEEN 2020 AND 2100`);
  const steps: { name: string; seconds: number; rows: number }[] = [];
  for (const [name, query] of Object.entries(AGGREGATES)) {
    const started = performance.now();
    await connection.run(`CREATE TEMP TABLE ${name} AS ${query}`);
    const seconds = (performance.now() - started) / 1000;
    steps.push({ name, seconds, rows: await scalar(`SELECT count(*) FROM ${name}`) });
    if (name === 'i7') await checkTotals(scalar);
    for (const done of DROPPED_AFTER[name] ?? []) await connection.run(`DROP TABLE ${done}`);
  }
  const rows = await scalar('SELECT sum(n) FROM i7');
  connection.closeSync();
  instance.closeSync();
  const sourceScans = Object.values(AGGREGATES).filter((query) => query.includes('FROM events')).length;
  return { seconds: steps.reduce((sum, step) => sum + step.seconds, 0), rows, sourceScans, steps };
}

/** Never time a wrong answer: each grouping holds every event once. */
async function checkTotals(scalar: (query: string) => Promise<number>): Promise<void> {
  const rows = await scalar('SELECT count(*) FROM events');
  for (const table of ['i2h', 'i2dow', 'i2w', 'i2m', 'i2y', 'i3', 'i5', 'i6', 'i7']) {
    const total = await scalar(`SELECT sum(n) FROM ${table}`);
    if (total !== rows) throw new RangeError(`Floor table ${table} counts ${total} events of ${rows}.`);
  }
}
