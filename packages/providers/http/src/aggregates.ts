import { type Aggregate, defineAggregate, type Sql, sql } from '@deeplogbot/core';
import { AGENT_FLAGS } from './read/columns.js';
import { factTable } from './read/table.js';
import { LOGIN, RESOURCES, type Resource } from './read/target.js';

/** Columns of the log that the nodes read, beside those that `events` always has. */
export const EVENT_COLUMNS = [
  'pair_id',
  'target_id',
  'path_id',
  'template_id',
  'folder_id',
  'query_id',
  'item_number',
  'depth',
  'resource_id',
  'sensitive',
  'login',
  'trap',
  'robots_text',
  'attack',
  'bad_request',
  'garbage',
  'protocol',
  'host_id',
  'cookie_id',
  'node_id',
  'parent_id',
  'topic_item',
  'http_status',
  'referrer_kind_id',
  'referrer_path_id',
  'tz_offset_min',
  'source_id',
  'line_no',
] as const;

/** A silence longer than this ends a session, microseconds. */
export const IDLE_US = 30 * 60 * 1_000_000;

/** Pieces of one file that follow one another within this are one transfer, microseconds. */
const PIECE_US = 10 * 60 * 1_000_000;

/** A page asked for so soon after another request, with the site itself as its referrer, is part of what a page loads, microseconds. */
const PART_US = 1_000_000;

/** What ends a session: a silence of 30 minutes, the hour or the UTC day, or nothing. */
export const SESSION_WINDOWS = ['idle', 'hour', 'day', 'total'] as const;
export type SessionWindow = (typeof SESSION_WINDOWS)[number];

const WINDOW_US: Readonly<Record<SessionWindow, number>> = {
  idle: 0,
  hour: 3_600_000_000,
  day: 86_400_000_000,
  total: 0,
};

/** Whether a request goes on with the session of the one before it, `since_us` earlier. */
function sameSession(window: SessionWindow): Sql {
  if (window === 'total') return sql`since_us IS NOT NULL`;
  if (window === 'idle') return sql`since_us <= ${IDLE_US}`;
  return sql`ts_us // ${WINDOW_US[window]} = (ts_us - since_us) // ${WINDOW_US[window]}`;
}

const ids = (...resources: readonly Resource[]): Sql =>
  sql`resource_id IN (${resources.map((resource) => RESOURCES.indexOf(resource))})`;

/** Conditions on the kind of what was asked for. */
export const IS = {
  page: ids('page'),
  image: ids('asset-image', 'favicon'),
  asset: ids('asset-image', 'asset-style', 'asset-script', 'asset-font', 'asset-other', 'favicon'),
  scriptOrStyle: ids('asset-style', 'asset-script'),
  document: ids('document'),
  archive: ids('archive'),
  data: ids('data'),
  media: ids('media'),
  binary: ids('archive', 'media', 'document'),
  download: ids('data', 'archive', 'document'),
  /** What a visitor asks for, as opposed to what a page asks for by itself. */
  content: ids('page', 'document', 'data', 'archive'),
  robots: ids('robots'),
  sitemap: ids('sitemap'),
  favicon: ids('favicon'),
  feed: ids('feed'),
} as const;

/** What is known of who asked; joined, since of millions of clients a look-up in lists takes longer. */
const CLIENT = sql`c.ip_id, c.subnet_id, c.agent_id, c.agent_flags, c.agent_length, c.hosting, c.network_id`;

/** The same path again, asked for by a page of the site or by nobody knows whom. */
const AGAIN = sql`(since_same_us IS NOT NULL AND coalesce(referrer_kind_id, 1) = 1)`;

/** Every request with its client, as it was asked. */
const asked = defineAggregate({
  name: 'asked',
  from: ['events'],
  grain: ['key', 'source_id', 'line_no'],
  query: ({ events }, { dialect }) => sql`
    SELECT e.* EXCLUDE (pair_id, year, "user", project, file), ${dialect.epochUs(sql`ts`)} AS ts_us, ${CLIENT}
    FROM ${events!} e JOIN ${factTable('client')} c ON c.id = e.pair_id`,
});

/**
 * What came before each request of `asked`, row by row in its order: `since_us` the time since the client's request before,
 * `since_same_us` since it asked for the same path, `status_before` what the one before got. `session` numbers the client's
 * sessions from 1; `goes_on`: the request is not the first of its session. By itself, because three sorts of a few columns and one
 * back into their order cost less than three of all columns.
 */
const stepsOf = (window: SessionWindow = 'idle'): Aggregate =>
  defineAggregate({
    name: 'steps',
    from: ['asked'],
    grain: ['key', 'source_id', 'line_no'],
    query: ({ asked }) => sql`
    WITH ordered AS (
      SELECT rowid AS row_place, key, ts_us, source_id, line_no,
             ts_us - lag(ts_us) OVER w AS since_us, lag(http_status) OVER w AS status_before,
             CASE WHEN path_id >= 0 THEN ts_us - lag(ts_us) OVER same END AS since_same_us
      FROM ${asked!}
      WINDOW w AS (PARTITION BY key ORDER BY ts_us, source_id, line_no),
             same AS (PARTITION BY key, path_id, host_id, http_status IS NOT DISTINCT FROM 206 ORDER BY ts_us, source_id, line_no)
    ), linked AS (
      SELECT *, coalesce(${sameSession(window)}, FALSE) AS goes_on FROM ordered
    )
    SELECT * EXCLUDE (row_place, key, ts_us, source_id, line_no) FROM (
      SELECT *, CAST(sum(CASE WHEN goes_on THEN 0 ELSE 1 END) OVER (
        PARTITION BY key ORDER BY ts_us, source_id, line_no ROWS UNBOUNDED PRECEDING) AS INTEGER) AS session
      FROM linked
    ) ORDER BY row_place`,
  });

/**
 * Every request: `session` numbers the client's sessions from 1, `gap_us` is the time since the
 * request before in the same session, `previous_status` what that one got. `piece`: it goes on with a partial download.
 * `again`: a page of the site, or nobody knows who, asks for a path that the client asked for before, as what is left open does.
 * `is_view`: a visitor, and not the page before, asked for this page.
 */
const requests = defineAggregate({
  name: 'requests',
  from: ['asked', 'steps'],
  grain: ['key', 'source_id', 'line_no'],
  query: ({ asked, steps }) => sql`
    SELECT r.* EXCLUDE (http_status), http_status AS status,
           CASE WHEN goes_on THEN since_us END AS gap_us,
           CASE WHEN goes_on THEN status_before END AS previous_status,
           coalesce(http_status = 206 AND since_same_us <= ${PIECE_US}, FALSE) AS piece,
           ${AGAIN} AS again,
           coalesce(${IS.page} AND NOT ${AGAIN} AND NOT (referrer_kind_id = 1 AND goes_on AND since_us < ${PART_US}), ${IS.page}, FALSE) AS is_view,
           session
    FROM ${asked!} r POSITIONAL JOIN ${steps!}`,
});

/** One row per session. */
const sessions = defineAggregate({
  name: 'sessions',
  from: ['requests'],
  grain: ['key', 'session'],
  query: ({ requests }) => sql`
    SELECT key, session, count(*) AS n, count(*) FILTER (NOT piece AND NOT again) AS whole,
           count(*) FILTER (method = 'POST' AND (login = ${LOGIN.page} OR login = ${LOGIN.interface} AND agent_flags & ${AGENT_FLAGS.machine} = 0)) AS logins, count(*) FILTER (${IS.page}) AS pages, count(*) FILTER (${IS.image}) AS images,
           min(ts_us) AS start_us, max(ts_us) AS end_us,
           count(*) FILTER (referrer_kind_id = 1) AS own_referrers
    FROM ${requests!} GROUP BY key, session`,
});

/** One row per client and UTC day; gaps inside the day only. */
const days = defineAggregate({
  name: 'days',
  from: ['requests'],
  grain: ['key', 'day'],
  query: ({ requests }, { dialect }) => sql`
    SELECT key, ${dialect.truncate('day', sql`ts`)} AS day, count(*) AS n,
           count(*) FILTER (is_view) AS pages, count(*) FILTER (${IS.content} AND NOT piece) AS content,
           count(*) FILTER (${IS.content} AND NOT piece AND referrer_kind_id = 0) AS bare,
           count(*) FILTER (referrer_kind_id = 0) AS bare_all,
           max(ts_us) - min(ts_us) AS span_us, count(DISTINCT path_id) AS paths,
           count(*) FILTER (cookie_id = -1) AS without_cookie, count(cookie_id) AS told_cookies
    FROM ${requests!} GROUP BY ALL`,
});

/** One row per client and path. */
const paths = defineAggregate({
  name: 'paths',
  from: ['requests'],
  grain: ['key', 'path_id'],
  query: ({ requests }) => sql`
    SELECT key, path_id, count(*) AS n FROM ${requests!} WHERE path_id >= 0 GROUP BY key, path_id`,
});

/** Pages that a visitor asked for, with what came before them in the session. */
const pageViews = defineAggregate({
  name: 'page_views',
  from: ['requests'],
  grain: ['key', 'session', 'ts_us'],
  query: ({ requests }) => sql`
    SELECT key, session, ts_us, folder_id, ts_us - lag(ts_us) OVER w AS gap_us,
           lag(folder_id) OVER w AS folder_before
    FROM ${requests!} WHERE is_view
    WINDOW w AS (PARTITION BY key, session ORDER BY ts_us, source_id, line_no)`,
});

/** Busiest ten seconds and minute of each client, any request and pages. */
const peaks = defineAggregate({
  name: 'peaks',
  from: ['requests'],
  grain: ['key'],
  query: ({ requests }) => sql`
    SELECT key, max(in_10s) AS in_10s, max(in_60s) AS in_60s, max(pages_60s) AS pages_60s
    FROM (
      SELECT key, count(*) OVER ten AS in_10s, count(*) OVER sixty AS in_60s, count(*) FILTER (is_view) OVER sixty AS pages_60s
      FROM ${requests!}
      WINDOW ten AS (PARTITION BY key ORDER BY ts_us RANGE BETWEEN 9999999 PRECEDING AND CURRENT ROW),
             sixty AS (PARTITION BY key ORDER BY ts_us RANGE BETWEEN 59999999 PRECEDING AND CURRENT ROW)
    ) GROUP BY key`,
});

/**
 * One row for the whole site: share of images among all requests, and how many requests follow a page view: the median
 * over pages, in sessions that follow links of the site, of requests in the 10 s that begin with the page. NULL without any.
 */
const site = defineAggregate({
  name: 'site',
  from: ['requests', 'sessions'],
  grain: [],
  query: ({ requests, sessions }, { dialect }) => sql`
    WITH views AS (
      SELECT session, key, is_page, count(*) OVER (
        PARTITION BY key, session ORDER BY ts_us RANGE BETWEEN CURRENT ROW AND 9999999 FOLLOWING) AS followed
      FROM (SELECT *, ${IS.page} AS is_page FROM ${requests!})
    ), linked AS (
      SELECT v.followed FROM views v JOIN ${sessions!} s ON s.key = v.key AND s.session = v.session
      WHERE v.is_page AND s.own_referrers > 0
    )
    SELECT (SELECT count(*) FILTER (${IS.image}) / count(*) FROM ${requests!}) AS image_share,
           (SELECT count(referrer_kind_id) FROM ${requests!}) AS referrers,
           (SELECT ${dialect.quantile(sql`followed`, 0.5)} FROM linked) AS requests_per_view`,
});

/** Everything the features of this provider are computed from. */
export const aggregatesOf = (window: SessionWindow): readonly Aggregate[] => [
  asked,
  stepsOf(window),
  requests,
  sessions,
  days,
  paths,
  pageViews,
  peaks,
  site,
];
