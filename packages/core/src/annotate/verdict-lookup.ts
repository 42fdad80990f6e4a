import type { ColumnBatch } from '../columns.js';
import type { Engine, KeyDirectory } from '../engine.js';
import { identifier, type Sql, sql } from '../sql.js';

const ROWS = 'deeplogbot_verdicts';
const KEYS = 'deeplogbot_verdict_keys';
const CODES = 'deeplogbot_verdict_codes';
const LIST = 'deeplogbot_verdict_list';
const WORDS = 'deeplogbot_verdict_words';

/** The type of fields with few values. */
export const WORD = identifier(WORDS);

/** One STRUCT per key and some for the rest, in one list. */
export interface VerdictLookup {
  /** A relation of one row, to be added to FROM with a comma. */
  readonly from: Sql;
  /** The position of a key in the list; NULL for a key that is not there. */
  readonly positionOf: (key: Sql) => Sql;
  /** The STRUCT at a position. The first ones, from 1, are the given others. */
  readonly at: (position: Sql) => Sql;
  /** Table of `code` and `place`, where rows are given their place by a join. */
  readonly places?: Sql;
}

/** The position of a key in the order of all loaded ones, from 0; NULL for a key that is not there. */
export type KeyPlace = (key: Sql) => Sql;

/**
 * Loads rows with a `key_text` column so that each is found by its key.
 *
 * A hash join does not keep the order of its left side once several threads run it, and a sort of the whole log costs
 * more than writing it. So the keys become an ENUM, whose codes are the places.
 */
export async function loadKeys(engine: Engine, batch: ColumnBatch): Promise<{ rows: Sql; placeOf: KeyPlace }> {
  const rows = await engine.load(ROWS, batch);
  await engine.run(sql`
    CREATE OR REPLACE TEMP TYPE ${identifier(KEYS)} AS ENUM (SELECT key_text FROM ${rows} ORDER BY key_text)`);
  return { rows, placeOf: (key) => sql`enum_code(TRY_CAST(${key} AS ${identifier(KEYS)}))` };
}

/** What the verdicts of a list are made of. */
export interface VerdictShape {
  /** All values that fields of type {@link WORD} have; an ENUM is written without looking at its text again. */
  readonly words: readonly string[];
  /** STRUCT of a loaded row. */
  readonly item: Sql;
  /** STRUCTs of the same fields for rows without a verdict. */
  readonly others: readonly Sql[];
}

/** Loads rows with a `key_text` column into one list, in which each is found by its key. */
export async function loadVerdictLookup(
  engine: Engine,
  batch: ColumnBatch,
  shape: VerdictShape,
): Promise<VerdictLookup> {
  const { rows, placeOf } = await loadKeys(engine, batch);
  await createWords(engine, shape);
  await engine.run(sql`
    CREATE OR REPLACE TEMP TABLE ${identifier(LIST)} AS
    SELECT ${listOf(shape, sql`key_text`)} AS items FROM ${rows}`);
  const list = identifier('deeplogbot_l');
  return {
    from: sql`${identifier(LIST)} AS ${list}`,
    positionOf: (key) => sql`${placeOf(key)} + ${shape.others.length + 1}`,
    at: (position) => sql`${list}.items[${position}]`,
  };
}

/**
 * The same for keys that are whole numbers: `placeOfCode` says which of the loaded rows is the verdict of a code, NaN = it
 * has none. Millions of keys share a few verdicts, and no text of a key is looked at.
 */
export async function loadCodedLookup(
  engine: Engine,
  placeOfCode: Float64Array,
  batch: ColumnBatch,
  shape: VerdictShape,
): Promise<VerdictLookup> {
  const { rows, codes } = await loadCoded(engine, placeOfCode, batch, shape);
  await engine.run(sql`
    CREATE OR REPLACE TEMP TABLE ${identifier(LIST)} AS
    SELECT (SELECT ${listOf(shape, sql`place`)} FROM ${rows}) AS items,
           (SELECT list(CAST(place AS INTEGER) ORDER BY code) FROM ${codes}) AS places`);
  await engine.run(sql`DROP TABLE ${codes}`);
  const list = identifier('deeplogbot_l');
  return {
    from: sql`${identifier(LIST)} AS ${list}`,
    positionOf: (key) => sql`${list}.places[${key} + 1] + ${shape.others.length + 1}`,
    at: (position) => sql`${list}.items[${position}]`,
  };
}

/** The same for rows that have a column `place` already, see {@link KeyDirectory.placed}. */
export async function loadPlacedLookup(
  engine: Engine,
  placeOfCode: Float64Array,
  batch: ColumnBatch,
  shape: VerdictShape,
): Promise<VerdictLookup> {
  const { rows, codes } = await loadCoded(engine, placeOfCode, batch, shape);
  await engine.run(sql`
    CREATE OR REPLACE TEMP TABLE ${identifier(LIST)} AS SELECT ${listOf(shape, sql`place`)} AS items FROM ${rows}`);
  const list = identifier('deeplogbot_l');
  return {
    from: sql`${identifier(LIST)} AS ${list}`,
    positionOf: () => sql`place + ${shape.others.length + 1}`,
    at: (position) => sql`${list}.items[${position}]`,
    places: codes,
  };
}

async function loadCoded(engine: Engine, placeOfCode: Float64Array, batch: ColumnBatch, shape: VerdictShape) {
  const place = Float64Array.from({ length: batch.rows }, (_, i) => i);
  const rows = await engine.load(ROWS, { rows: batch.rows, columns: { place, ...batch.columns } });
  await createWords(engine, shape);
  const code = Float64Array.from(placeOfCode, (_, i) => i);
  const codes = await engine.load(CODES, { rows: code.length, columns: { code, place: placeOfCode } });
  return { rows, codes };
}

const createWords = (engine: Engine, { words }: VerdictShape): Promise<void> =>
  engine.run(sql`CREATE OR REPLACE TEMP TYPE ${WORD} AS ENUM (${words.map((word) => sql`${word}`)})`);

const listOf = ({ item, others }: VerdictShape, order: Sql): Sql =>
  sql`list_concat([${others}], list(${item} ORDER BY ${order}))`;

export async function dropVerdictLookup(engine: Engine): Promise<void> {
  for (const table of [LIST, ROWS, CODES]) await engine.run(sql`DROP TABLE IF EXISTS ${identifier(table)}`);
  for (const type of [KEYS, WORDS]) await engine.run(sql`DROP TYPE IF EXISTS ${identifier(type)}`);
}
