import { numbers } from '../columns.js';
import type { Engine, KeyDirectory, Relation } from '../engine.js';
import type { KeyTable, Relations } from '../plan-nodes.js';
import type { RowCounts } from '../run-result.js';
import type { LogSchema } from '../schema.js';
import { identifier, join, type Sql, sql } from '../sql.js';
import { rowsQuery } from './events.js';
import { directoryOf } from './key-directory.js';
import { noUsableRows } from './no-usable-rows.js';
import type { NodeStore } from './node-store.js';
import { readKeys } from './read-keys.js';
import { relationName } from './relation-name.js';

/** The first scan of the source and what follows from it: which keys there are, and where every row went. */
export interface Base {
  readonly relations: Relations;
  readonly keyTable: KeyTable;
  readonly rowCounts: RowCounts;
  /** Identity of all of this, for a store. */
  readonly id: string;
  readonly keyedBy: KeyedBy;
}

export interface BaseInput {
  readonly relation: Relation;
  readonly schema: LogSchema;
  /** Further columns that `events` carries. */
  readonly further: readonly string[];
  readonly store: NodeStore;
  /** Whether a node reads `by_place`. */
  readonly readsPlaces: boolean;
  /** Is told how many keys there are before anything is made for each; what it throws ends the run. */
  readonly admit?: ((keys: number) => void) | undefined;
}

/** By what a row finds its key: in `keys` by its text, or in `codes`. */
export type KeyedBy = 'key_text' | 'key_code';

/** Builds `keys` and, if a node reads it, `by_place`. The source is read once, unless the store has what comes of it. */
export async function buildBase(engine: Engine, input: BaseInput): Promise<Base> {
  const { relation, schema, further, store } = input;
  const name = relationName;
  const directory = directoryOf(schema, relation);
  const keyedBy: KeyedBy = directory ? 'key_code' : 'key_text';
  await engine.run(sql`CREATE OR REPLACE TEMP VIEW ${name('rows')} AS ${rowsQuery(schema, relation, further)}`);
  const nameless = rowsQuery(schema, { ...relation, name: sql`source` }, further);
  const id = store.identify(JSON.stringify(['base', nameless.text, keysQuery(name('places'), schema).text]));
  if (store.has(id)) await store.loadTable(engine, id, name('places'));
  else {
    const place = directory ? sql`key_code` : sql`key_text, country, city`;
    await engine.run(sql`
      CREATE OR REPLACE TEMP TABLE ${name('places')} AS
      SELECT ${place}, method, status, count(*) AS n, min(ts) AS min_ts, max(ts) AS max_ts
      FROM ${name('rows')} GROUP BY ALL`);
    await store.saveTable(engine, id, 'places', name('places'));
  }
  if (directory) await buildCodedKeys(engine, directory, schema);
  else await engine.run(sql`CREATE OR REPLACE TEMP TABLE ${name('keys')} AS ${keysQuery(name('places'), schema)}`);
  if (input.admit) input.admit(await countKept(engine, keyedBy));
  if (input.readsPlaces) await buildPlaces(engine, directory);
  const rowCounts = await countRows(engine, keyedBy);
  const keyTable = await readKeys(engine, directory);
  if (keyTable.keys.length === 0 && rowCounts.total > 0) throw await noUsableRows(engine, relation, schema, rowCounts);
  const keys = name(directory ? 'key_names' : 'keys');
  const relations = { events: name('events'), log_rows: name('rows'), by_place: name('by_place'), keys };
  return { relations, keyTable, rowCounts, id, keyedBy };
}

/** Numbers the keys of a directory; their texts stay there, and `keys` is a view. Every code is one key. */
async function buildCodedKeys(engine: Engine, directory: KeyDirectory, schema: LogSchema): Promise<void> {
  const name = relationName;
  const minimum = schema.minLocationDownloads;
  // A sort can be spilled, and behind it a window without an order needs no memory.
  await engine.run(sql`
    CREATE OR REPLACE TEMP TABLE ${name('codes')} AS
    SELECT CAST(row_number() OVER () - 1 AS INTEGER) AS key, key_code, n, n >= ${minimum} AS kept
    FROM (
      SELECT t.key_code, t.n FROM (
        SELECT key_code, CAST(sum(n) AS BIGINT) AS n FROM ${name('places')} WHERE status = 'ok' GROUP BY key_code
      ) t JOIN ${directory.table} d ON d.code = t.key_code
      ORDER BY (t.n < ${minimum}), d.key_text, t.key_code
    )`);
  await engine.run(sql`
    CREATE OR REPLACE TEMP VIEW ${name('key_names')} AS
    SELECT c.key, d.key_text, d.country, d.city, c.n, c.kept
    FROM ${name('codes')} c JOIN ${directory.table} d ON d.code = c.key_code`);
}

async function buildPlaces(engine: Engine, directory: KeyDirectory | undefined): Promise<void> {
  const name = relationName;
  const [country, city, keys] = directory
    ? [
        sql`d.country`,
        sql`d.city`,
        sql`${name('codes')} k ON p.key_code = k.key_code JOIN ${directory.table} d ON d.code = p.key_code`,
      ]
    : [sql`p.country`, sql`p.city`, sql`${name('keys')} k ON p.key_text = k.key_text`];
  await engine.run(sql`
    CREATE OR REPLACE TEMP TABLE ${name('by_place')} AS
    SELECT k.key, ${country} AS country, ${city} AS city, p.method, p.n, p.min_ts, p.max_ts
    FROM ${name('places')} p JOIN ${keys}
    WHERE p.status = 'ok'`);
}

/** Takes away what {@link buildBase} made. */
export async function dropBase(engine: Engine): Promise<void> {
  for (const name of ['key_names', 'rows']) await engine.run(sql`DROP VIEW IF EXISTS ${relationName(name)}`);
  for (const name of ['by_place', 'codes', 'keys', 'places']) {
    await engine.run(sql`DROP TABLE IF EXISTS ${relationName(name)}`);
  }
}

/** The relation that says which key a row is of, and by which column. */
const keyedRelation = (keyedBy: KeyedBy): Sql => relationName(keyedBy === 'key_code' ? 'codes' : 'keys');

/** Declares `events`: as a view it reads the source for each statement that selects from it, as a table once in all. */
export async function declareEvents(
  engine: Engine,
  kind: 'TABLE' | 'VIEW',
  further: readonly string[],
  keyedBy: KeyedBy,
): Promise<void> {
  const name = relationName;
  const column = identifier(keyedBy);
  const others = join(
    further.map((column) => sql`, r.${identifier(column)}`),
    '',
  );
  await engine.run(sql`
    CREATE OR REPLACE TEMP ${kind === 'TABLE' ? sql`TABLE` : sql`VIEW`} ${name('events')} AS
    SELECT k.key, r."user", r.project, r.file, r.method, r.ts, r.year, r.bytes${others}
    FROM ${name('rows')} r JOIN ${keyedRelation(keyedBy)} k ON r.${column} = k.${column}
    WHERE r.status = 'ok'`);
}

/** One row per key: the modal country and city (ties: smallest text), its row count, and its number. */
function keysQuery(places: Sql, schema: LogSchema): Sql {
  const modal = (column: string) => sql`
    SELECT key_text, ${identifier(column)} AS value, row_number() OVER (
      PARTITION BY key_text ORDER BY (${identifier(column)} IS NULL), sum(n) DESC, ${identifier(column)}) AS place
    FROM ${places} WHERE status = 'ok' GROUP BY key_text, ${identifier(column)}`;
  return sql`
    WITH totals AS (
      SELECT key_text, CAST(sum(n) AS BIGINT) AS n FROM ${places} WHERE status = 'ok' GROUP BY key_text
    ), countries AS (${modal('country')}), cities AS (${modal('city')})
    SELECT CAST(row_number() OVER (ORDER BY (t.n < ${schema.minLocationDownloads}), t.key_text) - 1 AS INTEGER) AS key,
           t.key_text, c.value AS country, y.value AS city, t.n, t.n >= ${schema.minLocationDownloads} AS kept
    FROM totals t
    JOIN countries c ON c.key_text = t.key_text AND c.place = 1
    JOIN cities y ON y.key_text = t.key_text AND y.place = 1
    ORDER BY key`;
}

async function countKept(engine: Engine, keyedBy: KeyedBy): Promise<number> {
  const batch = await engine.columns(
    sql`SELECT CAST(count(*) AS DOUBLE) AS kept FROM ${keyedRelation(keyedBy)} WHERE kept`,
  );
  return numbers(batch, 'kept')[0]!;
}

async function countRows(engine: Engine, keyedBy: KeyedBy): Promise<RowCounts> {
  const column = identifier(keyedBy);
  const batch = await engine.columns(sql`
    SELECT CAST(coalesce(sum(p.n), 0) AS DOUBLE) AS total,
           CAST(coalesce(sum(p.n) FILTER (p.status = 'ok' AND k.kept), 0) AS DOUBLE) AS classified,
           CAST(coalesce(sum(p.n) FILTER (p.status = 'ok' AND NOT k.kept), 0) AS DOUBLE) AS below_minimum,
           CAST(coalesce(sum(p.n) FILTER (p.status = 'no_location'), 0) AS DOUBLE) AS no_location,
           CAST(coalesce(sum(p.n) FILTER (p.status = 'no_timestamp'), 0) AS DOUBLE) AS no_timestamp,
           CAST(coalesce(sum(p.n) FILTER (p.status = 'outside_window'), 0) AS DOUBLE) AS outside_window
    FROM ${relationName('places')} p LEFT JOIN ${keyedRelation(keyedBy)} k ON p.${column} = k.${column}`);
  const value = (column: string) => numbers(batch, column)[0]!;
  return {
    total: value('total'),
    classified: value('classified'),
    belowMinimum: value('below_minimum'),
    noLocation: value('no_location'),
    noTimestamp: value('no_timestamp'),
    outsideWindow: value('outside_window'),
  };
}
