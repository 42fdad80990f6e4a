import {
  type ColumnBatch,
  type Engine,
  gather,
  identifier,
  numbers,
  type Sql,
  sql,
  type TextColumn,
  texts,
} from '@deeplogbot/core';

/** What the places of data sets and countries stand for, and which columns hold something of their own. */
export interface CountsShape {
  readonly items: readonly string[];
  readonly countries: readonly string[];
  /** Whether some events are no requests. */
  readonly requests: boolean;
  readonly sizes: boolean;
}

/** The counts by data set, month, access method and country, in this order, no country last. Nothing crosses into JavaScript twice. */
export async function fetchCounts(engine: Engine, table: Sql, shape: CountsShape): Promise<ColumnBatch> {
  const requests = shape.requests ? sql`, tr AS total_requests, ur AS unique_requests` : sql``;
  const query = sql`
    SELECT item, month, machine, country, ti AS total_investigations, ui AS unique_investigations
           ${requests} ${shape.sizes ? sql`, bytes` : sql``}
    FROM ${table} ORDER BY item, month, machine, country NULLS LAST`;
  const { rows, columns } = await gather(engine.batches(query));
  return {
    rows,
    columns: {
      bytes: new Float64Array(shape.sizes ? 0 : rows).fill(Number.NaN),
      total_requests: columns.total_investigations!,
      unique_requests: columns.unique_investigations!,
      ...columns,
      item: decoded({ rows, columns }, 'item', shape.items),
      country: decoded({ rows, columns }, 'country', shape.countries),
    },
  };
}

/** Excluded rows by data set, none first, and reason. */
export async function fetchExcluded(engine: Engine, table: Sql): Promise<ColumnBatch> {
  const items = await textIds(engine, table, 'item');
  const reasons = await textIds(engine, table, 'reason');
  const batch = await engine.columns(sql`
    SELECT i.id AS item, r.id AS reason, rows
    FROM ${table} LEFT JOIN ${items.ids} i ON item = i.value JOIN ${reasons.ids} r ON reason = r.value
    ORDER BY i.id NULLS FIRST, r.id`);
  for (const { ids } of [items, reasons]) await engine.run(sql`DROP TABLE ${ids}`);
  return {
    rows: batch.rows,
    columns: {
      item: decoded(batch, 'item', items.dictionary),
      reason: decoded(batch, 'reason', reasons.dictionary),
      rows: numbers(batch, 'rows'),
    },
  };
}

/**
 * The different texts of a column in their order, and a table `value`, `id` with the place of each. Text crosses into JavaScript
 * once, not once per row.
 */
export async function textIds(engine: Engine, table: Sql, column: string) {
  const ids = identifier(`deeplogbot_usage_ids_${column}`);
  const name = identifier(column);
  await engine.run(sql`
    CREATE OR REPLACE TEMP TABLE ${ids} AS
    SELECT value, CAST(row_number() OVER (ORDER BY value) - 1 AS INTEGER) AS id
    FROM (SELECT DISTINCT ${name} AS value FROM ${table} WHERE ${name} IS NOT NULL)`);
  const batch = await gather(engine.batches(sql`SELECT value FROM ${ids} ORDER BY id`));
  return { ids, dictionary: texts(batch, 'value').map((value) => value!) };
}

/** Places in a dictionary, NaN for none, as text. By a loop: `Int32Array.from` takes ten times as long for a million. */
function decoded(batch: ColumnBatch, name: string, dictionary: readonly string[]): TextColumn {
  const ids = numbers(batch, name);
  const codes = new Int32Array(ids.length);
  for (let row = 0; row < codes.length; row++) codes[row] = Number.isNaN(ids[row]!) ? -1 : ids[row]!;
  return { dictionary, codes };
}
