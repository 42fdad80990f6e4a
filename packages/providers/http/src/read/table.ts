import { type Engine, identifier, join, type Sql, sql } from '@deeplogbot/core';
import { STORED, STORED_COLUMNS, type StoredColumn } from './columns.js';

/** Rows that go into the engine at once. */
const BATCH = 65_536;
/** Rows that there is room for at first: most logs that are read again and again are small. */
const FIRST_ROOM = 1024;
const STAGE = 'deeplogbot_http_stage';
const REQUESTS = 'deeplogbot_http_requests';

/** Takes away what rows are loaded by, which is no temporary table in DuckDB for WebAssembly. */
export const dropStage = (engine: Engine): Promise<void> => engine.run(sql`DROP TABLE IF EXISTS ${identifier(STAGE)}`);

const TYPES = {
  INTEGER: sql`INTEGER`,
  SMALLINT: sql`SMALLINT`,
  DOUBLE: sql`DOUBLE`,
} as const;

function isConstant(values: Float64Array, rows: number): boolean {
  const first = values[0]!;
  for (let row = 1; row < rows; row++) if (!Object.is(values[row]!, first)) return false;
  return true;
}

const literalOf = (name: StoredColumn, value: number): Sql =>
  sql`CAST(${Number.isNaN(value) ? null : value} AS ${TYPES[STORED[name]]})`;

/**
 * Collects rows column by column and moves them into the engine a batch at a time. A column that has held one value
 * so far, as most of what a format lacks, is not stored until another one comes.
 */
export class RequestTable {
  readonly name: Sql = identifier(REQUESTS);
  rows = 0;
  private readonly columns: Record<StoredColumn, Float64Array>;
  private room = FIRST_ROOM;
  private filled = 0;
  /** Columns of the table in the engine, in its order. */
  private readonly stored: StoredColumn[] = ['ts_us', 'line_no'];
  /** The one value of each other column; none before the first batch. */
  private readonly fixed = new Map<StoredColumn, number>();

  private constructor(private readonly engine: Engine) {
    this.columns = Object.fromEntries(STORED_COLUMNS.map((name) => [name, new Float64Array(FIRST_ROOM)])) as Record<
      StoredColumn,
      Float64Array
    >;
  }

  static async create(engine: Engine): Promise<RequestTable> {
    const table = new RequestTable(engine);
    const shape = table.stored.map((name) => sql`${identifier(name)} ${TYPES[STORED[name]]}`);
    await engine.run(sql`CREATE OR REPLACE TEMP TABLE ${table.name} (${join(shape, ', ')})`);
    return table;
  }

  /** The columns; the next row goes to place {@link at} of each, and {@link commit} takes it and may put longer ones in their place. */
  get cells(): Readonly<Record<StoredColumn, Float64Array>> {
    return this.columns;
  }

  get at(): number {
    return this.filled;
  }

  commit(): void {
    this.filled++;
    if (this.filled === this.room) this.grow();
  }

  private grow(): void {
    this.room *= 4;
    for (const name of STORED_COLUMNS) {
      const wider = new Float64Array(this.room);
      wider.set(this.columns[name]);
      this.columns[name] = wider;
    }
  }

  /** Whether it is time to {@link flush}; to be asked after each megabyte of lines. */
  get full(): boolean {
    return this.filled >= BATCH;
  }

  /** A column of the table, of whose rows the alias is `r`, wherever its values are. */
  cell(name: StoredColumn): Sql {
    return this.stored.includes(name)
      ? sql`r.${identifier(name)}`
      : literalOf(name, this.fixed.get(name) ?? Number.NaN);
  }

  async flush(): Promise<void> {
    if (this.filled === 0) return;
    const rows = this.filled;
    this.filled = 0;
    await this.addVarying(rows);
    this.rows += rows;
    const { engine, stored } = this;
    if (engine.append) {
      const typed = stored.map((name) => ({ type: STORED[name], values: this.columns[name] }));
      return engine.append(REQUESTS, typed, rows);
    }
    await this.insert(rows);
  }

  /** Makes room for the columns that this batch has other values in than all rows before. */
  private async addVarying(rows: number): Promise<void> {
    for (const name of STORED_COLUMNS) {
      if (this.stored.includes(name)) continue;
      const values = this.columns[name];
      if (this.rows === 0) this.fixed.set(name, values[0]!);
      const before = this.fixed.get(name)!;
      if (Object.is(values[0]!, before) && isConstant(values, rows)) continue;
      await this.engine.run(sql`
        ALTER TABLE ${this.name} ADD COLUMN ${identifier(name)} ${TYPES[STORED[name]]} DEFAULT ${literalOf(name, before)}`);
      this.stored.push(name);
    }
  }

  private async insert(rows: number): Promise<void> {
    const cells = this.stored.map((name) => [name, this.columns[name].subarray(0, rows)] as const);
    const stage = await this.engine.load(STAGE, { rows, columns: Object.fromEntries(cells) });
    const casts = this.stored.map((name) => sql`CAST(${identifier(name)} AS ${TYPES[STORED[name]]})`);
    await this.engine.run(sql`INSERT INTO ${this.name} SELECT ${join(casts, ', ')} FROM ${stage}`);
  }

  async finish(): Promise<void> {
    await this.flush();
    await dropStage(this.engine);
  }
}

/** Texts and facts that go into the engine at once. */
const TEXTS = 100_000;

/**
 * More things than this are joined where that can be, instead of looked up in lists: the engine copies a list for every two
 * thousand rows (ten million look-ups take 2 s in a list of 32,768 numbers, a minute in one of two million hashes).
 */
export const MOST_LISTED = 32_768;

/** Texts as the engine has them. */
export interface LoadedTexts {
  /** `code` and `value`, one row each; to be joined where the order of rows does not matter. */
  readonly rows: Sql;
  /**
   * One row with all as the list `items`, so that a code finds its text without a join, which would not keep the order of
   * rows. Of more than {@link MOST_LISTED} a view, which makes the list where it is asked for.
   */
  readonly list: Sql;
  readonly count: number;
}

/** Loads texts by their codes. `UUID`: 32 hexadecimal digits each. */
export async function loadTexts(
  engine: Engine,
  name: string,
  values: Iterable<string>,
  type: 'VARCHAR' | 'UUID' = 'VARCHAR',
): Promise<LoadedTexts> {
  const kept = type === 'UUID' ? sql`UUID` : sql`VARCHAR`;
  const list = `deeplogbot_http_list_${name}`;
  const rows = identifier(`deeplogbot_http_texts_${name}`);
  await engine.run(sql`CREATE OR REPLACE TEMP TABLE ${rows} (code INTEGER, value ${kept})`);
  let first = 0;
  for (const part of chunks(values, TEXTS)) {
    const codes = Float64Array.from(part, (_, i) => first + i);
    const stage = await engine.load(STAGE, { rows: part.length, columns: { code: codes, value: eachItsOwn(part) } });
    await engine.run(sql`INSERT INTO ${rows} SELECT CAST(code AS INTEGER), CAST(value AS ${kept}) FROM ${stage}`);
    first += part.length;
  }
  await dropStage(engine);
  const items = sql`SELECT coalesce(list(value ORDER BY code), []) AS items FROM ${rows}`;
  return { rows, count: first, list: await created(engine, list, first, items) };
}

/** A table, or of very many things a view; one of the name that a run before has left, of whichever kind, is gone. */
async function created(engine: Engine, name: string, count: number, query: Sql): Promise<Sql> {
  const isTable = count <= MOST_LISTED;
  const relation = identifier(isTable ? name : `${name}_view`);
  await engine.run(sql`CREATE OR REPLACE TEMP ${isTable ? sql`TABLE` : sql`VIEW`} ${relation} AS ${query}`);
  return relation;
}

/** A column of texts of which hardly two are equal, without looking for those. */
const eachItsOwn = (texts: readonly string[]) => ({
  dictionary: texts,
  codes: Int32Array.from(texts, (_, i) => i),
});

function* chunks(values: Iterable<string>, size: number): Generator<string[]> {
  let part: string[] = [];
  for (const value of values) {
    part.push(value);
    if (part.length < size) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

/** Facts as the engine has them, by their ids. */
export interface LoadedFacts {
  /** `id` and the facts, one row each. */
  readonly rows: Sql;
  /** One row with a list for each fact: `FACT[id + 1]` is what a row with that id says. A view as in {@link LoadedTexts.list}. */
  readonly lists: Sql;
  readonly count: number;
}

/** Facts of things by their number: `column` gives those of the things from `from` to before `to`. */
export interface FactSource<N extends string> {
  readonly count: number;
  column(name: N, from: number, to: number): Float64Array;
}

/** Loads facts, some things at a time. */
export async function loadFacts<C extends Readonly<Record<string, keyof typeof TYPES>>>(
  engine: Engine,
  name: string,
  types: C,
  { count, column }: FactSource<keyof C & string>,
): Promise<LoadedFacts> {
  const names = Object.keys(types) as (keyof C & string)[];
  const rows = factTable(name);
  const shape = names.map((each) => sql`${identifier(each)} ${TYPES[types[each]!]}`);
  await engine.run(sql`CREATE OR REPLACE TEMP TABLE ${rows} (id INTEGER, ${join(shape, ', ')})`);
  const casts = names.map((each) => sql`CAST(${identifier(each)} AS ${TYPES[types[each]!]})`);
  for (let from = 0; from < count; from += TEXTS) {
    const to = Math.min(from + TEXTS, count);
    const id = Float64Array.from({ length: to - from }, (_, i) => from + i);
    const columns = Object.fromEntries(names.map((each) => [each, column(each, from, to)]));
    const stage = await engine.load(STAGE, { rows: to - from, columns: { id, ...columns } });
    await engine.run(sql`INSERT INTO ${rows} SELECT CAST(id AS INTEGER), ${join(casts, ', ')} FROM ${stage}`);
  }
  await dropStage(engine);
  return { rows, lists: await factLists(engine, name, names, count), count };
}

/** The lists of a few facts are made at once. A list cannot be spilled while it grows: of many, one after the other takes the room of one. */
async function factLists(engine: Engine, name: string, names: readonly string[], count: number): Promise<Sql> {
  const listOf = (each: string) => sql`list(${identifier(each)} ORDER BY id) AS ${identifier(each)}`;
  const relation = `deeplogbot_http_facts_${name}`;
  if (count <= MOST_LISTED) {
    const lists = join(names.map(listOf), ', ');
    return created(engine, relation, count, sql`SELECT ${lists} FROM ${factTable(name)}`);
  }
  const parts: Sql[] = [];
  for (const each of names) {
    const list = sql`SELECT ${listOf(each)} FROM ${factTable(name)}`;
    parts.push(await created(engine, `deeplogbot_http_fact_${name}_${each}`, count, list));
  }
  return created(engine, relation, count, sql`SELECT * FROM ${join(parts, ', ')}`);
}

/** Name of {@link LoadedFacts.rows}. */
export const factTable = (name: string): Sql => identifier(`deeplogbot_http_values_${name}`);
