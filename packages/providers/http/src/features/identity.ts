import { defineAggregate, defineExtractor, type FeatureNode, type PlanNode, type Sql, sql } from '@deeplogbot/core';
import { AGENT_FLAGS } from '../read/columns.js';
import { factTable } from '../read/table.js';
import { count, flag, NO_AGENT, share } from './spec.js';

const has = (bit: number): Sql => sql`CAST(bool_or(agent_flags & ${bit} <> 0) AS INTEGER)`;

/** Flags of agents that are no browser or app. */
const PROGRAM =
  AGENT_FLAGS.missing + AGENT_FLAGS.nameless + AGENT_FLAGS.declared + AGENT_FLAGS.machine + AGENT_FLAGS.headless;

/** What the agents of a client say. */
export const agents = defineExtractor({
  name: 'agents',
  from: ['requests'],
  columns: {
    ua_missing: flag('Sent no user agent.', 'any', NO_AGENT),
    ua_nameless: flag('An agent that names nothing: “Mozilla/5.0” and no more.', 'any', NO_AGENT),
    ua_length: count('characters', 'Length of the longest agent.', 'max', NO_AGENT),
    ua_len_suspicious: flag('An agent longer than 400 or shorter than 25 characters.', 'any', NO_AGENT),
    ua_declared_bot: flag('Calls itself a crawler, monitor or other robot.', 'any', NO_AGENT),
    ua_machine: flag('A program that people run, such as curl, Wget, Python, R or Java.', 'any', NO_AGENT),
    ua_headless: flag('A browser without a screen.', 'any', NO_AGENT),
    ua_names_bot: flag('The agent contains “bot”, “crawler” or “spider”, whatever it is.', 'any', NO_AGENT),
    ua_ai: flag('A declared crawler for language models.', 'any', NO_AGENT),
    ua_stale: flag('A browser that was released more than five years before.', 'any', NO_AGENT),
    ua_impersonation: flag(
      'Claims to be a crawler whose operator publishes addresses, from another one.',
      'published ranges',
      NO_AGENT,
    ),
    ip_verified_bot: flag(
      'The address is one that the claimed operator publishes; 0 = it is not.',
      'published ranges',
      'claims no operator, or nothing published says',
    ),
  },
  query: ({ requests }) => sql`
    SELECT key, ${has(AGENT_FLAGS.missing)} AS ua_missing, ${has(AGENT_FLAGS.nameless)} AS ua_nameless,
           max(agent_length) AS ua_length,
           CAST(bool_or(agent_length > 400 OR agent_length < 25) AS INTEGER) AS ua_len_suspicious,
           ${has(AGENT_FLAGS.declared)} AS ua_declared_bot, ${has(AGENT_FLAGS.machine)} AS ua_machine,
           ${has(AGENT_FLAGS.headless)} AS ua_headless, ${has(AGENT_FLAGS.named)} AS ua_names_bot,
           ${has(AGENT_FLAGS.ai)} AS ua_ai,
           ${has(AGENT_FLAGS.stale)} AS ua_stale,
           ${has(AGENT_FLAGS.refuted)} AS ua_impersonation,
           CASE WHEN bool_or(agent_flags & ${AGENT_FLAGS.refuted} <> 0) THEN 0
                WHEN bool_or(agent_flags & ${AGENT_FLAGS.verified} <> 0) THEN 1 END AS ip_verified_bot
    FROM ${requests!} GROUP BY key`,
});

const NO_TABLE = 'no table of the user’s has the address';

/** Where the address of a client is. @param countries all countries of the tables, in order */
const networksOf = (countries: readonly string[]): FeatureNode =>
  defineExtractor({
    name: 'networks',
    from: ['requests'],
    columns: {
      is_datacenter: flag(
        'The address is one that a cloud publishes as its own, or, with `asnTable`, of a system that mostly hosts servers or a network that the table says hosts them: programs run there, and people come by way of proxies only.',
        'published ranges, bundled list of systems',
        'nothing says: IPv6 unless `hostingRanges` or a table has it, host names, and logs two years older or newer than the bundled list',
      ),
      is_residential_proxy: flag(
        'The connection of a household that is let to programs, as the column `is_residential_proxy` of `asnTable` says.',
        'the table of the user',
        `${NO_TABLE}, or it has no such column`,
      ),
      asn: {
        ...count('name', 'Number of the autonomous system that announces the address.', '`asnTable`', NO_TABLE),
        names: [],
      },
      country: { ...count('name', 'Country of the address.', '`geoTable`, `asnTable`', NO_TABLE), names: countries },
    },
    query: ({ requests }) => sql`
      SELECT c.key, c.hosting AS is_datacenter, n.residential AS is_residential_proxy, n.asn, n.country_id AS country
      FROM (SELECT key, max(hosting) AS hosting, max(network_id) AS network_id FROM ${requests!} GROUP BY key) c
      LEFT JOIN ${factTable('network')} n ON n.id = c.network_id`,
  });

/** One row per client, address and agent, which is one for each client unless it is an address alone. */
const standings = defineAggregate({
  name: 'standings',
  from: ['requests'],
  grain: ['key', 'ip_id', 'agent_id'],
  query: ({ requests }) => sql`
    SELECT key, ip_id, subnet_id, agent_id, count(*) AS n, max(agent_flags) AS flags
    FROM ${requests!} GROUP BY key, ip_id, subnet_id, agent_id`,
});

/** One row per address: how many agents were there, and how many of them were visitors. */
export const addresses = defineAggregate({
  name: 'addresses',
  from: ['standings'],
  grain: ['ip_id'],
  query: ({ standings }) => sql`
    SELECT ip_id, count(*) FILTER (agent_id >= 0) AS agents, count(*) FILTER (visits) AS visitors FROM (
      SELECT ip_id, agent_id, bool_or(agent_id >= 0 AND n > 2 AND flags & ${PROGRAM} = 0) AS visits
      FROM ${standings!} GROUP BY ip_id, agent_id
    ) GROUP BY ip_id`,
});

/** One row per network. */
export const subnets = defineAggregate({
  name: 'subnets',
  from: ['standings'],
  grain: ['subnet_id'],
  query: ({ standings }) => sql`
    SELECT subnet_id, count(*) AS ips, sum(n) AS n FROM (
      SELECT subnet_id, ip_id, sum(n) AS n FROM ${standings!} GROUP BY subnet_id, ip_id
    ) GROUP BY subnet_id`,
});

/**
 * Who else is at the client's address, in its network, and behind its agent. Its groups are tables of their own, and what is distinct
 * a group: of two million addresses all of it at once does not fit into the memory of a small machine.
 */
export const neighbours = defineExtractor({
  name: 'neighbours',
  from: ['standings', 'addresses', 'subnets'],
  columns: {
    distinct_uas: count('agents', 'Agents seen at the address.', 'distinct', NO_AGENT),
    address_visitors: count(
      'agents',
      'Agents of browsers and apps that made more than two requests at the address: twenty and more are a proxy or a large office.',
      'distinct',
      NO_AGENT,
    ),
    distinct_ips_same_ua: count(
      'addresses',
      'Addresses that share the agent, where it makes less than 0.1 % of the requests.',
      'distinct',
      `${NO_AGENT}, or the agent is common`,
    ),
    subnet_share: share(
      'Requests of the client among those of its network (/24, or /48 of IPv6).',
      'n ÷ n of the network',
    ),
    subnet_ips: count('addresses', 'Addresses seen in the network.', 'distinct'),
  },
  query: ({ standings, addresses, subnets }) => sql`
    WITH agents AS (
      SELECT agent_id, count(*) AS ips, sum(n) AS n FROM (
        SELECT agent_id, ip_id, sum(n) AS n FROM ${standings!} WHERE agent_id >= 0 GROUP BY agent_id, ip_id
      ) GROUP BY agent_id
    ), total AS (SELECT sum(n) AS n FROM ${standings!})
    SELECT p.key, nullif(max(i.agents), 0) AS distinct_uas,
           CASE WHEN max(i.agents) > 0 THEN max(i.visitors) END AS address_visitors,
           max(CASE WHEN a.n * 1000 < t.n THEN a.ips END) AS distinct_ips_same_ua,
           sum(p.n) / min(s.n) AS subnet_share, max(s.ips) AS subnet_ips
    FROM ${standings!} p JOIN ${addresses!} i ON i.ip_id = p.ip_id JOIN ${subnets!} s ON s.subnet_id = p.subnet_id
    LEFT JOIN agents a ON a.agent_id = p.agent_id, total t
    GROUP BY p.key`,
});

/** @param countries see {@link networksOf} */
export const identityNodes = (countries: readonly string[]): readonly PlanNode[] => [
  agents,
  networksOf(countries),
  standings,
  addresses,
  subnets,
  neighbours,
];
