import {
  type ColumnBatch,
  columnsOf,
  type Engine,
  InputError,
  identifier,
  join,
  numbers,
  type Relation,
  type Sql,
  sql,
  textColumn,
  texts,
} from '@deeplogbot/core';
import { countryCode } from './countries.js';
import { checkColumns, REASON_TEXT, REASONS, usageRows } from './events.js';
import { firstDay, lastDay, type Period } from './months.js';
import { checkOptions, type Months, type UsageOptions } from './options.js';

/** The reporting period and what was counted in it. */
export interface UsageCounts extends Period {
  /** First and last day on which the log is complete, as far as is known. */
  readonly covered: { readonly from: string; readonly to: string };
  /**
   * One row per data set, month, access method and country code, in that order: text `item` and `country` (NULL = no
   * code), and `month`, `machine` (0, 1), `total_investigations`, `total_requests`, `unique_investigations`,
   * `unique_requests`, and `bytes`, those of requests, NaN where no size is known.
   */
  readonly counts: ColumnBatch;
  /** Text `item` (NULL = none) and `reason`, and `rows`; rows outside the period are in neither table. */
  readonly excluded: ColumnBatch;
  /** Country names without a code. */
  readonly unknownCountries: readonly string[];
  /** Rows of the period: counted ones and excluded ones. Rows without a readable time are in every period. */
  readonly rows: number;
}

const KEPT = identifier('deeplogbot_usage_kept');
const VISITS = identifier('deeplogbot_usage_visits');
const CODES = 'deeplogbot_usage_codes';

/** Seconds within which the earlier of two clicks is not counted. */
export const DOUBLE_CLICK_S = 30;

/**
 * Counts the usage of data sets in an annotated log, in SQL, by the rules of the COUNTER Code of Practice for Research
 * Data (RD1): status filter, robots out, double clicks folded, then totals and uniques per data set, month, access
 * method and country.
 *
 * A total is counted for the country of the event, a unique one for that of the session; where a session has several,
 * the last by name. Fails with `NOT_ANNOTATED`, `NO_DATA_SETS`, `MISSING_COLUMN`, `INVALID_OPTION` or `NO_USAGE`.
 */
export async function countUsage(engine: Engine, relation: Relation, options: UsageOptions): Promise<UsageCounts> {
  const asked = checkOptions(options);
  checkColumns(relation, options);
  const rows = usageRows(relation, options);
  try {
    await engine.run(keptQuery(rows, asked, options));
    const robots = await engine.columns(robotsQuery(rows, asked));
    const all = await isAll(engine, robots, relation.rows);
    const others = all ? [] : [await engine.columns(othersQuery(rows, asked))];
    const log = await extentOf(engine, rows, asked, robots);
    const folded = await foldDoubleClicks(engine);
    await engine.run(visitsQuery(options));
    const unknownCountries = await loadCodes(engine);
    const counts = await engine.columns(COUNTS_QUERY);
    const excluded = merged([robots, ...others, folded]);
    return {
      from: asked.from ?? log.from,
      to: asked.to ?? log.to,
      covered: { from: options.coveredFrom ?? log.firstDay, to: options.coveredTo ?? log.lastDay },
      counts,
      excluded,
      unknownCountries,
      rows: sum(numbers(counts, 'total_investigations')) + sum(numbers(excluded, 'rows')),
    };
  } finally {
    await engine.run(sql`DROP TABLE IF EXISTS ${KEPT}`);
    await engine.run(sql`DROP TABLE IF EXISTS ${VISITS}`);
    await engine.run(sql`DROP TABLE IF EXISTS ${identifier(CODES)}`);
  }
}

/** Rows of the months asked for; those without a time may belong to any. */
function inPeriod({ from, to }: Months): Sql {
  const bounds = [
    ...(from === undefined ? [] : [sql`month >= ${from}`]),
    ...(to === undefined ? [] : [sql`month <= ${to}`]),
  ];
  return bounds.length === 0 ? sql`TRUE` : sql`(ts IS NULL OR ${join(bounds, ' AND ')})`;
}

/** First and last month and day of the whole log, rows left out that no verdict was sought for. */
async function extentOf(engine: Engine, rows: Sql, asked: Months, robots: ColumnBatch) {
  const whole = asked.from === undefined && asked.to === undefined;
  const batch = await engine.columns(
    whole
      ? sql`SELECT CAST(min(us) AS DOUBLE) AS first, CAST(max(us) AS DOUBLE) AS last FROM ${KEPT}`
      : sql`SELECT CAST(epoch_us(min(ts)) AS DOUBLE) AS first, CAST(epoch_us(max(ts)) AS DOUBLE) AS last
            FROM (${rows}) WHERE item IS NOT NULL AND behavior <> 'filtered'`,
  );
  const parts = whole ? [batch, robots] : [batch];
  const [first, last] = [
    least(parts.map((part) => numbers(part, 'first'))),
    most(parts.map((part) => numbers(part, 'last'))),
  ];
  if (first > last) {
    throw new InputError('NO_USAGE', 'No row of the log has a data set, a readable time and a verdict.', {
      hint: 'Check which columns the provider maps, and what the annotated file says in classification_reason.',
    });
  }
  const day = (us: number) => new Date(us / 1000).toISOString().slice(0, 10);
  const month = (us: number) => new Date(us / 1000).getUTCFullYear() * 12 + new Date(us / 1000).getUTCMonth();
  return { from: month(first), to: month(last), firstDay: day(first), lastDay: day(last) };
}

const least = (lists: readonly Float64Array[]): number =>
  lists.reduce(
    (min, list) => list.reduce((a, b) => Math.min(a, Number.isNaN(b) ? a : b), min),
    Number.POSITIVE_INFINITY,
  );
const most = (lists: readonly Float64Array[]): number =>
  lists.reduce(
    (max, list) => list.reduce((a, b) => Math.max(a, Number.isNaN(b) ? a : b), max),
    Number.NEGATIVE_INFINITY,
  );

/** The events that count, in the order of the log, with the chain of clicks of each; NULL where nothing says whose it is. */
const keptQuery = (rows: Sql, asked: Months, options: UsageOptions): Sql => sql`
  CREATE OR REPLACE TEMP TABLE ${KEPT} AS
  SELECT item, CAST(month AS SMALLINT) AS month, machine, country, session, epoch_us(ts) AS us,
         ${options.requestField ? sql`requested` : sql`TRUE AS requested`},
         ${columnsOf(options.schema, 'bytes').length > 0 ? sql`bytes` : sql`CAST(NULL AS BIGINT) AS bytes`},
         CASE WHEN visitor IS NOT NULL THEN hash(visitor, url) END AS chain
  FROM (${rows}) WHERE skip IS NULL AND ${inPeriod(asked)}`;

/**
 * Takes double clicks away and returns how many each data set had. A click is one if a later event of the same visitor
 * and URL comes within the window. Pairs are looked at along the chain, so of t = 0, 29, 58 only the last stays; of
 * events at one instant the last in the log does.
 */
async function foldDoubleClicks(engine: Engine): Promise<ColumnBatch> {
  const folded = identifier('deeplogbot_usage_folded');
  await engine.run(sql`
    CREATE OR REPLACE TEMP TABLE ${folded} AS
    SELECT id FROM (
      SELECT rowid AS id, chain, lead(us) OVER (PARTITION BY chain ORDER BY us, rowid) - us AS gap FROM ${KEPT}
    ) WHERE gap <= ${DOUBLE_CLICK_S * 1_000_000} AND chain IS NOT NULL`);
  const batch = await engine.columns(sql`
    SELECT item, ${REASONS.doubleClick} AS reason, CAST(count(*) AS DOUBLE) AS rows
    FROM ${KEPT} WHERE rowid IN (SELECT id FROM ${folded}) GROUP BY item ORDER BY item`);
  await engine.run(sql`DELETE FROM ${KEPT} WHERE rowid IN (SELECT id FROM ${folded})`);
  await engine.run(sql`DROP TABLE ${folded}`);
  return batch;
}

/** Robots per data set and kind, with their times, which belong to the extent of the log. */
const robotsQuery = (rows: Sql, asked: Months): Sql => sql`
  SELECT item, ${REASON_TEXT} AS reason, CAST(n AS DOUBLE) AS rows, CAST(first AS DOUBLE) AS first, CAST(last AS DOUBLE) AS last
  FROM (
    SELECT item, 4 AS skip, kind, NULL AS why, count(*) AS n, epoch_us(min(ts)) AS first, epoch_us(max(ts)) AS last
    FROM (${rows}) WHERE skip = 4 AND ${inPeriod(asked)} GROUP BY item, kind)`;

const othersQuery = (rows: Sql, asked: Months): Sql => sql`
  SELECT item, ${REASON_TEXT} AS reason, CAST(n AS DOUBLE) AS rows
  FROM (
    SELECT item, skip, NULL AS kind, CASE WHEN skip = 5 THEN why END AS why, count(*) AS n
    FROM (${rows}) WHERE skip <> 4 AND ${inPeriod(asked)} GROUP BY ALL)`;

/** Whether robots and what is kept are all rows, so that nobody has to look for others. */
async function isAll(engine: Engine, robots: ColumnBatch, rows: number): Promise<boolean> {
  const kept = await engine.columns(sql`SELECT CAST(count(*) AS DOUBLE) AS n FROM ${KEPT}`);
  return numbers(kept, 'n')[0]! + sum(numbers(robots, 'rows')) === rows;
}

const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);

/** The tables in one, by data set and reason. */
function merged(batches: readonly ColumnBatch[]): ColumnBatch {
  const rows = batches.flatMap((batch) => {
    const [items, reasons, counts] = [texts(batch, 'item'), texts(batch, 'reason'), numbers(batch, 'rows')];
    return items.map((item, i) => ({ item, reason: reasons[i]!, rows: counts[i]! }));
  });
  const key = (item: string | null) => (item === null ? '' : `x${item}`);
  rows.sort((a, b) => compare(key(a.item), key(b.item)) || compare(a.reason, b.reason));
  return {
    rows: rows.length,
    columns: {
      item: textColumn(rows.map(({ item }) => item)),
      reason: textColumn(rows.map(({ reason }) => reason)),
      rows: Float64Array.from(rows, (row) => row.rows),
    },
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Codes of the countries that occur, as a table; returns the names without one. */
async function loadCodes(engine: Engine): Promise<string[]> {
  const batch = await engine.columns(
    sql`SELECT DISTINCT country FROM ${VISITS} WHERE country IS NOT NULL ORDER BY country`,
  );
  const names = texts(batch, 'country').map((name) => name!);
  const codes = names.map(countryCode);
  await engine.load(CODES, { rows: names.length, columns: { name: textColumn(names), code: textColumn(codes) } });
  return names.filter((_, i) => codes[i] === null);
}

/** Events per session, data set, month, access method and country. Of a session without identity there is a row for each country. */
function visitsQuery({ requestField, schema }: UsageOptions): Sql {
  const requests = requestField ? sql`count(*) FILTER (requested)` : sql`count(*)`;
  const sizes = columnsOf(schema, 'bytes').length > 0 ? sql`sum(bytes) FILTER (requested)` : sql`CAST(NULL AS BIGINT)`;
  return sql`
    CREATE OR REPLACE TEMP TABLE ${VISITS} AS
    SELECT session, item, month, machine, country, CAST(count(*) AS BIGINT) AS n, CAST(${requests} AS BIGINT) AS r,
           CAST(${sizes} AS DOUBLE) AS bytes
    FROM ${KEPT} GROUP BY session, item, month, machine, country`;
}

/**
 * A session without identity is one per event, so its events are counted instead. Sums are exact: they are integers below 2^53.
 * Names of countries become codes last, where there are fewest rows.
 */
const COUNTS_QUERY = sql`
  WITH uniques AS (
    SELECT item, month, machine, max(country) AS country, sum(r) AS r
    FROM ${VISITS} WHERE session IS NOT NULL GROUP BY session, item, month, machine
  ), parts AS (
    SELECT item, month, machine, country, sum(n) AS ti, sum(r) AS tr, coalesce(sum(n) FILTER (session IS NULL), 0) AS ui,
           coalesce(sum(r) FILTER (session IS NULL), 0) AS ur, sum(bytes) AS bytes
    FROM ${VISITS} GROUP BY item, month, machine, country
    UNION ALL
    SELECT item, month, machine, country, 0, 0, count(*), count(*) FILTER (r > 0), NULL
    FROM uniques GROUP BY item, month, machine, country
  )
  SELECT item, CAST(month AS DOUBLE) AS month, CAST(machine AS DOUBLE) AS machine, c.code AS country,
         CAST(sum(ti) AS DOUBLE) AS total_investigations, CAST(sum(tr) AS DOUBLE) AS total_requests,
         CAST(sum(ui) AS DOUBLE) AS unique_investigations, CAST(sum(ur) AS DOUBLE) AS unique_requests,
         CAST(sum(bytes) AS DOUBLE) AS bytes
  FROM parts LEFT JOIN ${identifier(CODES)} c ON country = c.name
  GROUP BY item, month, machine, c.code
  ORDER BY item, month, machine, c.code NULLS LAST`;

/** Whether some day of the period is not covered. */
export const isPartial = ({ from, to, covered }: Period & Pick<UsageCounts, 'covered'>): boolean =>
  covered.from > firstDay(from) || covered.to < lastDay(to);
