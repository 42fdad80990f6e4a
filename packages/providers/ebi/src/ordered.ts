import { defineAggregate, type PlanNode, type Sql, sql } from '@deeplogbot/core';

/** Two rows further apart than this belong to different visits, microseconds. */
export const VISIT_GAP_US = 1_800_000_000;

/**
 * The one ordered reading of the events: each row with what its predecessor tells about it. Rows of a key are ordered by
 * (ts, file rank); rows that agree in both give the same numbers in any order.
 *
 * `ts` µs since 1970 · `gap` µs since the key's previous row, NULL for the first · `place` 1 … n ·
 * `file_rank`, NULL without a file name · `file_place` 1 … N among rows with a file name ·
 * `step` NULL: no previous row with a file name, or its name has no number; 1: its number differs by exactly 1; 0: otherwise ·
 * `user_place` 1 … n in the order (user, ts) · `user_gap` µs since the same user's previous row, NULL for the user's first ·
 * `user_before` ts of the row before in that order · `has_user`.
 */
export const ordered = defineAggregate({
  name: 'ordered',
  from: ['events', 'by_file'],
  grain: ['key', 'place'],
  query: ({ events, by_file }, { dialect, roles }) => {
    const files = roles.has('file');
    const rank = files ? sql`f.file_rank` : sql`NULL`;
    const number = files ? sql`CASE WHEN e.file IS NOT NULL THEN coalesce(f.file_number, -1) END` : sql`NULL`;
    const join: Sql = files ? sql`LEFT JOIN ${by_file!} f ON f.key = e.key AND f.file = e.file` : sql``;
    return sql`
      WITH numbered AS (
        SELECT e.key, e."user", ${dialect.epochUs(sql`e.ts`)} AS ts,
               CAST(${rank} AS INTEGER) AS file_rank, CAST(${number} AS BIGINT) AS file_number
        FROM ${events!} e ${join}
      ), stepped AS (
        SELECT key, ts, file_rank, file_number, "user" IS NOT NULL AS has_user,
               ts - lag(ts) OVER by_time AS gap,
               row_number() OVER by_time AS place,
               ${files ? sql`count(file_rank) OVER (by_time ROWS UNBOUNDED PRECEDING)` : sql`NULL`} AS file_place,
               ${files ? sql`lag(file_number IGNORE NULLS) OVER by_time` : sql`NULL`} AS number_before,
               row_number() OVER by_user AS user_place,
               lag(ts) OVER by_user AS user_before,
               "user" IS NOT DISTINCT FROM lag("user") OVER by_user AS same_user
        FROM numbered
        WINDOW by_time AS (PARTITION BY key ORDER BY ts, file_rank NULLS LAST),
               by_user AS (PARTITION BY key ORDER BY "user" NULLS LAST, ts)
      )
      SELECT key, ts, gap, CAST(place AS INTEGER) AS place, file_rank, CAST(file_place AS INTEGER) AS file_place,
             CAST(CASE WHEN number_before >= 0 AND file_number IS NOT NULL
                  THEN CASE WHEN file_number >= 0 AND abs(file_number - number_before) = 1 THEN 1 ELSE 0 END
             END AS TINYINT) AS step,
             CAST(user_place AS INTEGER) AS user_place, user_before,
             CASE WHEN same_user AND user_before IS NOT NULL THEN ts - user_before END AS user_gap, has_user
      FROM stepped`;
  },
});

/** Where runs begin, and where the row before them stood: all that a list of visits needs. */
function visitsQuery(starts: Sql, totals: Sql): Sql {
  return sql`
    WITH starts AS (${starts}), totals AS (${totals}),
    placed AS (
      SELECT key, place, ts, gap, counts,
             lead(place) OVER w AS next_place, lead(ts_before) OVER w AS last_ts
      FROM starts WINDOW w AS (PARTITION BY key ORDER BY place)
    )
    SELECT p.key, p.place, p.ts AS start_us, p.gap AS gap_us,
           coalesce(p.next_place, t.n + 1) - p.place AS n,
           coalesce(p.last_ts, t.last_ts) - p.ts AS duration_us
    FROM placed p JOIN totals t ON t.key = p.key WHERE p.counts`;
}

/**
 * Visits of a key, all users merged: maximal runs in which no gap exceeds 1800 s.
 * `start_us`, `duration_us` (0 for one row), `n` rows, `gap_us` since the end of the visit before (NULL for the first).
 */
export const byVisit = defineAggregate({
  name: 'by_visit',
  from: ['ordered'],
  grain: ['key', 'place'],
  query: ({ ordered: rows }) =>
    visitsQuery(
      sql`SELECT key, place, ts, gap, ts - gap AS ts_before, TRUE AS counts FROM ${rows!}
          WHERE gap IS NULL OR gap > ${VISIT_GAP_US}`,
      sql`SELECT key, count(*) AS n, max(ts) AS last_ts FROM ${rows!} GROUP BY key`,
    ),
});

/** Visits of each user of a key by the same rule; `gap_us` since the same user's visit before. Rows without a user are left out. */
export const byUserVisit = defineAggregate({
  name: 'by_user_visit',
  from: ['ordered'],
  needs: ['user'],
  grain: ['key', 'place'],
  query: ({ ordered: rows }) =>
    visitsQuery(
      sql`SELECT key, user_place AS place, ts, user_gap AS gap, user_before AS ts_before, has_user AS counts FROM ${rows!}
          WHERE user_gap IS NULL OR user_gap > ${VISIT_GAP_US}`,
      sql`SELECT key, count(*) AS n, arg_max(ts, user_place) AS last_ts FROM ${rows!} GROUP BY key`,
    ),
});

/** What timing, visits and access read, in one scan of the events. */
export const orderedAggregates: readonly PlanNode[] = [ordered, byVisit, byUserVisit];
