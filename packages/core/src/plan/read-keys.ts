import { type ColumnBatch, isText, numbers } from '../columns.js';
import type { Engine, KeyDirectory } from '../engine.js';
import type { KeyTable } from '../plan-nodes.js';
import { sql } from '../sql.js';
import { PackedTexts } from './packed-texts.js';
import { relationName } from './relation-name.js';

/** Reads the kept keys, in their order, a few thousand at a time: millions of them are never there twice. */
export async function readKeys(engine: Engine, directory: KeyDirectory | undefined): Promise<KeyTable> {
  const span = await engine.columns(sql`
    SELECT CAST(epoch_us(min(min_ts)) AS DOUBLE) AS first_us, CAST(epoch_us(max(max_ts)) AS DOUBLE) AS last_us
    FROM ${relationName('places')} WHERE status = 'ok'`);
  const [firstUs, lastUs] = [numbers(span, 'first_us')[0]!, numbers(span, 'last_us')[0]!];
  const keys = directory ? await keysByCode(engine, directory) : await keysInOrder(engine);
  return { ...keys, firstUs, lastUs };
}

type Keys = Omit<KeyTable, 'firstUs' | 'lastUs'>;

async function keysInOrder(engine: Engine): Promise<Keys> {
  const found = { keys: [] as string[], country: [] as (string | null)[], city: [] as (string | null)[] };
  const counts: number[] = [];
  const share = pools();
  const query = sql`
    SELECT key_text, country, city, CAST(n AS DOUBLE) AS n FROM ${relationName('keys')} WHERE kept ORDER BY key`;
  for await (const batch of engine.batches(query)) {
    for (const text of textsOf(batch, 'key_text')) found.keys.push(text!);
    for (const text of textsOf(batch, 'country')) found.country.push(share.country(text));
    for (const text of textsOf(batch, 'city')) found.city.push(share.city(text));
    for (const n of numbers(batch, 'n')) counts.push(n);
  }
  return { ...found, n: Float64Array.from(counts) };
}

/** Reads numbers first, then texts in the order of their codes: no sort and no join carries them. */
async function keysByCode(engine: Engine, { table, size }: KeyDirectory): Promise<Keys> {
  const rowOfCode = new Int32Array(size).fill(-1);
  const counts = new Float64Array(size);
  let rows = 0;
  for await (const batch of engine.batches(sql`SELECT key, key_code, n FROM ${relationName('codes')} WHERE kept`)) {
    const [keys, codes, n] = [numbers(batch, 'key'), numbers(batch, 'key_code'), numbers(batch, 'n')];
    for (let i = 0; i < batch.rows; i++) {
      rowOfCode[codes[i]!] = keys[i]!;
      counts[keys[i]!] = n[i]!;
    }
    rows += batch.rows;
  }
  const found = rowTexts(rows);
  const city = new Array<string | null>(rows).fill(null);
  const share = pools();
  for await (const batch of engine.batches(sql`SELECT code, key_text, country, city FROM ${table}`)) {
    const codes = numbers(batch, 'code');
    const texts = ['key_text', 'country', 'city'].map((name) => [...textsOf(batch, name)]);
    for (let i = 0; i < batch.rows; i++) {
      const row = rowOfCode[codes[i]!]!;
      if (row < 0) continue;
      found.set(row, texts[0]![i]!, share.country(texts[1]![i]!));
      city[row] = share.city(texts[2]![i]!);
    }
  }
  return { keys: found.keys, country: found.country, city, n: counts.slice(0, rows), rowOfCode };
}

/** More keys than this are kept as bytes. */
const MOST_OBJECTS = 2 ** 17;

/** Texts of keys and of what stands for their country, which may be as many. */
function rowTexts(rows: number) {
  if (rows > MOST_OBJECTS) {
    const [keys, country] = [new PackedTexts(rows), new PackedTexts(rows)];
    const set = (row: number, key: string | null, place: string | null) => {
      keys.set(row, key);
      country.set(row, place);
    };
    return { keys: keys.list as readonly string[], country: country.list, set };
  }
  const keys = new Array<string>(rows).fill('');
  const country = new Array<string | null>(rows).fill(null);
  const set = (row: number, key: string | null, place: string | null) => {
    keys[row] = key!;
    country[row] = place;
  };
  return { keys, country, set };
}

/** Keys are all different; of places the same ones come again and again, and each is kept once. */
const pools = () => ({ country: pool(), city: pool() });

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
