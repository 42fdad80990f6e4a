import { type Engine, identifier, join, type Sql, sql } from '@deeplogbot/core';
import { STORED, STORED_COLUMNS, type StoredColumn } from './columns.js';

/** Rows that go into the engine at once. */
const BATCH = 65_536;
/** A megabyte of the shortest possible lines fits behind a batch. */
const CAPACITY = 2 * BATCH;
const STAGE = 'deeplogbot_http_stage';
const REQUESTS = 'deeplogbot_http_requests';

const TYPES = {
  INTEGER: sql`INTEGER`,
  SMALLINT: sql`SMALLINT`,
  DOUBLE: sql`DOUBLE`,
} as const;

function isConstant(values: Float64Array): boolean {
  const first = values[0]!;
  if (Number.isNaN(first)) return values.every((value) => Number.isNaN(value));
  return values.every((value) => value === first);
}

/** Collects rows column by column and moves them into the engine a batch at a time. */
export class RequestTable {
  readonly name: Sql = identifier(REQUESTS);
  rows = 0;
  private readonly columns: Readonly<Record<StoredColumn, Float64Array>>;
  private filled = 0;

  private constructor(private readonly engine: Engine) {
    this.columns = Object.fromEntries(
      STORED_COLUMNS.map((name) => [name, new Float64Array(CAPACITY)]),
    ) as unknown as Readonly<Record<StoredColumn, Float64Array>>;
  }

  static async create(engine: Engine): Promise<RequestTable> {
    const shape = STORED_COLUMNS.map((name) => sql`${identifier(name)} ${TYPES[STORED[name]]}`);
    await engine.run(sql`CREATE OR REPLACE TEMP TABLE ${identifier(REQUESTS)} (${join(shape, ', ')})`);
    return new RequestTable(engine);
  }

  /** The columns; the next row goes to place {@link at} of each, and {@link commit} takes it. */
  get cells(): Readonly<Record<StoredColumn, Float64Array>> {
    return this.columns;
  }

  get at(): number {
    return this.filled;
  }

  commit(): void {
    this.filled++;
  }

  /** Whether it is time to {@link flush}; to be asked after each megabyte of lines. */
  get full(): boolean {
    return this.filled >= BATCH;
  }

  async flush(): Promise<void> {
    if (this.filled === 0) return;
    const rows = this.filled;
    this.filled = 0;
    this.rows += rows;
    const { engine } = this;
    if (engine.append) {
      const typed = STORED_COLUMNS.map((name) => ({ type: STORED[name], values: this.columns[name] }));
      return engine.append(REQUESTS, typed, rows);
    }
    await this.insert(rows);
  }

  private async insert(rows: number): Promise<void> {
    // What is the same in a whole batch, as most of what a format lacks is, is said once and not row by row.
    const cells = STORED_COLUMNS.map((name) => [name, this.columns[name].subarray(0, rows)] as const);
    const varying = cells.filter(([name, values]) => name === 'line_no' || !isConstant(values));
    const stage = await this.engine.load(STAGE, { rows, columns: Object.fromEntries(varying) });
    const names = new Set(varying.map(([name]) => name));
    const casts = cells.map(([name, values]) => {
      const value = names.has(name) ? identifier(name) : Number.isNaN(values[0]!) ? sql`NULL` : sql`${values[0]!}`;
      return sql`CAST(${value} AS ${TYPES[STORED[name]]})`;
    });
    await this.engine.run(sql`INSERT INTO ${this.name} SELECT ${join(casts, ', ')} FROM ${stage}`);
  }

  async finish(): Promise<void> {
    await this.flush();
    await this.engine.run(sql`DROP TABLE IF EXISTS ${identifier(STAGE)}`);
  }
}

/** Texts that go into the engine at once. */
const TEXTS = 100_000;

/** Loads texts as one list, so that a code finds its text without a join, which would not keep the order of rows. `UUID`: 32 hexadecimal digits each. */
export async function loadList(
  engine: Engine,
  name: string,
  values: Iterable<string>,
  type: 'VARCHAR' | 'UUID' = 'VARCHAR',
): Promise<Sql> {
  const kept = type === 'UUID' ? sql`UUID` : sql`VARCHAR`;
  const table = identifier(`deeplogbot_http_list_${name}`);
  const rows = identifier(`deeplogbot_http_texts_${name}`);
  await engine.run(sql`CREATE OR REPLACE TEMP TABLE ${rows} (code INTEGER, value ${kept})`);
  let first = 0;
  for (const part of chunks(values, TEXTS)) {
    const codes = Float64Array.from(part, (_, i) => first + i);
    const stage = await engine.load(STAGE, { rows: part.length, columns: { code: codes, value: eachItsOwn(part) } });
    await engine.run(sql`INSERT INTO ${rows} SELECT CAST(code AS INTEGER), CAST(value AS ${kept}) FROM ${stage}`);
    first += part.length;
  }
  await engine.run(sql`
    CREATE OR REPLACE TEMP TABLE ${table} AS SELECT coalesce(list(value ORDER BY code), []) AS items FROM ${rows}`);
  await engine.run(sql`DROP TABLE ${rows}`);
  await engine.run(sql`DROP TABLE IF EXISTS ${identifier(STAGE)}`);
  return table;
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

/** Facts in the engine. */
export interface LoadedFacts {
  /** One row per id with `id` and the facts, as DOUBLE. */
  readonly rows: Sql;
  /** Table of one row: a list for each fact. */
  readonly lists: Sql;
}

/** Loads facts as lists, one column each in a table of one row: `FACT[id + 1]` is what a row with that id says. */
export async function loadFacts<C extends Readonly<Record<string, keyof typeof TYPES>>>(
  engine: Engine,
  name: string,
  types: C,
  column: (name: keyof C & string) => Float64Array,
): Promise<LoadedFacts> {
  const names = Object.keys(types) as (keyof C & string)[];
  const columns = Object.fromEntries(names.map((each) => [each, column(each)]));
  const count = columns[names[0]!]!.length;
  const rows = await engine.load(`deeplogbot_http_values_${name}`, {
    rows: count,
    columns: { id: Float64Array.from({ length: count }, (_, id) => id), ...columns },
  });
  // A list cannot be spilled while it grows: one after the other takes the room of one.
  const parts = names.map((each) => identifier(`deeplogbot_http_fact_${name}_${each}`));
  for (const [i, each] of names.entries()) {
    await engine.run(sql`
      CREATE OR REPLACE TEMP TABLE ${parts[i]!} AS
      SELECT list(CAST(${identifier(each)} AS ${TYPES[types[each]!]}) ORDER BY id) AS ${identifier(each)} FROM ${rows}`);
  }
  const lists = identifier(`deeplogbot_http_facts_${name}`);
  await engine.run(sql`CREATE OR REPLACE TEMP TABLE ${lists} AS SELECT * FROM ${join(parts, ', ')}`);
  for (const part of parts) await engine.run(sql`DROP TABLE ${part}`);
  return { rows, lists };
}
