import { defineExtractor, sql } from '@deeplogbot/core';
import { count, NO_AGENT, share } from './spec.js';

/** How many of those with the client's agent, or in its network, are bare as it is: a fleet shares one or the other. */
export const fleets = defineExtractor({
  name: 'fleets',
  from: ['habits'],
  columns: {
    agent_visitors: count('clients', 'Clients with the same agent that got a page.', 'clients', NO_AGENT),
    agent_bare_share: share(
      'Share of the bare among the clients with the same agent that got a page.',
      '#bare ÷ #got a page',
      `${NO_AGENT}, or nobody with it got a page`,
    ),
    network_visitors: count(
      'addresses',
      'Addresses of the network (/24, or /48 of IPv6) where a browser got a page.',
      'addresses',
      'no browser there got a page',
    ),
    network_bare_share: share(
      'Share of these addresses whose browsers all are bare.',
      '#bare ÷ #got a page',
      'no browser there got a page',
    ),
  },
  query: ({ habits }) => sql`
    WITH agents AS (
      SELECT agent_id, count(*) FILTER (got > 0) AS visitors, count(*) FILTER (bare) AS bare
      FROM ${habits!} WHERE agent_id >= 0 GROUP BY agent_id
    ), networks AS (
      SELECT subnet_id, count(*) AS visitors, count(*) FILTER (bare) AS bare FROM (
        SELECT subnet_id, ip_id, bool_and(bare) AS bare FROM ${habits!} WHERE got > 0 AND graphical GROUP BY subnet_id, ip_id
      ) GROUP BY subnet_id
    )
    SELECT h.key, max(a.visitors) AS agent_visitors, max(a.bare / nullif(a.visitors, 0)) AS agent_bare_share,
           max(n.visitors) AS network_visitors, max(n.bare / n.visitors) AS network_bare_share
    FROM ${habits!} h LEFT JOIN agents a ON a.agent_id = h.agent_id LEFT JOIN networks n ON n.subnet_id = h.subnet_id GROUP BY h.key`,
});
