import {
  type ColumnInfo,
  type Engine,
  identifier,
  join,
  type KeyDirectory,
  type LogicalType,
  type PlacedRows,
  type Sql,
  sql,
} from '@deeplogbot/core';
import type { Networks } from '../agents/networks.js';
import { itemFinder } from '../items/items.js';
import type { ResolvedHttpOptions } from '../options.js';
import { type ClientTexts, loadClientTexts, PAIR } from './client-texts.js';
import {
  CLIENT_FACTS,
  NETWORK_FACTS,
  REFERRER_FACTS,
  REFERRER_KINDS,
  REQUEST_FACTS,
  STORED_COLUMNS,
  type StoredColumn,
} from './columns.js';
import { type FactName, hasLarge, type LoadedLog, type Lookups, placedLookups, scanLookups } from './lookups.js';
import type { Recorder } from './recorder.js';
import { isSearch, siteOf } from './referrers.js';
import { type FactSource, type LoadedTexts, loadFacts, loadTexts, type RequestTable } from './table.js';
import { RESOURCES } from './target.js';

const VIEW = 'deeplogbot_http_log';
const ANY_ORDER_VIEW = 'deeplogbot_http_log_any_order';
const PLACED_VIEW = 'deeplogbot_http_placed_log';

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
  const { loaded, clientTexts } = await loadLog(engine, recorder, options);
  const parts: ViewParts = { table, clientTexts, options, own: ownHostIds(recorder, options.ownHosts, table.rows) };
  const columns = await createScan(engine, VIEW, parts, scanLookups(table, loaded, 'rows'));
  const { keys } = clientTexts;
  if (!keys) return { name: identifier(VIEW), columns };
  if (!hasLarge(loaded)) return { name: identifier(VIEW), columns, keys };
  await createScan(engine, ANY_ORDER_VIEW, parts, scanLookups(table, loaded, 'any'));
  const placed = (places: Sql) => placeRows(engine, parts, loaded, places);
  return { name: identifier(VIEW), columns, keys: { ...keys, anyOrder: identifier(ANY_ORDER_VIEW), placed } };
}

/** Makes a view of all columns, and says which are for people. */
async function createScan(engine: Engine, name: string, parts: ViewParts, lookups: Lookups): Promise<ColumnInfo[]> {
  const shown = shownColumns(parts, lookups);
  const names = new Set(shown.map(([name]) => name));
  const columns = [
    ...shown.map(([name, , , expression]) => [name, expression] as const),
    ...codeColumns(parts, lookups).filter(([name]) => !names.has(name)),
  ];
  await createSelection(engine, name, columns, lookups.from());
  return shown.map(([name, type, sqlType]) => ({ name, type, sqlType }));
}

/** What the columns of the view are made of, besides look-ups. */
interface ViewParts {
  readonly table: RequestTable;
  readonly clientTexts: ClientTexts;
  readonly options: ResolvedHttpOptions;
  /** Codes of the referrers' hosts that are the site itself. */
  readonly own: readonly number[];
}

/** Moves everything that the reader knows besides the rows into the engine. */
async function loadLog(engine: Engine, recorder: Recorder, options: ResolvedHttpOptions) {
  const { texts: known, clients, requests, referrers } = recorder;
  const facts = {
    request: await loadFacts(engine, 'request', REQUEST_FACTS, columnsOf(requests.all)),
    client: await loadFacts(engine, 'client', CLIENT_FACTS, {
      count: clients.count,
      column: (...place) => clients.column(...place),
    }),
    referrer: await loadFacts(engine, 'referrer', REFERRER_FACTS, columnsOf(referrers.all)),
  };
  await loadFacts(engine, 'network', NETWORK_FACTS, networkFacts(clients.networks));
  const agent = await loadTexts(engine, 'agent', clients.agent.values);
  const clientTexts = await loadClientTexts(engine, clients, options, { pairs: facts.client.rows, agents: agent.rows });
  const values = {
    method: known.method.values,
    host: known.host.values,
    path: (options.keepRawPath ? known.path : known.template).values,
    query: known.query.values,
    protocol: known.protocol.values,
    referrer: known.referrer.values,
    ...itemTexts(options, known.path.values),
    ...(hasTables(options) ? networkTexts(clients.networks) : {}),
  };
  const texts: Record<string, LoadedTexts> = { agent, ...clientTexts.texts };
  for (const [name, each] of Object.entries(values)) texts[name] = await loadTexts(engine, name, each);
  return { loaded: { facts, texts }, clientTexts };
}

/** The columns for people, in their order. */
function shownColumns({ table, clientTexts, options, own }: ViewParts, lookups: Lookups): readonly Shown[] {
  const cell = (name: StoredColumn) => table.cell(name);
  const request = (name: FactName<'request'>) => lookups.fact('request', name);
  const path = request(options.keepRawPath ? 'path_id' : 'template_id');
  return [
    ['timestamp', 'timestamp', 'TIMESTAMP', sql`make_timestamp(CAST(${cell('ts_us')} AS BIGINT))`],
    ['client', 'text', 'VARCHAR', clientTexts.client(lookups)],
    ['ip', 'text', 'VARCHAR', clientTexts.ip(lookups)],
    ['user_agent', 'text', 'VARCHAR', lookups.text('agent', lookups.fact('client', 'agent_id'))],
    ['method', 'text', 'VARCHAR', lookups.text('method', request('method_id'))],
    ['host', 'text', 'VARCHAR', lookups.text('host', cell('host_id'))],
    ['path', 'text', 'VARCHAR', lookups.text('path', path)],
    ['query_keys', 'text', 'VARCHAR', lookups.text('query', request('query_id'))],
    ['protocol', 'text', 'VARCHAR', lookups.text('protocol', request('protocol_id'))],
    ['status', 'integer', 'SMALLINT', cell('status')],
    ['bytes', 'integer', 'BIGINT', sql`TRY_CAST(${cell('bytes')} AS BIGINT)`],
    ['referrer', 'text', 'VARCHAR', lookups.text('referrer', lookups.fact('referrer', 'referrer_id'))],
    ['referrer_kind', 'text', 'VARCHAR', sql`[${[...REFERRER_KINDS]}][${referrerKind(own, lookups)} + 1]`],
    ['resource', 'text', 'VARCHAR', sql`[${[...RESOURCES]}][${request('resource_id')} + 1]`],
    ['duration_ms', 'float', 'DOUBLE', cell('duration_ms')],
    ['bad_request', 'boolean', 'BOOLEAN', sql`${request('bad_request')} = 1`],
    ['source_id', 'integer', 'INTEGER', cell('source_id')],
    ['line_no', 'integer', 'INTEGER', cell('line_no')],
    ...itemColumns(options, lookups),
    ...networkColumns(options, lookups),
  ];
}

/** Place in `REFERRER_KINDS`. */
function referrerKind(own: readonly number[], lookups: Lookups): Sql {
  const given = lookups.fact('referrer', 'referrer_kind_id');
  if (own.length === 0) return given;
  return sql`CASE WHEN ${lookups.fact('referrer', 'referrer_host_id')} IN (${own}) THEN 1 ELSE ${given} END`;
}

function codeColumns({ table, own }: ViewParts, lookups: Lookups): readonly (readonly [name: string, Sql])[] {
  const namesOf = <T extends object>(facts: T) => Object.keys(facts) as (keyof T & string)[];
  return [
    ...STORED_COLUMNS.map((name) => [name, table.cell(name)] as const),
    ...namesOf(REQUEST_FACTS).map((name) => [name, lookups.fact('request', name)] as const),
    ...namesOf(CLIENT_FACTS).map((name) => [name, lookups.fact('client', name)] as const),
    ...namesOf(REFERRER_FACTS).map((name) => [name, referrerFact(name, own, lookups)] as const),
    // `status` itself is taken: core says by it why a row counts or not.
    ['http_status', table.cell('status')] as const,
  ];
}

const referrerFact = (name: FactName<'referrer'>, own: readonly number[], lookups: Lookups): Sql =>
  name === 'referrer_kind_id' ? referrerKind(own, lookups) : lookups.fact('referrer', name);

/** The rows in their order with a place for each, see {@link KeyDirectory.placed}. */
async function placeRows(engine: Engine, parts: ViewParts, loaded: LoadedLog, places: Sql): Promise<PlacedRows> {
  const [beside, view] = [identifier('deeplogbot_http_placed'), identifier(PLACED_VIEW)];
  const lookups = placedLookups(parts.table, loaded, beside);
  const columns = [
    ...shownColumns(parts, lookups).map(([name, , , expression]) => [name, expression] as const),
    [PAIR, parts.table.cell(PAIR)] as const,
    ['place', sql`t.place`] as const,
  ];
  await engine.run(sql`CREATE OR REPLACE TEMP TABLE ${beside} AS ${lookups.query(places)}`);
  await createSelection(engine, PLACED_VIEW, columns, lookups.from());
  return {
    name: view,
    drop: async () => {
      await engine.run(sql`DROP VIEW IF EXISTS ${view}`);
      await engine.run(sql`DROP TABLE IF EXISTS ${beside}`);
    },
  };
}

async function createSelection(engine: Engine, name: string, columns: readonly (readonly [string, Sql])[], from: Sql) {
  const selected = columns.map(([name, expression]) => sql`${expression} AS ${identifier(name)}`);
  await engine.run(sql`
    CREATE OR REPLACE TEMP VIEW ${identifier(name)} AS SELECT ${join(selected, ', ')} FROM ${from}`);
}

/** Facts that are kept one object each, as columns. */
const columnsOf = <N extends string>(facts: readonly Readonly<Record<N, number>>[]): FactSource<N> => ({
  count: facts.length,
  column: (name, from, to) => Float64Array.from({ length: to - from }, (_, i) => facts[from + i]![name]),
});

/** The data set of each path and whether data were retrieved, where patterns say what a data set is. */
function itemTexts(
  options: ResolvedHttpOptions,
  paths: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  const find = itemFinder(options);
  if (!find) return {};
  const found = paths.map(find);
  return {
    item: found.map((each) => each?.item ?? ''),
    retrieved: found.map((each) => (each ? String(each.retrieved) : '')),
  };
}

function itemColumns(options: ResolvedHttpOptions, lookups: Lookups): readonly Shown[] {
  if (!itemFinder(options)) return [];
  const path = lookups.fact('request', 'path_id');
  return [
    ['item', 'text', 'VARCHAR', sql`nullif(${lookups.text('item', path)}, '')`],
    ['retrieved', 'boolean', 'BOOLEAN', sql`TRY_CAST(${lookups.text('retrieved', path)} AS BOOLEAN)`],
  ];
}

/** What the tables of the user say, by number: where they say nothing, a text is empty. */
const networkTexts = ({ all }: Networks) => ({
  asn: all.map(({ asn }) => (Number.isNaN(asn) ? '' : String(asn))),
  country: all.map(({ country }) => country ?? ''),
});

function networkFacts({ all, countries }: Networks): FactSource<keyof typeof NETWORK_FACTS> {
  const ids = new Map(countries.map((country, id) => [country, id]));
  return columnsOf(
    all.map(({ asn, country, residentialProxy }) => ({
      asn,
      country_id: country === null ? Number.NaN : ids.get(country)!,
      residential: residentialProxy,
    })),
  );
}

const hasTables = ({ asnTable, geoTable }: ResolvedHttpOptions): boolean => (asnTable ?? geoTable) !== undefined;

function networkColumns(options: ResolvedHttpOptions, lookups: Lookups): readonly Shown[] {
  if (!hasTables(options)) return [];
  const network = lookups.fact('client', 'network_id');
  return [
    ['asn', 'integer', 'BIGINT', sql`TRY_CAST(${lookups.text('asn', network)} AS BIGINT)`],
    ['country', 'text', 'VARCHAR', sql`nullif(${lookups.text('country', network)}, '')`],
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
