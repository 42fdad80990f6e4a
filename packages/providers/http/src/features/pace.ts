import { defineExtractor, float64, type PlanNode, sql } from '@deeplogbot/core';

import { count, exactSum, NO_GAP, NO_REFERRER, share } from './spec.js';

const seconds = (meaning: string, formula: string, nullWhen: string) =>
  float64({ unit: 's', min: 0, meaning, formula, nullWhen });

/** How fast requests follow one another, gaps g inside sessions only. */
export const gaps = defineExtractor({
  name: 'gaps',
  from: ['requests'],
  columns: {
    avg_request_interarrival_time: seconds('Mean time between requests of a session.', 'mean(g)', NO_GAP),
    std_interarrival: seconds('Spread of the time between requests.', 'population sd(g)', NO_GAP),
    cv_interarrival: float64({
      unit: '1',
      min: 0,
      meaning: 'How uneven the pauses are: 0 = a timer, 1 = independent arrivals, above = bursts.',
      formula: 'sd(g) ÷ mean(g)',
      nullWhen: `${NO_GAP}, or all gaps are 0`,
    }),
    median_interarrival: seconds('Median time between requests.', 'median(g)', NO_GAP),
    min_interarrival: seconds('Shortest time between requests.', 'min(g)', NO_GAP),
    gap_round_ratio: share(
      'Share of gaps within 50 ms of a whole number of seconds.',
      '#round ÷ #gaps',
      `${NO_GAP}, or the log has no fractions of seconds`,
    ),
  },
  query: ({ requests }, { dialect }) => sql`
    WITH precision AS (SELECT count(*) FILTER (ts_us % 1000000 <> 0) > 0 AS fine FROM ${requests!}),
    sums AS (
      SELECT key, count(gap_us) AS g, ${dialect.wide(sql`sum(gap_us)`)} AS s,
             sum(${dialect.wide(sql`gap_us`)} * gap_us) AS q, min(gap_us) AS least,
             ${dialect.quantile(sql`gap_us`, 0.5)} AS middle,
             count(*) FILTER (gap_us % 1000000 <= 50000 OR gap_us % 1000000 >= 950000) AS round
      FROM ${requests!} WHERE gap_us IS NOT NULL GROUP BY key
    ), moments AS (
      SELECT *, ${dialect.double(sql`s`)} / g / 1e6 AS mean, sqrt(${dialect.double(sql`g * q - s * s`)}) / g / 1e6 AS sd FROM sums
    )
    SELECT key, mean AS avg_request_interarrival_time, sd AS std_interarrival, sd / nullif(mean, 0) AS cv_interarrival,
           middle / 1e6 AS median_interarrival, least / 1e6 AS min_interarrival,
           CASE WHEN p.fine THEN m.round / m.g END AS gap_round_ratio
    FROM moments m, precision p`,
});

/** Sessions, peaks and days. */
export const pace = defineExtractor({
  name: 'pace',
  from: ['sessions', 'peaks', 'site'],
  columns: {
    session_count: count(
      'sessions',
      'Sessions of the client; 30 minutes of silence end one, unless `sessionWindow` says otherwise.',
      'sessions',
    ),
    duration: seconds('Time from first to last request of its sessions, added up.', 'Σ (end − start)', 'never'),
    requests_per_min: count('1/min', 'Requests per minute of session time.', 'n ÷ max(duration ÷ 60, 1 ÷ 60)'),
    click_rate: count('1/min', 'Page requests per minute of session time.', 'pages ÷ max(duration ÷ 60, 1 ÷ 60)'),
    max_session_requests: count('requests', 'Requests of the largest session.', 'max(n)'),
    max_session_requests_scaled: count(
      'requests',
      'The same, partial downloads and what a page asks for again and again counted once, for a site where a page view makes five requests or fewer.',
      'max(n) ÷ max(1, requests per view ÷ 5)',
    ),
    max_session_logins: count('requests', 'Most attempts to log in within one session.', 'max(#POST to a log-in)'),
    max_requests_10s: count('requests', 'Most requests in any 10 seconds.', 'sliding max'),
    max_requests_60s: count('requests', 'Most requests in any minute.', 'sliding max'),
    max_pages_60s: count('requests', 'Most pages in any minute, parts that a page loads left out.', 'sliding max'),
    burst_ratio: share('Share of all requests that fell into the busiest 10 seconds.', 'max_requests_10s ÷ n'),
    site_image_share: share(
      'Share of images among all requests of the site; the same for every client.',
      '#images ÷ n',
    ),
    site_requests_per_view: count(
      'requests',
      'Requests that a page view of the site makes; the same for every client.',
      'median over pages of requests within 10 s',
      'no session follows links of the site',
    ),
  },
  query: ({ sessions, peaks, site }) => sql`
    WITH totals AS (
      SELECT key, count(*) AS session_count, sum(n) AS n, sum(pages) AS pages, max(n) AS largest, max(whole) AS largest_whole,
             max(logins) AS logins,
             CAST(sum(end_us - start_us) AS DOUBLE) / 1e6 AS duration
      FROM ${sessions!} GROUP BY key
    )
    SELECT t.key, t.session_count, t.duration,
           t.n / greatest(t.duration / 60, 1 / 60) AS requests_per_min,
           t.pages / greatest(t.duration / 60, 1 / 60) AS click_rate,
           t.largest AS max_session_requests,
           t.largest_whole / greatest(1, coalesce(s.requests_per_view, 0) / 5) AS max_session_requests_scaled,
           t.logins AS max_session_logins,
           p.in_10s AS max_requests_10s, p.in_60s AS max_requests_60s, p.pages_60s AS max_pages_60s,
           p.in_10s / t.n AS burst_ratio, s.image_share AS site_image_share, s.requests_per_view AS site_requests_per_view
    FROM totals t JOIN ${peaks!} p ON p.key = t.key, ${site!} s`,
});

/** The client's most remarkable day. */
const dayPeaks = defineExtractor({
  name: 'day_peaks',
  from: ['days', 'site'],
  columns: {
    active_days: count('days', 'UTC days with a request.', 'days'),
    max_day_pages: count('requests', 'Pages of the busiest day, parts that a page loads left out.', 'max'),
    max_day_content: count('requests', 'Requests for pages, documents, data and archives on the busiest day.', 'max'),
    max_fast_day_no_referrer: count(
      'requests',
      'Most requests for content without a referrer on a day whose requests are less than 20 s apart on average, for a site where a page view makes five requests or fewer.',
      'max over such days ÷ max(1, requests per view ÷ 5); 0 without such a day',
      NO_REFERRER,
    ),
    max_fast_day_bare: count(
      'requests',
      'Most requests of any kind without a referrer on a day whose requests are less than 20 s apart on average.',
      'max over such days; 0 without such a day',
      NO_REFERRER,
    ),
  },
  query: ({ days, site }) => sql`
    SELECT key, count(*) AS active_days, max(pages) AS max_day_pages, max(content) AS max_day_content,
           CASE WHEN max(s.referrers) > 0 THEN
             coalesce(max(bare) FILTER (n > 1 AND span_us < 20000000 * (n - 1)), 0)
               / greatest(1, coalesce(max(s.requests_per_view), 0) / 5) END AS max_fast_day_no_referrer,
           CASE WHEN max(s.referrers) > 0 THEN
             coalesce(max(bare_all) FILTER (n > 1 AND span_us < 20000000 * (n - 1)), 0) END AS max_fast_day_bare
    FROM ${days!}, ${site!} s GROUP BY key`,
});

/** How pages follow one another in a session. */
const pageFlow = defineExtractor({
  name: 'page_flow',
  from: ['page_views'],
  columns: {
    time_per_page: seconds('Mean time between one page and the next.', 'mean(page gap)', 'no session with two pages'),
    max_session_pages: count('requests', 'Pages of the session with the most.', 'max'),
    sequential_ratio: share(
      'Share of consecutive pages from one folder.',
      '#same folder ÷ #pairs',
      'no session with two pages',
    ),
  },
  query: ({ page_views }) => sql`
    SELECT key, CAST(sum(gap_sum) AS DOUBLE) / nullif(sum(pairs), 0) / 1e6 AS time_per_page, max(pages) AS max_session_pages,
           sum(near) / nullif(sum(pairs), 0) AS sequential_ratio
    FROM (
      SELECT key, session, count(*) AS pages, count(gap_us) AS pairs, sum(gap_us) AS gap_sum,
             count(*) FILTER (folder_id = folder_before) AS near
      FROM ${page_views!} GROUP BY key, session
    ) GROUP BY key`,
});

/** Hours of the client's own clock where the log names its offset, else UTC. */
const clockHours = defineExtractor({
  name: 'clock_hours',
  from: ['requests'],
  columns: {
    night_ratio: share('Share of requests from 0 to 7 o’clock by the time the log is written in.', '#0–6 h ÷ n'),
    active_hours: count('hours', 'Hours of the day with a request.', 'distinct hours'),
    hour_entropy: share(
      'How evenly requests are spread over the hours they come in.',
      'H ÷ ln(active hours); 0 for one hour',
    ),
  },
  query: ({ requests }, { dialect }) => sql`
    WITH hours AS (
      SELECT key, hour, count(*) AS n FROM (
        SELECT key, (ts_us + CAST(coalesce(tz_offset_min, 0) AS BIGINT) * 60000000) // 3600000000 % 24 AS hour FROM ${requests!}
      ) GROUP BY key, hour
    )
    SELECT key, coalesce(sum(n) FILTER (hour < 7), 0) / sum(n) AS night_ratio,
           count(*) AS active_hours,
           CASE WHEN count(*) = 1 THEN 0
                ELSE greatest(0, least(1, (ln(sum(n)) - ${exactSum(dialect, sql`n * ln(n)`)} / sum(n)) / ln(count(*)))) END AS hour_entropy
    FROM hours GROUP BY key`,
});

export const paceNodes: readonly PlanNode[] = [gaps, pace, dayPeaks, pageFlow, clockHours];
