import type { ColumnBatch } from './columns.js';
import type { Dialect } from './dialect.js';
import { ConfigError } from './errors.js';
import type { ColumnSpec, FeatureTable } from './features.js';
import type { LogSchema, Role } from './schema.js';
import { Sql } from './sql.js';

/** `clean`: the recommended definitions. `reference`: the reference's value where it is well defined. */
export type Definitions = 'clean' | 'reference';

/** What a query may know besides the relations it reads. */
export interface QueryContext {
  readonly schema: LogSchema;
  /** Roles that the log really has. */
  readonly roles: ReadonlySet<Role>;
  readonly dialect: Dialect;
  readonly definitions: Definitions;
}

/** Name of a node → what to write behind FROM. */
export type Relations = Readonly<Record<string, Sql>>;

interface NodeBase {
  readonly name: string;
  /**
   * Relations it reads: other nodes, or one of core's own.
   * `events` — rows in the window: `key` INTEGER, `user`, `project`, `file`, `method` (VARCHAR or NULL), `ts` TIMESTAMP UTC, `year` INTEGER, `bytes` BIGINT.
   * `log_rows` — all rows of the log, in the window or not, with the same columns but for `key`: cheaper where it does not matter whose a row is.
   * `by_place` — counts per `key`, `country`, `city`, `method`: `n`, `min_ts`, `max_ts`.
   * `keys` — `key` INTEGER (0 … K−1 are the rows of the feature table, larger ones are below `minLocationDownloads`), `key_text`, `country`, `city`, `n`, `kept` BOOLEAN.
   */
  readonly from: readonly string[];
  /**
   * Columns of them that it does not read. Where all that is still to run ignores a column of an aggregate's table, it is taken away
   * to make room; a node that does not say so is taken to read all.
   */
  readonly ignores?: Readonly<Record<string, readonly string[]>>;
  /** Roles without which it cannot be computed; its columns are then NULL and its relations empty of meaning. */
  readonly needs?: readonly Role[];
}

/** A relation that other nodes read; built once, dropped after its last reader. */
export interface Aggregate extends NodeBase {
  readonly kind: 'aggregate';
  /** What one row stands for. */
  readonly grain: readonly string[];
  /** `view` where the text is cheap enough to run at each reader. @defaultValue 'table' */
  readonly build?: 'table' | 'view';
  /** Whether memory that is free goes back to the system before it is made: for the largest tables of a plan, and behind them. */
  readonly makesRoom?: boolean;
  query(from: Relations, context: QueryContext): Sql;
}

/** A relation computed by the host from the keys, for example a time zone per key. */
export interface Lookup extends NodeBase {
  readonly kind: 'lookup';
  compute(keys: KeyTable, context: QueryContext): ColumnBatch;
}

/** The keys as the host sees them, row i = key i; only the kept ones. */
export interface KeyTable {
  readonly keys: readonly string[];
  readonly country: readonly (string | null)[];
  readonly city: readonly (string | null)[];
  /** Rows of each key in the window. */
  readonly n: Float64Array;
  /** First and last timestamp of the whole window, microseconds since 1970. */
  readonly firstUs: number;
  readonly lastUs: number;
  /** Row of each code of the log's directory of keys; −1 = its key is not kept or has no event. Absent without a directory. */
  readonly rowOfCode?: Int32Array;
}

export type ColumnSpecs = Readonly<Record<string, ColumnSpec>>;

/** Columns per key that one query gives: `key` and one column per feature, all numeric. A key without a row is NULL. */
export interface Extractor<C extends ColumnSpecs = ColumnSpecs> extends NodeBase {
  readonly kind: 'extractor';
  readonly columns: C;
  query(from: Relations, context: QueryContext): Sql;
}

/**
 * Columns per key from an ordered series: the query gives `key` first and numeric columns, ORDER BY key and then
 * whatever the computation relies on; `compute` sees the rows of one key at a time.
 */
export interface SeriesExtractor<C extends ColumnSpecs = ColumnSpecs> extends NodeBase {
  readonly kind: 'series';
  readonly columns: C;
  query(from: Relations, context: QueryContext): Sql;
  compute(series: Readonly<Record<string, Float64Array>>, context: QueryContext): { readonly [K in keyof C]: number };
}

/** Columns computed from other columns, by the host, over all kept keys at once. `from` names features. */
export interface Derived<C extends ColumnSpecs = ColumnSpecs> extends NodeBase {
  readonly kind: 'derived';
  readonly columns: C;
  compute(table: FeatureTable, context: QueryContext): { readonly [K in keyof C]: Float64Array };
}

export type PlanNode = Aggregate | Lookup | Extractor | SeriesExtractor | Derived;

/** The query of a node. @throws ConfigError `NOT_SQL` where it is no {@link Sql}: in another query text would be a literal. */
export function queryOf(node: Aggregate | Extractor | SeriesExtractor, from: Relations, context: QueryContext): Sql {
  const query: unknown = node.query(from, context);
  if (query instanceof Sql) return query;
  throw new ConfigError('NOT_SQL', `The query of the plan node "${node.name}" must be Sql. Got ${typeof query}.`, {
    hint: 'Return what the tag `sql` of @deeplogbot/core makes.',
  });
}

export const defineAggregate = (node: Omit<Aggregate, 'kind'>): Aggregate => ({ kind: 'aggregate', ...node });
export const defineLookup = (node: Omit<Lookup, 'kind'>): Lookup => ({ kind: 'lookup', ...node });
export const defineExtractor = <const C extends ColumnSpecs>(node: Omit<Extractor<C>, 'kind'>): Extractor<C> => ({
  kind: 'extractor',
  ...node,
});
export const defineSeries = <const C extends ColumnSpecs>(
  node: Omit<SeriesExtractor<C>, 'kind'>,
): SeriesExtractor<C> => ({
  kind: 'series',
  ...node,
});
export const defineDerived = <const C extends ColumnSpecs>(node: Omit<Derived<C>, 'kind'>): Derived<C> => ({
  kind: 'derived',
  ...node,
});
