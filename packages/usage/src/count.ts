import {
  type ColumnBatch,
  type Engine,
  InputError,
  identifier,
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
import { checkOptions, type UsageOptions } from './options.js';

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
const FOLDED = identifier('deeplogbot_usage_folded');
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
  const log = await periodOf(engine, rows);
  const [from, to] = [asked.from ?? log.from, asked.to ?? log.to];
  const inPeriod = sql`(month BETWEEN ${from} AND ${to} OR ts IS NULL)`;
  await engine.run(keptQuery(rows, inPeriod));
  try {
    await engine.run(foldedQuery());
    const unknownCountries = await loadCodes(engine);
    const excluded = await engine.columns(excludedQuery(rows, inPeriod));
    const counts = await engine.columns(countsQuery());
    const total = numbers(counts, 'total_investigations').reduce((a, b) => a + b, 0);
    return {
      from,
      to,
      covered: { from: options.coveredFrom ?? log.firstDay, to: options.coveredTo ?? log.lastDay },
      counts,
      excluded,
      unknownCountries,
      rows: total + numbers(excluded, 'rows').reduce((a, b) => a + b, 0),
    };
  } finally {
    await engine.run(sql`DROP TABLE IF EXISTS ${FOLDED}`);
    await engine.run(sql`DROP TABLE IF EXISTS ${KEPT}`);
    await engine.run(sql`DROP TABLE IF EXISTS ${identifier(CODES)}`);
  }
}

/** First and last day of the log, rows left out that no verdict was sought for. */
async function periodOf(engine: Engine, rows: Sql) {
  const batch = await engine.columns(sql`
    SELECT CAST(epoch_us(min(ts)) AS DOUBLE) AS first, CAST(epoch_us(max(ts)) AS DOUBLE) AS last
    FROM (${rows}) WHERE item IS NOT NULL AND behavior <> 'filtered'`);
  const [first, last] = [numbers(batch, 'first')[0]!, numbers(batch, 'last')[0]!];
  if (Number.isNaN(first)) {
    throw new InputError('NO_USAGE', 'No row of the log has a data set, a readable time and a verdict.', {
      hint: 'Check which columns the provider maps, and what the annotated file says in classification_reason.',
    });
  }
  const day = (us: number) => new Date(us / 1000).toISOString().slice(0, 10);
  const month = (us: number) => new Date(us / 1000).getUTCFullYear() * 12 + new Date(us / 1000).getUTCMonth();
  return { from: month(first), to: month(last), firstDay: day(first), lastDay: day(last) };
}

/** The events that count, with the chain of clicks that each belongs to; NULL where nothing says whose it is. */
const keptQuery = (rows: Sql, inPeriod: Sql): Sql => sql`
  CREATE OR REPLACE TEMP TABLE ${KEPT} AS
  SELECT item, CAST(month AS SMALLINT) AS month, machine, country, session, requested, bytes, epoch_us(ts) AS us,
         CASE WHEN visitor IS NOT NULL THEN hash(visitor, url) END AS chain
  FROM (${rows}) WHERE skip IS NULL AND ${inPeriod}`;

/**
 * Row numbers of the double clicks: a later event of the same visitor and URL comes within the window. Pairs are looked
 * at along the chain, so of t = 0, 29, 58 only the last stays. Events of one instant are told apart by their other
 * columns, so that the same one stays on every run. Most chains have one event; only the others are sorted.
 */
const foldedQuery = (): Sql => sql`
  CREATE OR REPLACE TEMP TABLE ${FOLDED} AS
  SELECT id FROM (
    SELECT rowid AS id, lead(us) OVER w - us AS gap FROM ${KEPT}
    SEMI JOIN (SELECT chain FROM ${KEPT} WHERE chain IS NOT NULL GROUP BY chain HAVING count(*) > 1) USING (chain)
    WINDOW w AS (PARTITION BY chain ORDER BY us, hash(requested, bytes, country, machine, session))
  ) WHERE gap <= ${DOUBLE_CLICK_S * 1_000_000}`;

const excludedQuery = (rows: Sql, inPeriod: Sql): Sql => sql`
  SELECT item, reason, CAST(sum(n) AS DOUBLE) AS rows FROM (
    SELECT item, ${REASON_TEXT} AS reason, n FROM (
      SELECT item, skip, CASE skip WHEN 4 THEN kind END AS kind, CASE skip WHEN 5 THEN why END AS why, count(*) AS n
      FROM (${rows}) WHERE skip IS NOT NULL AND ${inPeriod} GROUP BY ALL)
    UNION ALL
    SELECT item, ${REASONS.doubleClick} AS reason, count(*) AS n FROM ${KEPT} SEMI JOIN ${FOLDED} ON ${KEPT}.rowid = id GROUP BY ALL
  ) GROUP BY ALL ORDER BY item NULLS FIRST, reason`;

/** Codes of the countries that occur, as a table; returns the names without one. */
async function loadCodes(engine: Engine): Promise<string[]> {
  const batch = await engine.columns(
    sql`SELECT DISTINCT country FROM ${KEPT} WHERE country IS NOT NULL ORDER BY country`,
  );
  const names = texts(batch, 'country').map((name) => name!);
  const codes = names.map(countryCode);
  await engine.load(CODES, { rows: names.length, columns: { name: textColumn(names), code: textColumn(codes) } });
  return names.filter((_, i) => codes[i] === null);
}

/** A session without identity is one per event, so its events are counted instead. */
const countsQuery = (): Sql => sql`
  WITH counted AS NOT MATERIALIZED (
    SELECT * FROM ${KEPT} ANTI JOIN ${FOLDED} ON ${KEPT}.rowid = id
  ), totals AS (
    SELECT item, month, machine, country, count(*) AS ti, count(*) FILTER (requested) AS tr, 0 AS ui, 0 AS ur,
           sum(bytes) FILTER (requested) AS bytes
    FROM counted GROUP BY ALL
  ), visits AS (
    SELECT session, item, month, machine, CASE WHEN session IS NULL THEN country END AS apart, max(country) AS country,
           count(*) AS n, count(*) FILTER (requested) AS r
    FROM counted GROUP BY session, item, month, machine, apart
  ), uniques AS (
    SELECT item, month, machine, country, 0 AS ti, 0 AS tr,
           sum(CASE WHEN session IS NULL THEN n ELSE 1 END) AS ui,
           sum(CASE WHEN session IS NULL THEN r ELSE least(r, 1) END) AS ur, NULL AS bytes
    FROM visits GROUP BY ALL
  )
  SELECT item, CAST(month AS DOUBLE) AS month, CAST(machine AS DOUBLE) AS machine, c.code AS country,
         CAST(sum(ti) AS DOUBLE) AS total_investigations, CAST(sum(tr) AS DOUBLE) AS total_requests,
         CAST(sum(ui) AS DOUBLE) AS unique_investigations, CAST(sum(ur) AS DOUBLE) AS unique_requests,
         CAST(sum(bytes) AS DOUBLE) AS bytes
  FROM (FROM totals UNION ALL FROM uniques) LEFT JOIN ${identifier(CODES)} c ON country = c.name
  GROUP BY item, month, machine, c.code
  ORDER BY item, month, machine, c.code NULLS LAST`;

/** Whether some day of the period is not covered. */
export const isPartial = ({ from, to, covered }: Period & Pick<UsageCounts, 'covered'>): boolean =>
  covered.from > firstDay(from) || covered.to < lastDay(to);
