import {
  type ColumnInfo,
  type Engine,
  identifier,
  join,
  type KeyDirectory,
  type LogicalType,
  type Sql,
  sql,
} from '@deeplogbot/core';
import { itemFinder } from '../items/items.js';
import type { ResolvedHttpOptions } from '../options.js';
import { loadClientTexts, PAIR } from './client-texts.js';
import {
  CLIENT_FACTS,
  REFERRER_FACTS,
  REFERRER_KINDS,
  REQUEST_FACTS,
  STORED_COLUMNS,
  type StoredColumn,
} from './columns.js';
import type { Recorder } from './recorder.js';
import { isSearch, siteOf } from './referrers.js';
import { type FactSource, loadFacts, loadList, loadTexts, type RequestTable } from './table.js';
import { RESOURCES } from './target.js';

const VIEW = 'deeplogbot_http_log';

/** Columns that an annotated log has, in their order: name, type, what the view computes. */
type Shown = readonly [name: string, type: LogicalType, sqlType: string, expression: Sql];

/** The log as a relation: texts for people first, the codes that features are computed from behind them. */
export interface LogView {
  readonly name: Sql;
  /** The columns for people; codes can be selected too but are not the log's own. */
  readonly columns: readonly ColumnInfo[];
  /** Clients by the number of their pair; absent where an address alone is a client. */
  readonly keys?: KeyDirectory;
}

/** Makes the view over the table and its lists. No join, so rows stay in the order of the log. */
export async function createView(
  engine: Engine,
  table: RequestTable,
  recorder: Recorder,
  options: ResolvedHttpOptions,
): Promise<LogView> {
  const { texts, clients } = recorder;
  const { requests, referrers } = recorder;
  const facts = {
    request: await loadFacts(engine, 'request', REQUEST_FACTS, columnsOf(requests.all)),
    client: await loadFacts(engine, 'client', CLIENT_FACTS, {
      count: clients.count,
      column: (...place) => clients.column(...place),
    }),
    referrer: await loadFacts(engine, 'referrer', REFERRER_FACTS, columnsOf(referrers.all)),
  };
  for (const { rows } of [facts.request, facts.referrer]) await engine.run(sql`DROP TABLE ${rows}`);
  const agents = await loadTexts(engine, 'agent', clients.agent.values);
  const tables = { pairs: facts.client.rows, agents: agents.rows };
  const clientTexts = await loadClientTexts(engine, clients, options, tables);
  const clientLists = [sql`${facts.client.lists} AS c`, sql`${agents.list} AS l_agent`, ...clientTexts.lists];
  const lists: Sql[] = [sql`${facts.request.lists} AS q`, sql`${facts.referrer.lists} AS p`, ...clientLists];
  const of = (table: Sql, id: Sql) => (name: string) => sql`${table}.${identifier(name)}[${id} + 1]`;
  const cell = (name: StoredColumn) => table.cell(name);
  const request = of(sql`q`, cell('request_id'));
  const client = of(sql`c`, cell(PAIR));
  const referrer = of(sql`p`, cell('source_page_id'));
  const text = async (name: string, values: Iterable<string>, code: Sql): Promise<Sql> => {
    const list = await loadList(engine, name, values);
    const alias = identifier(`l_${name}`);
    lists.push(sql`${list} AS ${alias}`);
    return sql`${alias}.items[${code} + 1]`;
  };
  const own = ownHostIds(recorder, options.ownHosts, table.rows);
  const given = referrer('referrer_kind_id');
  const kind =
    own.length === 0 ? given : sql`CASE WHEN ${referrer('referrer_host_id')} IN (${own}) THEN 1 ELSE ${given} END`;
  const [paths, path] = options.keepRawPath ? [texts.path, 'path_id'] : [texts.template, 'template_id'];
  const shown: Shown[] = [
    ['timestamp', 'timestamp', 'TIMESTAMP', sql`make_timestamp(CAST(${cell('ts_us')} AS BIGINT))`],
    ['client', 'text', 'VARCHAR', clientTexts.client(client('ip_id'), client('agent_place'))],
    ['ip', 'text', 'VARCHAR', clientTexts.ip(client('ip_id'))],
    ['user_agent', 'text', 'VARCHAR', sql`l_agent.items[${client('agent_id')} + 1]`],
    ['method', 'text', 'VARCHAR', await text('method', texts.method.values, request('method_id'))],
    ['host', 'text', 'VARCHAR', await text('host', texts.host.values, cell('host_id'))],
    ['path', 'text', 'VARCHAR', await text('path', paths.values, request(path))],
    ['query_keys', 'text', 'VARCHAR', await text('query', texts.query.values, request('query_id'))],
    ['protocol', 'text', 'VARCHAR', await text('protocol', texts.protocol.values, request('protocol_id'))],
    ['status', 'integer', 'SMALLINT', cell('status')],
    ['bytes', 'integer', 'BIGINT', sql`TRY_CAST(${cell('bytes')} AS BIGINT)`],
    ['referrer', 'text', 'VARCHAR', await text('referrer', texts.referrer.values, referrer('referrer_id'))],
    ['referrer_kind', 'text', 'VARCHAR', sql`[${[...REFERRER_KINDS]}][${kind} + 1]`],
    ['resource', 'text', 'VARCHAR', sql`[${[...RESOURCES]}][${request('resource_id')} + 1]`],
    ['duration_ms', 'float', 'DOUBLE', cell('duration_ms')],
    ['bad_request', 'boolean', 'BOOLEAN', sql`${request('bad_request')} = 1`],
    ['source_id', 'integer', 'INTEGER', cell('source_id')],
    ['line_no', 'integer', 'INTEGER', cell('line_no')],
    ...(await itemColumns(options, texts.path.values, (name, values) => text(name, values, request('path_id')))),
  ];
  const names = new Set(shown.map(([name]) => name));
  const codes = [
    ...STORED_COLUMNS.map((name) => [name, cell(name)] as const),
    ...Object.keys(REQUEST_FACTS).map((name) => [name, request(name)] as const),
    ...Object.keys(CLIENT_FACTS).map((name) => [name, client(name)] as const),
    ...Object.keys(REFERRER_FACTS).map((name) => [name, name === 'referrer_kind_id' ? kind : referrer(name)] as const),
    // `status` itself is taken: core says by it why a row counts or not.
    ['http_status', cell('status')] as const,
  ].filter(([name]) => !names.has(name));
  const columns = [...shown.map(([name, , , expression]) => [name, expression] as const), ...codes].map(
    ([name, expression]) => sql`${expression} AS ${identifier(name)}`,
  );
  const from = join([sql`${table.name} r`, ...lists], ', ');
  await engine.run(sql`CREATE OR REPLACE TEMP VIEW ${identifier(VIEW)} AS SELECT ${join(columns, ', ')} FROM ${from}`);
  const infos = shown.map(([name, type, sqlType]) => ({ name, type, sqlType }));
  const { keys } = clientTexts;
  return { name: identifier(VIEW), columns: infos, ...(keys && { keys }) };
}

/** Facts that are kept one object each, as columns. */
const columnsOf = <N extends string>(facts: readonly Readonly<Record<N, number>>[]): FactSource<N> => ({
  count: facts.length,
  column: (name, from, to) => Float64Array.from({ length: to - from }, (_, i) => facts[from + i]![name]),
});

/** The data set of each path and whether data were retrieved, where patterns say what a data set is. */
async function itemColumns(
  options: ResolvedHttpOptions,
  paths: readonly string[],
  text: (name: string, values: readonly string[]) => Promise<Sql>,
): Promise<Shown[]> {
  const find = itemFinder(options);
  if (!find) return [];
  const found = paths.map(find);
  const item = await text(
    'item',
    found.map((each) => each?.item ?? ''),
  );
  const retrieved = await text(
    'retrieved',
    found.map((each) => (each ? String(each.retrieved) : '')),
  );
  return [
    ['item', 'text', 'VARCHAR', sql`nullif(${item}, '')`],
    ['retrieved', 'boolean', 'BOOLEAN', sql`TRY_CAST(${retrieved} AS BOOLEAN)`],
  ];
}

/** Of the rows that name a host, a share below this is of scanners, who name any. */
const SOME = 0.001;

/**
 * Codes of the hosts that are the site itself: the given ones, those that were asked, where the log names them line by line
 * and not only for who takes the server for a proxy; else the most frequent referrer that is no search engine.
 */
function ownHostIds({ texts, referrerHosts, hostRows }: Recorder, given: readonly string[], rows: number): number[] {
  const hosts = texts.referrerHost.values;
  const naming = hostRows.reduce((sum, n) => sum + n, 0);
  const asked = naming * 2 < rows ? [] : texts.host.values.filter((_, id) => (hostRows[id] ?? 0) >= SOME * naming);
  const named = new Set([...given, ...asked].map((host) => siteOf(host.toLowerCase())));
  const ids = hosts.flatMap((host, id) => (named.has(host) ? [id] : []));
  if (ids.length > 0 || given.length > 0) return ids;
  let best = -1;
  referrerHosts.forEach((n, id) => {
    if (!isSearch(hosts[id]!) && (best < 0 || n > referrerHosts[best]!)) best = id;
  });
  return best < 0 ? [] : [best];
}
