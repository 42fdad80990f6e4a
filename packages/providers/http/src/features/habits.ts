import { defineAggregate, sql } from '@deeplogbot/core';
import { IS } from '../aggregates.js';
import { AGENT_FLAGS } from '../read/columns.js';

/**
 * What a browser brings along, one row per client and agent: it loads what belongs to a page, says by which link it came, and shows a
 * form before it sends one. A program that only claims to be a browser leaves one of them out.
 *
 * A client *follows* a link from a page that it asked for itself. A *lone* one loaded nothing that belongs to pages and has no copy of
 * anything, since nothing was answered by 304; a *bare* one is lone, got pages and followed no link.
 */
export const habits = defineAggregate({
  name: 'habits',
  from: ['requests', 'paths'],
  grain: ['key', 'agent_id'],
  query: ({ requests, paths }) => sql`
    WITH followers AS (
      SELECT r.key, r.agent_id, count(*) AS n FROM ${requests!} r JOIN ${paths!} p ON p.key = r.key AND p.path_id = r.referrer_path_id
      WHERE r.referrer_kind_id = 1 AND ${IS.page} GROUP BY r.key, r.agent_id
    ), pages AS (
      SELECT key, agent_id, count(*) AS got, count(*) FILTER (bare) AS opened FROM (
        SELECT key, agent_id, target_id, bool_or(referrer_kind_id = 0) AS bare FROM ${requests!}
        WHERE ${IS.page} AND status BETWEEN 200 AND 299 GROUP BY key, agent_id, target_id
      ) GROUP BY key, agent_id
    ), copies AS (
      SELECT key, agent_id, max(n) AS copies FROM (
        SELECT key, agent_id, path_id, count(*) AS n FROM ${requests!}
        WHERE ${IS.scriptOrStyle} AND status = 200 GROUP BY key, agent_id, path_id
      ) GROUP BY key, agent_id
    ), clients AS (
      SELECT key, agent_id, min(ip_id) AS ip_id, min(subnet_id) AS subnet_id, count(*) AS n,
             bool_or(agent_flags & ${AGENT_FLAGS.graphical} <> 0) AS graphical,
             bool_or(agent_flags & ${AGENT_FLAGS.declared + AGENT_FLAGS.headless} <> 0) AS robot,
             count(*) FILTER (${IS.page}) AS views, count(*) FILTER (${IS.page} AND method = 'GET') AS asked,
             count(*) FILTER (${IS.page} AND referrer_kind_id > 1) AS entered,
             count(*) FILTER (status = 304) AS kept, count(*) FILTER (${IS.asset}) AS assets,
             count(*) FILTER (${IS.asset} AND NOT ${IS.favicon}) AS drawn,
             count(*) FILTER (${IS.asset} AND referrer_kind_id = 1) AS parts,
             count(referrer_kind_id) AS told,
             count(*) FILTER (method = 'POST' AND login > 0 AND coalesce(referrer_kind_id, 0) < 2
               AND agent_flags & ${AGENT_FLAGS.graphical} <> 0) AS sent,
             count(*) FILTER (attack = 1 AND coalesce(referrer_kind_id, 0) <> 1) AS attacks,
             count(*) FILTER (method = 'CONNECT') AS connects
      FROM ${requests!} GROUP BY key, agent_id
    )
    SELECT c.*, o.copies, f.n AS linked, coalesce(p.got, 0) AS got, coalesce(p.opened, 0) AS opened, f.n IS NOT NULL AS follows,
           assets = 0 AND kept = 0 AS lone, coalesce(lone AND p.got > 0 AND f.n IS NULL, FALSE) AS bare
    FROM clients c LEFT JOIN pages p ON p.key = c.key AND p.agent_id = c.agent_id
    LEFT JOIN copies o ON o.key = c.key AND o.agent_id = c.agent_id
    LEFT JOIN followers f ON f.key = c.key AND f.agent_id = c.agent_id`,
});
