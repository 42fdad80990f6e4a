import { defineExtractor, type PlanNode, sql } from '@deeplogbot/core';
import { IS } from '../aggregates.js';
import { AGENT_FLAGS } from '../read/columns.js';
import { count, flag, NO_AGENT, NO_REFERRER, share } from './spec.js';

/** Of a proxy for the web, whose log has them from everybody, `CONNECT` says nothing. */
const FEW = 0.05;

/** Agents with fewer clients say nothing of the site's habits. */
const COMMON = 5;

/**
 * What a browser brings along: it loads what belongs to a page, says by which link it came, and shows a form before it sends
 * one. A program that only claims to be a browser leaves one of them out; what its site's visitors do by habit says which
 * of them can be told. A client *follows* a link from a page that it asked for itself. A *bare* one got pages, nothing that
 * belongs to them, followed no link, and has no copy of anything, since nothing was answered by 304.
 */
export const readers = defineExtractor({
  name: 'readers',
  from: ['requests', 'paths'],
  columns: {
    ua_graphical: flag('Claims to be a browser that draws pages.', 'any', NO_AGENT),
    bare_pages: count(
      'paths',
      'Distinct pages that a bare client got; 0 for others.',
      'distinct paths with 200 to 299',
    ),
    opened_pages: count(
      'paths',
      'Distinct pages opened without a referrer by a client that names referrers of images and styles and followed no link; 0 for others.',
      'distinct paths without a referrer',
      NO_REFERRER,
    ),
    agent_visitors: count('clients', 'Clients with the same agent that got a page.', 'clients', NO_AGENT),
    agent_bare_share: share(
      'Share of the bare among the clients with the same agent that got a page.',
      '#bare ÷ #got a page',
      `${NO_AGENT}, or nobody with it got a page`,
    ),
    site_bare_share: share(
      'Share of the clients of one agent that got pages and nothing else but an icon, for the agents with the least, which are those of people; the same for every client.',
      'first quartile over agents of browsers with five clients or more',
      'fewer than four such agents that claim to be browsers',
    ),
    site_asset_visitors: share(
      'Share of the browsers that follow links, or of those that got two pages, which load what belongs to pages, icons aside; the same for every client.',
      'the larger one of the two',
      'there are none',
    ),
    site_link_followers: share(
      'Share of the browsers that got three pages and what belongs to them which follow links; the same for every client.',
      '#followers ÷ #readers',
      `${NO_REFERRER}, or there are none`,
    ),
    browser_copies: count(
      'browsers',
      'How often one script or style was got whole: each browser behind the client needs one copy, and a program without a memory one for each page.',
      'max over paths of #200',
    ),
    pages_per_copy: count(
      'pages',
      'Pages asked for to each of these copies.',
      '#pages ÷ copies',
      'no script or style was got',
    ),
    linked_pages_ratio: share(
      'Share of the pages asked for by a link from a page that the client got before or after.',
      '#followed ÷ #pages',
      `${NO_REFERRER}, or no page was asked for`,
    ),
    blind_posts: count(
      'requests',
      'Log-ins and comments sent by a browser that never asked for a page, so that it saw no form; not from pages of other sites.',
      '#POST; 0 with a page asked for',
      NO_AGENT,
    ),
    bare_posts: count(
      'requests',
      'The same of a bare client, or one that only sent forms.',
      '#POST; 0 for others',
      NO_AGENT,
    ),
    attack_requests: count(
      'requests',
      'Requests that carry an attack on some program, and that no page of the site led to.',
      '#attack',
    ),
    proxy_requests: count(
      'requests',
      'Requests to be passed on to another host, where they are less than one in twenty of the log.',
      '#CONNECT',
    ),
  },
  query: ({ requests, paths }, { dialect }) => sql`
    WITH followers AS (
      SELECT r.key, r.agent_id, count(*) AS n FROM ${requests!} r JOIN ${paths!} p ON p.key = r.key AND p.path_id = r.referrer_path_id
      WHERE r.referrer_kind_id = 1 AND ${IS.page} GROUP BY r.key, r.agent_id
    ), pages AS (
      SELECT key, agent_id, count(*) AS got, count(*) FILTER (bare) AS opened FROM (
        SELECT key, agent_id, path_id, bool_or(referrer_kind_id = 0) AS bare FROM ${requests!}
        WHERE ${IS.page} AND status BETWEEN 200 AND 299 GROUP BY key, agent_id, path_id
      ) GROUP BY key, agent_id
    ), copies AS (
      SELECT key, agent_id, max(n) AS copies FROM (
        SELECT key, agent_id, path_id, count(*) AS n FROM ${requests!}
        WHERE ${IS.scriptOrStyle} AND status = 200 GROUP BY key, agent_id, path_id
      ) GROUP BY key, agent_id
    ), clients AS (
      SELECT key, agent_id, bool_or(agent_flags & ${AGENT_FLAGS.graphical} <> 0) AS graphical,
             count(*) FILTER (${IS.page}) AS views, count(*) FILTER (${IS.page} AND method = 'GET') AS asked, count(*) FILTER (status = 304) AS kept,
             count(*) FILTER (${IS.asset}) AS assets, count(*) FILTER (${IS.asset} AND NOT ${IS.favicon}) AS drawn,
             count(*) FILTER (${IS.asset} AND referrer_kind_id = 1) AS parts,
             count(referrer_kind_id) AS told,
             count(*) FILTER (method = 'POST' AND login > 0 AND coalesce(referrer_kind_id, 0) < 2
               AND agent_flags & ${AGENT_FLAGS.graphical} <> 0) AS sent,
             count(*) FILTER (attack = 1 AND coalesce(referrer_kind_id, 0) <> 1) AS attacks,
             count(*) FILTER (method = 'CONNECT') AS connects, count(*) AS n
      FROM ${requests!} GROUP BY key, agent_id
    ), habits AS (
      SELECT c.*, o.copies, f.n AS linked, coalesce(p.got, 0) AS got, coalesce(p.opened, 0) AS opened, f.n IS NOT NULL AS follows,
             p.got > 0 AND drawn = 0 AS plain, p.got > 0 AND assets = 0 AND kept = 0 AND f.n IS NULL AS bare
      FROM clients c LEFT JOIN pages p ON p.key = c.key AND p.agent_id = c.agent_id
      LEFT JOIN copies o ON o.key = c.key AND o.agent_id = c.agent_id
      LEFT JOIN followers f ON f.key = c.key AND f.agent_id = c.agent_id
    ), agents AS (
      SELECT agent_id, bool_or(graphical) AS graphical, count(*) FILTER (got > 0) AS visitors, count(*) FILTER (bare) AS bare, count(*) FILTER (plain) AS plain
      FROM habits WHERE agent_id >= 0 GROUP BY agent_id
    ), common AS (
      SELECT ${dialect.quantile(sql`plain / visitors`, 0.25)} AS quartile, count(*) AS n FROM agents WHERE graphical AND visitors >= ${COMMON}
    ), site AS (
      SELECT greatest(count(*) FILTER (graphical AND follows AND drawn > 0) / nullif(count(*) FILTER (graphical AND follows), 0),
               count(*) FILTER (graphical AND got > 1 AND drawn > 0) / nullif(count(*) FILTER (graphical AND got > 1), 0)) AS loaders,
             count(*) FILTER (graphical AND got > 2 AND parts > 0 AND follows)
               / nullif(count(*) FILTER (graphical AND got > 2 AND parts > 0), 0) AS followers,
             sum(told) AS told, sum(connects) < ${FEW} * sum(n) AS is_origin
      FROM habits
    )
    SELECT h.key, CAST(bool_or(h.graphical) AS INTEGER) AS ua_graphical,
           max(CASE WHEN h.bare THEN h.got ELSE 0 END) AS bare_pages,
           max(CASE WHEN s.told = 0 THEN NULL WHEN h.parts > 0 AND NOT h.follows THEN h.opened ELSE 0 END) AS opened_pages,
           max(a.visitors) AS agent_visitors, max(a.bare / nullif(a.visitors, 0)) AS agent_bare_share,
           max(CASE WHEN c.n >= 4 THEN c.quartile END) AS site_bare_share,
           max(s.loaders) AS site_asset_visitors,
           max(CASE WHEN s.told > 0 THEN s.followers END) AS site_link_followers,
           coalesce(max(h.copies), 0) AS browser_copies, sum(h.asked) / nullif(max(h.copies), 0) AS pages_per_copy,
           CASE WHEN max(s.told) > 0 THEN coalesce(sum(h.linked), 0) / nullif(sum(h.views), 0) END AS linked_pages_ratio,
           CASE WHEN count(a.agent_id) > 0 THEN sum(CASE WHEN h.asked = 0 THEN h.sent ELSE 0 END) END AS blind_posts,
           CASE WHEN count(a.agent_id) > 0 THEN sum(CASE WHEN h.assets = 0 AND h.kept = 0 AND NOT h.follows THEN h.sent ELSE 0 END) END AS bare_posts,
           sum(h.attacks) AS attack_requests,
           sum(CASE WHEN s.is_origin THEN h.connects ELSE 0 END) AS proxy_requests
    FROM habits h LEFT JOIN agents a ON a.agent_id = h.agent_id, common c, site s GROUP BY h.key`,
});

export const readerNodes: readonly PlanNode[] = [readers];
