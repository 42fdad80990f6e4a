import { type Engine, identifier, join, type KeyDirectory, type Sql, sql } from '@deeplogbot/core';
import type { ResolvedHttpOptions } from '../options.js';
import type { Clients } from './clients.js';
import type { StoredColumn } from './columns.js';
import { loadList } from './table.js';

const DIRECTORY = identifier('deeplogbot_http_directory');

/** Column of the log with the number of the pair of address and agent. */
export const PAIR = 'pair_id' satisfies StoredColumn;

/** How the texts of clients are made of their codes. */
export interface ClientTexts {
  /** What is to stand behind FROM, with their aliases. */
  readonly lists: readonly Sql[];
  /** Name of a client by the codes of its address and of its agent. */
  client(ip: Sql, agentPlace: Sql): Sql;
  /** What is written for an address: its hash, or where that is wanted itself. */
  ip(ip: Sql): Sql;
}

/**
 * Loads what the names of clients are made of. A log has millions of them, and lists cannot be spilled, so they hold
 * sixteen bytes for an address; the text is made where it is wanted.
 */
export async function loadClientTexts(
  engine: Engine,
  clients: Clients,
  { keepIp, clientKey }: Pick<ResolvedHttpOptions, 'keepIp' | 'clientKey'>,
): Promise<ClientTexts> {
  const lists = [sql`${await loadList(engine, 'ip_hash', clients.ipHashes(), 'UUID')} AS l_ip_hash`];
  const hash = (ip: Sql) => sql`replace(CAST(l_ip_hash.items[${ip} + 1] AS VARCHAR), '-', '')`;
  if (keepIp) lists.push(sql`${await loadList(engine, 'ip', clients.ips())} AS l_ip`);
  if (clientKey === 'ip+agent') {
    lists.push(sql`${await loadList(engine, 'agent_hash', clients.agentHashes())} AS l_agent_hash`);
  }
  return {
    lists,
    ip: (ip) => (keepIp ? sql`l_ip.items[${ip} + 1]` : hash(ip)),
    client: (ip, place) => {
      if (clientKey === 'ip') return hash(ip);
      const name = sql`substr(${hash(ip)}, 1, 20) || '-' || l_agent_hash.items[${place} + 1]`;
      return sql`CASE WHEN ${place} < 0 THEN ${hash(ip)} ELSE ${name} END`;
    },
  };
}

/** All clients by the number of their pair. `pairs` is a table with `id` and the facts of each; the agents are a list. */
export async function clientDirectory(
  engine: Engine,
  clients: Clients,
  { pairs, agents, texts }: { readonly pairs: Sql; readonly agents: Sql; readonly texts: ClientTexts },
): Promise<KeyDirectory> {
  const [ip, place] = [sql`CAST(f.ip_id AS INTEGER)`, sql`CAST(f.agent_place AS INTEGER)`];
  const from = join([sql`${pairs} f`, sql`${agents} AS l_agent`, ...texts.lists], ', ');
  await engine.run(sql`
    CREATE OR REPLACE TEMP VIEW ${DIRECTORY} AS
    SELECT CAST(f.id AS INTEGER) AS code, nullif(${texts.client(ip, place)}, '') AS key_text,
           ${texts.ip(ip)} AS country, l_agent.items[CAST(f.agent_id AS INTEGER) + 1] AS city
    FROM ${from}`);
  const stands = { location: 'client', country: 'ip', city: 'user_agent' };
  return { code: PAIR, table: DIRECTORY, size: clients.count, stands };
}
