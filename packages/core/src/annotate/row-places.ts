import { type ColumnBatch, numbers, textColumn } from '../columns.js';
import { inRowOrder } from '../engine/write-settings.js';
import type { Engine, Relation } from '../engine.js';
import { nextTurn } from '../next-turn.js';
import { identifier, type Sql, sql } from '../sql.js';
import { type AnnotateInput, judgedRows, reasonsWithoutVerdict, verdictPosition } from './annotate.js';
import { dropVerdictLookup, loadKeys } from './verdict-lookup.js';

const TABLE = identifier('deeplogbot_row_places');

/** Which verdict each row of a relation gets: known as soon as the keys are, whatever their verdicts will be. */
export interface RowPlaces {
  /** The keys in the order of their places: from which row of the key table each comes. */
  readonly order: Float64Array;
  /** One position per row, in the order of the rows where that is kept: from 1 for rows without a key of the table, then its place. */
  batches(): AsyncIterable<ArrayLike<number>>;
  /** If the engine looked at the rows ahead: takes four bytes of each over from it, once `made` is fulfilled; `batches` then gives them once. */
  fetch(): Promise<void>;
  /** Fulfilled once the engine has looked at all rows, if it does so ahead; to be waited for before anything is asked of it. */
  readonly made: Promise<void>;
  /** Takes away what was made for it. */
  drop(): Promise<void>;
}

/**
 * Finds the place of each row.
 *
 * @param when `now` has the engine begin to look at all rows and keep four bytes of each; `later` leaves that to the query
 */
export async function rowPlaces(
  engine: Engine,
  relation: Relation,
  { schema, keys }: Pick<AnnotateInput, 'schema' | 'keys'>,
  when: 'now' | 'later',
): Promise<RowPlaces> {
  const drop = async () => {
    await dropVerdictLookup(engine);
    await engine.run(sql`DROP TABLE IF EXISTS ${TABLE}`);
  };
  try {
    const named = { key_text: textColumn(keys), verdict: Float64Array.from(keys, (_, i) => i) };
    const { rows, placeOf } = await loadKeys(engine, { rows: keys.length, columns: named });
    const order = numbers(await engine.columns(sql`SELECT verdict FROM ${rows} ORDER BY key_text`), 'verdict');
    const others = reasonsWithoutVerdict(schema).length;
    const position = verdictPosition(schema, (key) => sql`${placeOf(key)} + ${others + 1}`);
    const source = sql`(SELECT ${position} AS position FROM (${judgedRows(schema, relation)}))`;
    const query = (from: Sql) => sql`SELECT CAST(position AS DOUBLE) AS position FROM ${from}`;
    if (when === 'later') {
      const batches = () => positionsOf(engine.batches(query(source)));
      return { order, batches, fetch: async () => {}, made: Promise.resolve(), drop };
    }
    const { made } = await begunTable(engine, source);
    const parts = () => positionsOf(inParts(engine, query(TABLE), relation.rows));
    return { order, ...fetchable(engine, parts), made: made.then(() => dropVerdictLookup(engine)), drop };
  } catch (error) {
    await drop();
    throw error;
  }
}

/** Rows that are asked for at once, 8 MiB: many more wait in the engine as a copy, few more cost a statement each. */
const PART = 2 ** 20;

async function* inParts(engine: Engine, query: Sql, rows: number): AsyncIterable<ColumnBatch> {
  for (let from = 0; from < rows; from += PART) {
    yield await engine.columns(sql`${query} WHERE rowid >= ${from} AND rowid < ${from + PART}`);
  }
}

/** Positions that may be fetched before they are asked for; each part is let go once it has been handed on. */
function fetchable(engine: Engine, parts: () => AsyncIterable<Float64Array>): Pick<RowPlaces, 'batches' | 'fetch'> {
  let fetched: Uint32Array[] | undefined;
  return {
    async fetch() {
      const found: Uint32Array[] = [];
      await inRowOrder(engine, async () => {
        for await (const part of parts()) found.push(Uint32Array.from(part));
      });
      await engine.run(sql`DROP TABLE IF EXISTS ${TABLE}`); // They are there once.
      fetched = found;
    },
    async *batches() {
      if (!fetched) yield* parts();
      else for (let part = fetched.shift(); part !== undefined; part = fetched.shift()) yield part;
    },
  };
}

async function* positionsOf(batches: AsyncIterable<ColumnBatch>): AsyncIterable<Float64Array> {
  for await (const batch of batches) yield numbers(batch, 'position');
}

/** Answers once the engine is at work: from then on the host may be busy without a turn. */
async function begunTable(engine: Engine, source: Sql): Promise<{ readonly made: Promise<void> }> {
  let begun = () => {};
  const began = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const made = inRowOrder(engine, () => {
    const run = engine.run(sql`
      CREATE OR REPLACE TEMP TABLE ${TABLE} AS SELECT CAST(position AS INTEGER) AS position FROM ${source}`);
    begun();
    return run;
  });
  await Promise.race([began, made]);
  await nextTurn(); // The library takes the statement later in this one.
  return { made };
}
