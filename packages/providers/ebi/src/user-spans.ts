import { defineAggregate, sql } from '@deeplogbot/core';

/** Rows further apart than this belong to different visits, microseconds. */
export const VISIT_GAP_US = 1_800_000_000;

/** So long that all rows of a user in a span are of one visit, and short enough that an hour is a whole number of them. */
const SPAN_US = VISIT_GAP_US;
const SPANS_OF_HOUR = 3_600_000_000 / SPAN_US;
const SPANS_OF_DAY = 24 * SPANS_OF_HOUR;

/** From the year 1 to 1970, whole days: spans and minutes begin there, since the engine divides negative numbers towards 0. */
export const BEFORE_1970_US = 62_135_596_800_000_000n;

/**
 * Rows per key, user (fingerprint) and span of half an hour, and those `named`, with a file name; a NULL user is a group of its
 * own. `first` and `last` time; `gap` µs since the same user's row before, NULL for the user's first. A visit of the user begins where it
 * `starts` and is over where it `ends`; `in_hour` and `in_day` mark the user's first span of a clock hour and of a day. There are a third
 * as many spans as rows, and only they are sorted by user and time.
 */
export const userSpans = defineAggregate({
  name: 'user_spans',
  from: ['event_rows'],
  ignores: { event_rows: ['project', 'file_number', 'file_kind'] },
  grain: ['key', 'user', 'span'],
  query: ({ event_rows }, { dialect }) => {
    const [first, last] = [dialect.epochUs(sql`first`), dialect.epochUs(sql`last`)];
    const isNew = (spans: number) => sql`coalesce(NOT same_user OR span // ${spans} <> before // ${spans}, TRUE)`;
    return sql`
      SELECT key, "user", span, n, named, first, last, gap,
             gap IS NULL OR gap > ${VISIT_GAP_US} AS starts, coalesce(pause > ${VISIT_GAP_US}, TRUE) AS ends,
             ${isNew(SPANS_OF_HOUR)} AS in_hour, ${isNew(SPANS_OF_DAY)} AS in_day
      FROM (
        SELECT key, "user", span, n, named, first, last, before, same_user,
               CASE WHEN same_user THEN ${first} - last_before END AS gap,
               CASE WHEN goes_on THEN first_behind - ${last} END AS pause
        FROM (
          SELECT key, "user", span, n, named, first, last, lag(span) OVER w AS before, lag(${last}) OVER w AS last_before,
                 lead(${first}) OVER w AS first_behind, "user" = lag("user") OVER w AS same_user,
                 "user" = lead("user") OVER w AS goes_on
          FROM (
            SELECT key, "user", CAST((${dialect.epochUs(sql`ts`)} + ${BEFORE_1970_US}) // ${SPAN_US} AS INTEGER) AS span,
                   count(*) AS n, count(file) AS named, min(ts) AS first, max(ts) AS last
            FROM ${event_rows!} GROUP BY ALL
          ) WINDOW w AS (PARTITION BY key ORDER BY "user", span)
        )
      )`;
  },
});
