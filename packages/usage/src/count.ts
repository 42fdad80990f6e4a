import {
  type ColumnBatch,
  ConfigError,
  columnsOf,
  type Engine,
  InputError,
  identifier,
  join,
  numbers,
  type Relation,
  type Sql,
  sql,
} from '@deeplogbot/core';
import { CODES, countryCodes } from './countries.js';
import { checkColumns, isCounted, isRobot, REASON_TEXT, REASONS, SKIP, usageRows } from './events.js';
import { fetchCounts, fetchExcluded, textIds } from './fetch-counts.js';
import { firstDay, lastDay, monthText, type Period } from './months.js';
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
const EXCLUDED = identifier('deeplogbot_usage_excluded');
const COUNTS = identifier('deeplogbot_usage_counts');

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
    await engine.run(robotsQuery(rows, asked, options));
    if (!(await isAll(engine, relation.rows))) await engine.run(othersQuery(rows, asked));
    const log = await extentOf(engine, rows, asked);
    const period = periodOf(asked, log);
    await foldDoubleClicks(engine);
    await engine.run(visitsQuery(options));
    const countries = await countryCodes(engine, VISITS);
    const items = await textIds(engine, VISITS, 'item');
    await engine.run(countsQuery(items.ids, countries.table));
    const counts = await fetchCounts(engine, COUNTS, {
      items: items.dictionary,
      countries: countries.codes,
      requests: Boolean(options.requestField),
      sizes: hasSizes(options),
    });
    const excluded = await fetchExcluded(engine, EXCLUDED);
    return {
      ...period,
      covered: { from: options.coveredFrom ?? log.firstDay, to: options.coveredTo ?? log.lastDay },
      counts,
      excluded,
      unknownCountries: countries.unknown,
      rows: sum(numbers(counts, 'total_investigations')) + sum(numbers(excluded, 'rows')),
    };
  } finally {
    for (const table of [KEPT, VISITS, EXCLUDED, COUNTS, identifier(CODES)])
      await engine.run(sql`DROP TABLE IF EXISTS ${table}`);
  }
}

/** The months asked for; where one end was left out, that of the log. */
function periodOf(asked: Months, log: Period): Period {
  const { from, to } = { from: asked.from ?? log.from, to: asked.to ?? log.to };
  if (from <= to) return { from, to };
  const end = asked.from === undefined ? `up to ${monthText(to)}` : `from ${monthText(from)} on`;
  throw new ConfigError(
    'INVALID_OPTION',
    `The log covers ${monthText(log.from)} to ${monthText(log.to)}, and no month ${end}.`,
    { hint: 'Give both from and to for a period without usage, or other months.' },
  );
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
async function extentOf(engine: Engine, rows: Sql, asked: Months) {
  const whole = asked.from === undefined && asked.to === undefined;
  const batch = await engine.columns(
    whole
      ? sql`SELECT CAST(min(first) AS DOUBLE) AS first, CAST(max(last) AS DOUBLE) AS last FROM (
              SELECT min(us) AS first, max(us) AS last FROM ${KEPT} UNION ALL SELECT min(first), max(last) FROM ${EXCLUDED})`
      : sql`SELECT CAST(epoch_us(min(ts)) AS DOUBLE) AS first, CAST(epoch_us(max(ts)) AS DOUBLE) AS last
            FROM (${rows}) WHERE item IS NOT NULL AND behavior <> 'filtered'`,
  );
  const [first, last] = [numbers(batch, 'first')[0]!, numbers(batch, 'last')[0]!];
  if (!(first <= last)) {
    throw new InputError('NO_USAGE', 'No row of the log has a data set, a readable time and a verdict.', {
      hint: 'Check which columns the provider maps, and what the annotated file says in classification_reason.',
    });
  }
  const day = (us: number) => new Date(us / 1000).toISOString().slice(0, 10);
  const month = (us: number) => new Date(us / 1000).getUTCFullYear() * 12 + new Date(us / 1000).getUTCMonth();
  return { from: month(first), to: month(last), firstDay: day(first), lastDay: day(last) };
}

/** The events that count, in the order of the log, with the chain of clicks of each; NULL where nothing says whose it is. */
const keptQuery = (rows: Sql, asked: Months, options: UsageOptions): Sql => sql`
  CREATE OR REPLACE TEMP TABLE ${KEPT} AS
  SELECT item, CAST(month AS SMALLINT) AS month, machine, country, session, epoch_us(ts) AS us,
         ${options.requestField ? sql`requested,` : sql``} ${hasSizes(options) ? sql`bytes,` : sql``}
         CASE WHEN visitor IS NOT NULL THEN hash(visitor, url) END AS chain
  FROM (${rows}) WHERE ${isCounted(options)} AND ${inPeriod(asked)}`;

const hasSizes = ({ schema }: UsageOptions): boolean => columnsOf(schema, 'bytes').length > 0;

/**
 * Takes double clicks away and adds to the excluded how many each data set had. A click is one if a later event of the same
 * visitor and URL comes within the window. Pairs are looked at along the chain, so of t = 0, 29, 58 only the last stays; of
 * events at one instant the last in the log does.
 */
async function foldDoubleClicks(engine: Engine): Promise<void> {
  const folded = identifier('deeplogbot_usage_folded');
  await engine.run(sql`
    CREATE OR REPLACE TEMP TABLE ${folded} AS
    SELECT id FROM (
      SELECT rowid AS id, chain, lead(us) OVER (PARTITION BY chain ORDER BY us, rowid) - us AS gap FROM ${KEPT}
    ) WHERE gap <= ${DOUBLE_CLICK_S * 1_000_000} AND chain IS NOT NULL`);
  await engine.run(sql`
    INSERT INTO ${EXCLUDED}
    SELECT item, ${REASONS.doubleClick}, count(*), NULL, NULL
    FROM ${KEPT} WHERE rowid IN (SELECT id FROM ${folded}) GROUP BY item`);
  await engine.run(sql`DELETE FROM ${KEPT} WHERE rowid IN (SELECT id FROM ${folded})`);
  await engine.run(sql`DROP TABLE ${folded}`);
}

/** Robots per data set and kind, with their times, which belong to the extent of the log. */
const robotsQuery = (rows: Sql, asked: Months, options: UsageOptions): Sql => sql`
  CREATE OR REPLACE TEMP TABLE ${EXCLUDED} AS
  SELECT item, CAST(${REASON_TEXT} AS VARCHAR) AS reason, n AS rows, first, last
  FROM (
    SELECT item, ${SKIP.robot} AS skip, kind, NULL AS why, count(*) AS n, epoch_us(min(ts)) AS first, epoch_us(max(ts)) AS last
    FROM (${rows}) WHERE ${isRobot(options)} AND ${inPeriod(asked)} GROUP BY item, kind)`;

const othersQuery = (rows: Sql, asked: Months): Sql => sql`
  INSERT INTO ${EXCLUDED}
  SELECT item, ${REASON_TEXT}, n, NULL, NULL
  FROM (
    SELECT item, skip, NULL AS kind, CASE WHEN skip = ${SKIP.filtered} THEN why END AS why, count(*) AS n
    FROM (${rows}) WHERE skip <> ${SKIP.robot} AND ${inPeriod(asked)} GROUP BY ALL)`;

/** Whether robots and what is kept are all rows, so that nobody has to look for others. */
async function isAll(engine: Engine, rows: number): Promise<boolean> {
  const found = await engine.columns(sql`
    SELECT CAST((SELECT count(*) FROM ${KEPT}) + (SELECT coalesce(sum(rows), 0) FROM ${EXCLUDED}) AS DOUBLE) AS n`);
  return numbers(found, 'n')[0] === rows;
}

const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);

/** Events per session, data set, month, access method and country. Of a session without identity there is a row for each country. */
function visitsQuery(options: UsageOptions): Sql {
  const requests = options.requestField ? sql`count(*) FILTER (requested)` : sql`count(*)`;
  const sizes = hasSizes(options)
    ? sql`sum(bytes)${options.requestField ? sql` FILTER (requested)` : sql``}`
    : sql`CAST(NULL AS BIGINT)`;
  return sql`
    CREATE OR REPLACE TEMP TABLE ${VISITS} AS
    SELECT session, item, month, machine, country, CAST(count(*) AS BIGINT) AS n, CAST(${requests} AS BIGINT) AS r,
           CAST(${sizes} AS DOUBLE) AS bytes
    FROM ${KEPT} GROUP BY session, item, month, machine, country`;
}

/**
 * A session without identity is one per event, so its events are counted instead. Every other row of visits is a unique one,
 * but where a session had several countries: these rows are taken back and one is given to the last country by name.
 * Sums are exact: they are integers below 2^53. Data sets and codes are places in their lists: much faster to group by than text.
 */
const countsQuery = (items: Sql, codes: Sql): Sql => sql`
  CREATE OR REPLACE TEMP TABLE ${COUNTS} AS
  WITH mixed AS (
    SELECT session FROM ${VISITS} WHERE session IS NOT NULL GROUP BY session HAVING min(hash(country)) <> max(hash(country))
  ), several AS (
    SELECT session, item, month, machine, max(country) AS country, sum(r) AS r
    FROM ${VISITS} SEMI JOIN mixed USING (session) GROUP BY session, item, month, machine HAVING count(*) > 1
  ), parts AS (
    SELECT item, month, machine, country, n AS ti, r AS tr, if(session IS NULL, n, 1) AS ui,
           if(session IS NULL, r, CAST(r > 0 AS BIGINT)) AS ur, bytes
    FROM ${VISITS}
    UNION ALL
    SELECT item, month, machine, v.country, 0, 0, -1, -CAST(v.r > 0 AS BIGINT), NULL
    FROM ${VISITS} v SEMI JOIN several USING (session, item, month, machine)
    UNION ALL
    SELECT item, month, machine, country, 0, 0, 1, CAST(r > 0 AS BIGINT), NULL FROM several
  ), coded AS (
    SELECT i.id AS item, month, machine, CAST(c.id AS INTEGER) AS country, ti, tr, ui, ur, bytes
    FROM parts JOIN ${items} i ON item = i.value LEFT JOIN ${codes} c ON country = c.name
  )
  SELECT item, month, machine, country, sum(ti) AS ti, sum(tr) AS tr, sum(ui) AS ui, sum(ur) AS ur, sum(bytes) AS bytes
  FROM coded GROUP BY item, month, machine, country`;

/** Whether some day of the period is not covered. */
export const isPartial = ({ from, to, covered }: Period & Pick<UsageCounts, 'covered'>): boolean =>
  covered.from > firstDay(from) || covered.to < lastDay(to);
