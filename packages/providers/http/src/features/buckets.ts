import { defineExtractor, type PlanNode, type Sql, sql } from '@deeplogbot/core';
import { IS } from '../aggregates.js';
import { count, NO_AGENT } from './spec.js';

/**
 * How full a leaky bucket gets that one event fills by 1 and that loses 1 each `leakUs`.
 *
 * With events i = 1, 2, … at tᵢ the level behind event i is 1 + max over j ≤ i of (i − j) − (tᵢ − tⱼ) ÷ leak: the
 * bucket was last empty at the j that attains it. In integers, times `leakUs`, so that no rounding depends on order.
 * A rule with capacity c fires above c. Each thing is counted where it is first seen, so `events` has one row for each.
 */
const fullest = (events: Sql, group: Sql, leakUs: number): Sql => sql`
  SELECT ${group}, max(level) / ${leakUs} AS level FROM (
    SELECT ${group}, filled - min(filled) OVER (PARTITION BY ${group} ORDER BY i ROWS UNBOUNDED PRECEDING) + ${leakUs} AS level
    FROM (
      SELECT ${group}, i, i * ${leakUs} - ts_us AS filled FROM (
        SELECT ${group}, ts_us, row_number() OVER (PARTITION BY ${group} ORDER BY ts_us, thing) AS i FROM ${events}
      )
    )
  ) GROUP BY ${group}`;

const firstPaths = (requests: Sql, condition: Sql): Sql => sql`(
  SELECT key, path_id AS thing, min(ts_us) AS ts_us FROM ${requests} WHERE path_id >= 0 AND ${condition} GROUP BY key, session, path_id)`;

const level = (what: string, leak: string, nullWhen = 'never') =>
  count(
    '1',
    `Fullest state of a bucket that each ${what} fills by one and that loses one per ${leak}; 0 = none.`,
    'max level',
    nullWhen,
  );

/** An agent that makes more requests than this at an address is somebody's browser, of whom many may share it. */
const SWITCHED = 2;

/** What is not there for the client; images and styles that a page of the site names, or nobody knows who, are the site's own mistake. */
const MISSED = sql`status IN (400, 403, 404) AND NOT (${IS.asset} AND coalesce(referrer_kind_id = 1, TRUE))`;

/** Leaky buckets after the HTTP scenarios of the CrowdSec hub. */
export const buckets = defineExtractor({
  name: 'buckets',
  from: ['requests'],
  columns: {
    crawl_level: level('new path that is no asset and that no page asks for by itself', '0.5 s'),
    probing_level: level('new path answered with 400, 403 or 404, and that no page loads by itself,', '10 s'),
    sensitive_level: level('new path to a secret or a console', '5 s'),
    agent_switching_level: level('new agent at the address with two requests or fewer', '8 s', NO_AGENT),
  },
  query: ({ requests }) => sql`
    WITH first_agents AS (
      SELECT ip_id, agent_id AS thing, min(ts_us) AS ts_us FROM ${requests!} WHERE agent_id >= 0
      GROUP BY ip_id, agent_id HAVING count(*) <= ${SWITCHED}
    ),
    switching AS (${fullest(sql`first_agents`, sql`ip_id`, 8_000_000)}),
    levels AS (
      SELECT key, min(ip_id) AS ip_id, count(agent_length) AS agents, NULL AS crawl, NULL AS probing, NULL AS sensitive
      FROM ${requests!} GROUP BY key
      UNION ALL SELECT key, NULL, NULL, level, NULL, NULL FROM (${fullest(firstPaths(requests!, sql`NOT ${IS.asset} AND (is_view OR NOT coalesce(referrer_kind_id = 1, FALSE))`), sql`key`, 500_000)})
      UNION ALL SELECT key, NULL, NULL, NULL, level, NULL FROM (${fullest(firstPaths(requests!, MISSED), sql`key`, 10_000_000)})
      UNION ALL SELECT key, NULL, NULL, NULL, NULL, level FROM (${fullest(firstPaths(requests!, sql`sensitive > 0`), sql`key`, 5_000_000)})
    ), k AS (
      SELECT key, max(ip_id) AS ip_id, max(agents) AS agents, max(crawl) AS crawl, max(probing) AS probing, max(sensitive) AS sensitive
      FROM levels GROUP BY key
    )
    SELECT k.key, coalesce(k.crawl, 0) AS crawl_level, coalesce(k.probing, 0) AS probing_level,
           coalesce(k.sensitive, 0) AS sensitive_level, CASE WHEN k.agents > 0 THEN coalesce(w.level, 0) END AS agent_switching_level
    FROM k LEFT JOIN switching w ON w.ip_id = k.ip_id`,
});

export const bucketNodes: readonly PlanNode[] = [buckets];
