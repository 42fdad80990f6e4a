import { type ColumnInfo, type Engine, identifier, join, type LogicalType, type Sql, sql } from '@deeplogbot/core';
import type { ResolvedHttpOptions } from '../options.js';
import { REFERRER_KINDS, STORED_COLUMNS } from './columns.js';
import type { Recorder } from './recorder.js';
import { siteOf } from './referrers.js';
import { loadList, type RequestTable } from './table.js';
import { RESOURCES } from './target.js';

const VIEW = 'deeplogbot_http_log';

/** Columns that an annotated log has, in their order: name, type, what the view computes. */
type Shown = readonly [name: string, type: LogicalType, sqlType: string, expression: Sql];

/** The log as a relation: texts for people first, the codes that features are computed from behind them. */
export interface LogView {
  readonly name: Sql;
  /** The columns for people; codes can be selected too but are not the log's own. */
  readonly columns: readonly ColumnInfo[];
}

/** Makes the view over the table and its lists. No join, so rows stay in the order of the log. */
export async function createView(
  engine: Engine,
  table: RequestTable,
  recorder: Recorder,
  options: ResolvedHttpOptions,
): Promise<LogView> {
  const { texts, clients } = recorder;
  const lists: Sql[] = [];
  const text = async (name: string, values: readonly string[], code: string): Promise<Sql> => {
    const list = await loadList(engine, name, values);
    const alias = identifier(`l_${name}`);
    lists.push(sql`${list} AS ${alias}`);
    return sql`${alias}.items[r.${identifier(code)} + 1]`;
  };
  const own = ownHostIds(recorder, options.ownHosts);
  const kind =
    own.length === 0
      ? sql`r.referrer_kind_id`
      : sql`CASE WHEN r.referrer_host_id IN (${own}) THEN 1 ELSE r.referrer_kind_id END`;
  const paths = options.keepRawPath ? texts.path : texts.template;
  const shown: Shown[] = [
    ['timestamp', 'timestamp', 'TIMESTAMP', sql`make_timestamp(r.ts_us)`],
    ['client', 'text', 'VARCHAR', await text('client', clients.client.values, 'client_id')],
    ['ip', 'text', 'VARCHAR', await text('ip', clients.ip.values, 'ip_id')],
    ['user_agent', 'text', 'VARCHAR', await text('agent', clients.agent.values, 'agent_id')],
    ['method', 'text', 'VARCHAR', await text('method', texts.method.values, 'method_id')],
    ['host', 'text', 'VARCHAR', await text('host', texts.host.values, 'host_id')],
    ['path', 'text', 'VARCHAR', await text('path', paths.values, options.keepRawPath ? 'path_id' : 'template_id')],
    ['query_keys', 'text', 'VARCHAR', await text('query', texts.query.values, 'query_id')],
    ['protocol', 'text', 'VARCHAR', await text('protocol', texts.protocol.values, 'protocol_id')],
    ['status', 'integer', 'SMALLINT', sql`r.status`],
    ['bytes', 'integer', 'BIGINT', sql`TRY_CAST(r.bytes AS BIGINT)`],
    ['referrer', 'text', 'VARCHAR', await text('referrer', texts.referrer.values, 'referrer_id')],
    ['referrer_kind', 'text', 'VARCHAR', sql`[${[...REFERRER_KINDS]}][${kind} + 1]`],
    ['resource', 'text', 'VARCHAR', sql`[${[...RESOURCES]}][r.resource_id + 1]`],
    ['duration_ms', 'float', 'DOUBLE', sql`r.duration_ms`],
    ['bad_request', 'boolean', 'BOOLEAN', sql`r.bad_request = 1`],
    ['source_id', 'integer', 'INTEGER', sql`r.source_id`],
    ['line_no', 'integer', 'INTEGER', sql`r.line_no`],
  ];
  const names = new Set(shown.map(([name]) => name));
  const codes = STORED_COLUMNS.filter((name) => !names.has(name) && name !== 'referrer_kind_id');
  const columns = [
    ...shown.map(([name, , , expression]) => sql`${expression} AS ${identifier(name)}`),
    ...codes.map((name) => sql`r.${identifier(name)}`),
    sql`${kind} AS referrer_kind_id`,
    // `status` itself is taken: core says by it why a row counts or not.
    sql`r.status AS http_status`,
  ];
  const from = join([sql`${table.name} r`, ...lists], ', ');
  await engine.run(sql`CREATE OR REPLACE TEMP VIEW ${identifier(VIEW)} AS SELECT ${join(columns, ', ')} FROM ${from}`);
  return { name: identifier(VIEW), columns: shown.map(([name, type, sqlType]) => ({ name, type, sqlType })) };
}

/** Codes of the hosts that are the site itself: the given ones, the hosts of requests, else the most frequent referrer. */
function ownHostIds({ texts, referrerHosts }: Recorder, given: readonly string[]): number[] {
  const hosts = texts.referrerHost.values;
  const named = new Set([...given, ...texts.host.values].map((host) => siteOf(host.toLowerCase())));
  const ids = hosts.flatMap((host, id) => (named.has(host) ? [id] : []));
  if (ids.length > 0 || given.length > 0) return ids;
  let best = -1;
  referrerHosts.forEach((n, id) => {
    if (best < 0 || n > referrerHosts[best]!) best = id;
  });
  return best < 0 ? [] : [best];
}
