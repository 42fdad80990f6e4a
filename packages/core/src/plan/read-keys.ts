import { type ColumnBatch, isText, numbers } from '../columns.js';
import type { Engine } from '../engine.js';
import type { KeyTable } from '../plan-nodes.js';
import { type Sql, sql } from '../sql.js';

/** Where the keys are. */
export interface KeyRelations {
  readonly keys: Sql;
  readonly places: Sql;
  /** `code` and `key`, where the log has a directory of its keys with so many codes. */
  readonly codes?: { readonly table: Sql; readonly size: number };
}

/** Reads the kept keys, in their order, a few thousand at a time: millions of them are never there twice. */
export async function readKeys(engine: Engine, { keys, places, codes }: KeyRelations): Promise<KeyTable> {
  const found = {
    keys: [] as string[],
    country: [] as (string | null)[],
    city: [] as (string | null)[],
    n: [] as number[],
  };
  // Keys are all different; of places the same ones come again and again, and each is kept once.
  const [country, city] = [pool(), pool()];
  const query = sql`SELECT key_text, country, city, CAST(n AS DOUBLE) AS n FROM ${keys} WHERE kept ORDER BY key`;
  for await (const batch of engine.batches(query)) {
    for (const text of textsOf(batch, 'key_text')) found.keys.push(text!);
    for (const text of textsOf(batch, 'country')) found.country.push(country(text));
    for (const text of textsOf(batch, 'city')) found.city.push(city(text));
    for (const n of numbers(batch, 'n')) found.n.push(n);
  }
  const span = await engine.columns(sql`
    SELECT CAST(epoch_us(min(min_ts)) AS DOUBLE) AS first_us, CAST(epoch_us(max(max_ts)) AS DOUBLE) AS last_us
    FROM ${places} WHERE status = 'ok'`);
  return {
    ...found,
    n: Float64Array.from(found.n),
    firstUs: numbers(span, 'first_us')[0]!,
    lastUs: numbers(span, 'last_us')[0]!,
    ...(codes && { rowOfCode: await rowsOfCodes(engine, codes) }),
  };
}

function* textsOf(batch: ColumnBatch, name: string): Iterable<string | null> {
  const column = batch.columns[name];
  if (column === undefined || !isText(column)) throw new TypeError(`Batch has no text column "${name}".`);
  for (const code of column.codes) yield code < 0 ? null : column.dictionary[code]!;
}

/** Texts that are remembered so that equal ones are one object; of more different ones it is not worth while. */
const POOLED = 100_000;

function pool(): (text: string | null) => string | null {
  const known = new Map<string, string>();
  return (text) => {
    if (text === null) return null;
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size < POOLED) known.set(text, text);
    return text;
  };
}

async function rowsOfCodes(
  engine: Engine,
  { table, size }: { readonly table: Sql; readonly size: number },
): Promise<Int32Array> {
  const rows = new Int32Array(size).fill(-1);
  const query = sql`SELECT code, key FROM ${table} WHERE kept`;
  for await (const batch of engine.batches(query)) {
    const [codes, keys] = [numbers(batch, 'code'), numbers(batch, 'key')];
    for (let i = 0; i < batch.rows; i++) rows[codes[i]!] = keys[i]!;
  }
  return rows;
}
