import { type Engine, identifier, type KeyDirectory, type Sql, sql } from '@deeplogbot/core';
import type { ResolvedHttpOptions } from '../options.js';
import type { Clients } from './clients.js';
import type { StoredColumn } from './columns.js';
import type { Lookups } from './lookups.js';
import { type LoadedTexts, loadTexts } from './table.js';

const DIRECTORY = identifier('deeplogbot_http_directory');

/** Column of the log with the number of the pair of address and agent. */
export const PAIR = 'pair_id' satisfies StoredColumn;

/** How the texts of clients are made of their codes. */
export interface ClientTexts {
  readonly texts: Readonly<Record<string, LoadedTexts>>;
  /** Name of a client. */
  client(lookups: Lookups): Sql;
  /** What is written for an address: its hash, or where that is wanted itself. */
  ip(lookups: Lookups): Sql;
  /** The clients of all pairs; undefined where an address alone is a client. */
  readonly keys?: KeyDirectory;
}

/**
 * Loads what the names of clients are made of: of a log's millions of addresses sixteen bytes each, and the text is made
 * where it is wanted. `pairs` and `agents` are tables with the facts of pairs and the texts of agents.
 */
export async function loadClientTexts(
  engine: Engine,
  clients: Clients,
  { keepIp, clientKey }: Pick<ResolvedHttpOptions, 'keepIp' | 'clientKey'>,
  { pairs, agents }: { readonly pairs: Sql; readonly agents: Sql },
): Promise<ClientTexts> {
  const hashes = await loadTexts(engine, 'ip_hash', clients.ipHashes(), 'UUID');
  const ips = keepIp ? await loadTexts(engine, 'ip', clients.ips()) : undefined;
  const ends = await loadTexts(engine, 'agent_hash', clients.agentHashes());
  const nameOf = (hash: Sql, end: Sql) =>
    clientKey === 'ip' ? hash : sql`coalesce(substr(${hash}, 1, 20) || '-' || ${end}, ${hash})`;
  const hashOf = (lookups: Lookups) => hex(lookups.text('ip_hash', lookups.fact('client', 'ip_id')));
  const keys = sql`
    SELECT p.id AS code, ${nameOf(hex(sql`h.value`), sql`e.value`)} AS key_text,
           ${ips ? sql`i.value` : hex(sql`h.value`)} AS country, a.value AS city
    FROM ${pairs} p JOIN ${hashes.rows} h ON h.code = p.ip_id ${ips ? sql`JOIN ${ips.rows} i ON i.code = p.ip_id` : sql``}
    LEFT JOIN ${ends.rows} e ON e.code = p.agent_place LEFT JOIN ${agents} a ON a.code = p.agent_id`;
  if (clientKey === 'ip+agent') await engine.run(sql`CREATE OR REPLACE TEMP VIEW ${DIRECTORY} AS ${keys}`);
  const stands = { location: 'client', country: 'ip', city: 'user_agent' };
  return {
    texts: { ip_hash: hashes, agent_hash: ends, ...(ips && { ip: ips }) },
    ip: (lookups) => (ips ? lookups.text('ip', lookups.fact('client', 'ip_id')) : hashOf(lookups)),
    client: (lookups) => nameOf(hashOf(lookups), lookups.text('agent_hash', lookups.fact('client', 'agent_place'))),
    ...(clientKey === 'ip+agent' && { keys: { code: PAIR, table: DIRECTORY, size: clients.count, stands } }),
  };
}

const hex = (hash: Sql): Sql => sql`replace(CAST(${hash} AS VARCHAR), '-', '')`;
