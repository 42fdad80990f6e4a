import { defineExtractor, type PlanNode, sql } from '@deeplogbot/core';
import { fleets } from './fleets.js';
import { habits } from './habits.js';
import { count, flag, NO_AGENT, NO_REFERRER, share } from './spec.js';

/** Of a proxy for the web, whose log has them from everybody, `CONNECT` says nothing. */
const FEW = 0.05;

/** Agents with fewer clients say nothing of the site's habits. */
const COMMON = 5;

/** Which of the {@link habits} of browsers a client lacks, and what the site's visitors do, which says which of them can be told. */
export const readers = defineExtractor({
  name: 'readers',
  from: ['habits'],
  columns: {
    ua_graphical: flag('Claims to be a browser that draws pages.', 'any', NO_AGENT),
    bare_pages: count(
      'pages',
      'Distinct pages that a bare client got, told apart by path and query; 0 for others.',
      'distinct targets with 200 to 299',
    ),
    lone_pages: count(
      'pages',
      'The same of a client that may have followed links: all it got is pages.',
      'distinct targets with 200 to 299',
    ),
    opened_pages: count(
      'pages',
      'Distinct pages opened without a referrer by a client that names referrers of images and styles and followed no link; 0 for others.',
      'distinct targets without a referrer',
      NO_REFERRER,
    ),
    entered_pages: count(
      'requests',
      'Pages asked for by a link from another site, such as a search engine.',
      '#pages from elsewhere',
      NO_REFERRER,
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
  query: ({ habits }, { dialect }) => sql`
    WITH common AS (
      SELECT ${dialect.quantile(sql`plain / visitors`, 0.25)} AS quartile, count(*) AS n FROM (
        SELECT bool_or(graphical) AS graphical, count(*) FILTER (got > 0) AS visitors, count(*) FILTER (got > 0 AND drawn = 0) AS plain
        FROM ${habits!} WHERE agent_id >= 0 GROUP BY agent_id
      ) WHERE graphical AND visitors >= ${COMMON}
    ), site AS (
      SELECT greatest(count(*) FILTER (graphical AND follows AND drawn > 0) / nullif(count(*) FILTER (graphical AND follows), 0),
               count(*) FILTER (graphical AND got > 1 AND drawn > 0) / nullif(count(*) FILTER (graphical AND got > 1), 0)) AS loaders,
             count(*) FILTER (graphical AND got > 2 AND parts > 0 AND follows)
               / nullif(count(*) FILTER (graphical AND got > 2 AND parts > 0), 0) AS followers,
             sum(told) AS told, sum(connects) < ${FEW} * sum(n) AS is_origin
      FROM ${habits!}
    )
    SELECT h.key, CAST(bool_or(h.graphical) AS INTEGER) AS ua_graphical,
           max(CASE WHEN h.bare THEN h.got ELSE 0 END) AS bare_pages, max(CASE WHEN h.lone THEN h.got ELSE 0 END) AS lone_pages,
           max(CASE WHEN s.told = 0 THEN NULL WHEN h.parts > 0 AND NOT h.follows THEN h.opened ELSE 0 END) AS opened_pages,
           CASE WHEN max(s.told) > 0 THEN sum(h.entered) END AS entered_pages,
           max(CASE WHEN c.n >= 4 THEN c.quartile END) AS site_bare_share,
           max(s.loaders) AS site_asset_visitors,
           max(CASE WHEN s.told > 0 THEN s.followers END) AS site_link_followers,
           coalesce(max(h.copies), 0) AS browser_copies, sum(h.asked) / nullif(max(h.copies), 0) AS pages_per_copy,
           CASE WHEN max(s.told) > 0 THEN coalesce(sum(h.linked), 0) / nullif(sum(h.views), 0) END AS linked_pages_ratio,
           CASE WHEN max(h.agent_id) >= 0 THEN sum(CASE WHEN h.asked = 0 THEN h.sent ELSE 0 END) END AS blind_posts,
           CASE WHEN max(h.agent_id) >= 0 THEN sum(CASE WHEN h.lone AND NOT h.follows THEN h.sent ELSE 0 END) END AS bare_posts,
           sum(h.attacks) AS attack_requests,
           sum(CASE WHEN s.is_origin THEN h.connects ELSE 0 END) AS proxy_requests
    FROM ${habits!} h, common c, site s GROUP BY h.key`,
});

export const readerNodes: readonly PlanNode[] = [habits, readers, fleets];
