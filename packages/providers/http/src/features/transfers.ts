import { defineExtractor, type PlanNode, sql } from '@deeplogbot/core';
import { count, share } from './spec.js';

const NO_BYTES = 'the log has no sizes';
const NO_COOKIE = 'the log has no cookies';
/** Sizes above a pebibyte count as one: their squares must not overflow. */
const MOST_BYTES = 2 ** 50;

/** How much was sent, and in how many pieces. */
export const transfers = defineExtractor({
  name: 'transfers',
  from: ['requests'],
  columns: {
    bytes_total: count('bytes', 'Bytes sent to the client.', 'Σ bytes', NO_BYTES),
    bytes_mean: count('bytes', 'Mean size of an answer.', 'Σ bytes ÷ #sizes', NO_BYTES),
    bytes_sd: count('bytes', 'Spread of the sizes of answers.', 'population sd', NO_BYTES),
    transfer_count: count(
      'transfers',
      'Requests, pieces of one file (status 206) that follow one another within ten minutes taken as one.',
      'n − #further pieces',
    ),
    piece_ratio: share('Share of requests that go on with a partial download.', '#further pieces ÷ n'),
  },
  query: ({ requests }, { dialect }) => sql`
    WITH sums AS (
      SELECT key, count(*) AS n, count(*) FILTER (piece) AS pieces, count(bytes) AS b,
             ${dialect.wide(sql`sum(size)`)} AS s, sum(${dialect.wide(sql`size`)} * size) AS q
      FROM (SELECT *, CAST(least(bytes, ${MOST_BYTES}) AS BIGINT) AS size FROM ${requests!}) GROUP BY key
    ), means AS (
      SELECT *, ${dialect.double(sql`s`)} / nullif(b, 0) AS mean, ${dialect.double(sql`q`)} / nullif(b, 0) AS square FROM sums
    )
    SELECT key, ${dialect.double(sql`s`)} AS bytes_total, mean AS bytes_mean,
           CASE WHEN b > 0 THEN sqrt(greatest(0, square - mean * mean)) END AS bytes_sd,
           n - pieces AS transfer_count, pieces / n AS piece_ratio
    FROM means`,
});

/** Who comes back without the cookie that a browser would send. */
export const cookies = defineExtractor({
  name: 'cookies',
  from: ['requests', 'days'],
  columns: {
    cookie_absence_ratio: share('Share of requests without a cookie.', '#without ÷ n', NO_COOKIE),
    max_day_without_cookie: count(
      'requests',
      'Most requests without a cookie on a day with more than 100 requests, fewer than one in five of them for a path of its own.',
      'max over such days; 0 without such a day',
      NO_COOKIE,
    ),
  },
  query: ({ requests, days }) => sql`
    WITH told AS (
      SELECT key, count(*) FILTER (cookie_id = -1) / nullif(count(cookie_id), 0) AS absence FROM ${requests!} GROUP BY key
    ), daily AS (
      SELECT key, max(without_cookie) FILTER (n > 100 AND paths * 5 < n) AS most FROM ${days!} GROUP BY key
    )
    SELECT t.key, t.absence AS cookie_absence_ratio,
           CASE WHEN t.absence IS NOT NULL THEN coalesce(d.most, 0) END AS max_day_without_cookie
    FROM told t JOIN daily d ON d.key = t.key`,
});

export const transferNodes: readonly PlanNode[] = [transfers, cookies];
