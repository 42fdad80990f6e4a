import { defineAggregate, type PlanNode, type Sql, sql } from '@deeplogbot/core';
import { exactSquares, exactSum } from './features/moments.js';
import { BEFORE_1970_US, VISIT_GAP_US } from './user-spans.js';

const DAY_US = 86_400_000_000;

/**
 * Rows of a key in the order (time, file): `ts` µs since 1970, `place` 1 … n, `gap` µs since the row before, NULL for
 * the first; `user`, `file` and `file_number` as in `event_rows`; `step` as in `file_order`, from whatever row is before. Rows of
 * one time and file agree in all of it but the user.
 */
export const ordered = defineAggregate({
  name: 'ordered',
  from: ['event_rows'],
  ignores: { event_rows: ['project', 'file_kind'] },
  grain: ['key', 'place'],
  makesRoom: true,
  query: ({ event_rows }, { dialect }) => sql`
    SELECT key, ts, ts - ts_before AS gap, place, "user", file, file_number, ${STEP} AS step
    FROM (
      SELECT key, ts, lag(ts) OVER w AS ts_before, CAST(row_number() OVER w AS INTEGER) AS place,
             "user", file, file_number, lag(file_number) OVER w AS before
      FROM (SELECT key, ${dialect.epochUs(sql`e.ts`)} AS ts, "user", file, file_number FROM ${event_rows!} e)
      WINDOW w AS (PARTITION BY key ORDER BY ts, file)
    )`,
});

const STEP = sql`CASE WHEN before >= 0 THEN CAST(file_number >= 0 AND abs(file_number - before) = 1 AS TINYINT) END`;

/**
 * Rows with a file name in the order (time, file): `place` 1 … N; `step` NULL where there is no row before or its
 * name has no number, 1 where the two numbers differ by exactly 1, else 0. A key all of whose rows have a name is in
 * this order already; only the others are ordered again.
 */
const fileOrder = defineAggregate({
  name: 'file_order',
  from: ['ordered'],
  needs: ['file'],
  grain: ['key', 'place'],
  build: 'view',
  query: ({ ordered: rows }) => sql`
    WITH gappy AS MATERIALIZED (SELECT key FROM ${rows!} GROUP BY key HAVING count(file) < count(*))
    SELECT key, "user", file, place, step FROM ${rows!} WHERE key NOT IN (SELECT key FROM gappy)
    UNION ALL
    SELECT key, "user", file, place, ${STEP} AS step
    FROM (
      SELECT key, "user", file, file_number, CAST(row_number() OVER w AS INTEGER) AS place, lag(file_number) OVER w AS before
      FROM ${rows!} o WHERE file IS NOT NULL AND key IN (SELECT key FROM gappy)
      WINDOW w AS (PARTITION BY key ORDER BY o.place)
    )`,
});

/**
 * Rows with a file name, by how often their key took the file: `n` times. `rows` of such files, with r = 1 … F the rank of
 * the file among the key's in the order of the names and o the `place` of the row: Σo, Σo², Σr, Σr², Σo·r; and `steps` and
 * `next_steps`, those with a `step` and with one of 1; `pairs`, how many different ones of a known user and a file there are. `n` files make
 * n·F rows; one sort gives all that is asked of files.
 */
const fileUses = defineAggregate({
  name: 'file_uses',
  from: ['file_order'],
  needs: ['file'],
  grain: ['key', 'n'],
  query: ({ file_order }, { dialect }) => {
    const sum = (x: Sql) => exactSum(dialect, x);
    return sql`
      SELECT key, n, count(*) AS rows, ${sum(sql`o`)} AS o, ${sum(sql`o * o`)} AS oo, ${sum(sql`r`)} AS r,
             ${sum(sql`r * r`)} AS rr, ${sum(sql`o * r`)} AS x, count(step) AS steps, count(*) FILTER (step = 1) AS next_steps,
             count("user") FILTER (WHERE is_first) AS pairs
      FROM (
        SELECT key, CAST(place AS BIGINT) AS o, step, dense_rank() OVER (PARTITION BY key ORDER BY file) AS r,
               count(*) OVER (PARTITION BY key ORDER BY file RANGE BETWEEN CURRENT ROW AND CURRENT ROW) AS n,
               "user", (lag("user") OVER w = "user" AND lag(file) OVER w = file) IS NOT TRUE AS is_first
        FROM ${file_order!} WINDOW w AS (PARTITION BY key ORDER BY file, "user")
      ) GROUP BY key, n`;
  },
});

/** Gaps above 0 by their length to the next 10 s, `bin`, NULL from a day on: how many. */
const gapBins = defineAggregate({
  name: 'gap_bins',
  from: ['ordered'],
  grain: ['key', 'bin'],
  makesRoom: true,
  query: ({ ordered: rows }) => sql`
    SELECT key, CASE WHEN gap < ${DAY_US} THEN CAST((gap + 5000000) // 10000000 AS INTEGER) END AS bin, count(*) AS n
    FROM ${rows!} WHERE gap > 0 GROUP BY ALL`,
});

/**
 * Gaps above 0, those of less than a day (`short`) and the others: how many, their sum and sum of squares, µs; of the rows behind them the
 * milliseconds, `ms`, of the second (of the minute in reference mode), and how many stand at second 0, 15, 30 or 45. Few sums of many rows: beside
 * the bins, of which there are 25 for each location, they would take twice as long.
 */
const gapSums = defineAggregate({
  name: 'gap_sums',
  from: ['ordered'],
  grain: ['key', 'short'],
  query: ({ ordered: rows }, { dialect, definitions }) => {
    const ms = definitions === 'clean' ? sql`(minute % 1000000) // 1000` : sql`minute // 1000`;
    return sql`
      SELECT key, short, count(*) AS n, ${exactSum(dialect, sql`gap`)} AS gap_sum, ${exactSquares(dialect, sql`gap`)} AS gap_squares,
             ${exactSum(dialect, sql`ms`)} AS ms_sum, ${exactSum(dialect, sql`ms * ms`)} AS ms_squares,
             count(*) FILTER (minute % 15000000 < 1000000) AS round_n
      FROM (
        SELECT key, gap, gap < ${DAY_US} AS short, minute, CAST(${ms} AS BIGINT) AS ms
        FROM (
          SELECT key, gap, CAST((ts + ${BEFORE_1970_US}) % 60000000 AS INTEGER) AS minute FROM ${rows!} WHERE gap > 0
        )
      ) GROUP BY key, short`;
  },
});

/** Where runs begin, and where the row before them stood: all that a list of visits needs. */
function visitsQuery(starts: Sql, totals: Sql): Sql {
  return sql`
    WITH starts AS (${starts}), totals AS (${totals}),
    placed AS (
      SELECT key, place, ts, gap,
             lead(place) OVER w AS next_place, lead(ts_before) OVER w AS last_ts
      FROM starts WINDOW w AS (PARTITION BY key ORDER BY place)
    )
    SELECT p.key, p.place, p.ts AS start_us, p.gap AS gap_us,
           coalesce(p.next_place, t.n + 1) - p.place AS n,
           coalesce(p.last_ts, t.last_ts) - p.ts AS duration_us
    FROM placed p JOIN totals t ON t.key = p.key`;
}

/**
 * Visits of a key, all users merged: maximal runs in which no gap exceeds 1800 s.
 * `start_us`, `duration_us` (0 for one row), `n` rows, `gap_us` since the end of the visit before (NULL for the first).
 */
const byVisit = defineAggregate({
  name: 'by_visit',
  from: ['ordered'],
  grain: ['key', 'place'],
  query: ({ ordered: rows }) =>
    visitsQuery(
      sql`SELECT key, place, ts, gap, ts - gap AS ts_before FROM ${rows!}
          WHERE gap IS NULL OR gap > ${VISIT_GAP_US}`,
      sql`SELECT key, count(*) AS n, max(ts) AS last_ts FROM ${rows!} GROUP BY key`,
    ),
});

/**
 * Visits of each user of a key by the same rule; `gap_us` since the same user's visit before. Rows without a user are left out.
 * Most visits are one span; the others are put together from the spans that are not a whole visit.
 */
const byUserVisit = defineAggregate({
  name: 'by_user_visit',
  from: ['user_spans'],
  needs: ['user'],
  grain: ['key', 'user', 'start_us'],
  query: ({ user_spans }, { dialect }) => {
    const us = (first: Sql, last: Sql) =>
      sql`${dialect.epochUs(first)} AS start_us, ${dialect.epochUs(last)} - ${dialect.epochUs(first)} AS duration_us`;
    return sql`
      SELECT key, "user", n, gap AS gap_us, ${us(sql`first`, sql`last`)}
      FROM ${user_spans!} WHERE "user" IS NOT NULL AND starts AND ends
      UNION ALL
      SELECT key, any_value("user") AS "user", CAST(sum(n) AS BIGINT) AS n, max(gap) FILTER (WHERE starts) AS gap_us,
             ${us(sql`min(first)`, sql`max(last)`)}
      FROM (
        SELECT *, count(*) FILTER (WHERE starts) OVER (PARTITION BY key ORDER BY "user", span ROWS UNBOUNDED PRECEDING) AS visit
        FROM ${user_spans!} WHERE "user" IS NOT NULL AND NOT (starts AND ends)
      ) GROUP BY key, visit`;
  },
});

/** What timing, visits and access read. */
export const orderedAggregates: readonly PlanNode[] = [
  byUserVisit,
  ordered,
  gapBins,
  gapSums,
  fileOrder,
  fileUses,
  byVisit,
];
