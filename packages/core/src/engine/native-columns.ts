import type {
  DuckDBAppender,
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBMaterializedResult,
  DuckDBPreparedStatement,
  DuckDBResult,
  DuckDBVector,
} from '@duckdb/node-api';
import { type Column, type ColumnBatch, isText, TextCoder } from '../columns.js';
import type { Engine, TypedColumn } from '../engine.js';
import { identifier, join, type Sql, sql } from '../sql.js';
import { engineError } from './errors.js';
import { hostCast } from './host-cast.js';
import { thenClear } from './release.js';

/** A statement whose every column is DOUBLE or VARCHAR, and how its chunks become batches. */
export interface HostStatement {
  readonly text: string;
  /** For batches, as they are made. */
  stream(): Promise<DuckDBResult>;
  /** For the whole result at once. */
  run(): Promise<DuckDBMaterializedResult>;
  decode(chunk: DuckDBDataChunk | null): ColumnBatch;
  close(): void;
}

/** Prepares a query so that numbers leave the engine as DOUBLE. One that gives other types is planned a second time, with the conversion: it runs there, vectorised. */
export async function prepareForHost(connection: DuckDBConnection, query: Sql): Promise<HostStatement> {
  const asked = await prepare(connection, query.text);
  const shape = shapeOf(asked);
  if (shape.every(({ type }) => type === 'DOUBLE' || type === 'VARCHAR')) return hostStatement(query.text, asked);
  asked.destroySync();
  const casts = shape.map(({ name, type }) => sql`${hostCast(identifier(name), type)} AS ${identifier(name)}`);
  const { text } = sql`SELECT ${join(casts, ', ')} FROM (${query})`;
  return hostStatement(text, await prepare(connection, text));
}

function hostStatement(text: string, prepared: DuckDBPreparedStatement): HostStatement {
  const shape = shapeOf(prepared);
  return {
    text,
    stream: () => prepared.stream(),
    run: () => prepared.run(),
    decode: (chunk) => decodeChunk(chunk, shape),
    close: () => prepared.destroySync(),
  };
}

interface ColumnShape {
  readonly name: string;
  readonly type: string;
}

const shapeOf = (prepared: DuckDBPreparedStatement): readonly ColumnShape[] =>
  Array.from({ length: prepared.columnCount }, (_, i) => ({
    name: prepared.columnName(i),
    type: prepared.columnType(i).toString(),
  }));

async function prepare(connection: DuckDBConnection, text: string): Promise<DuckDBPreparedStatement> {
  try {
    return await connection.prepare(text);
  } catch (cause) {
    throw engineError(text, cause);
  }
}

function decodeChunk(chunk: DuckDBDataChunk | null, shape: readonly ColumnShape[]): ColumnBatch {
  const rows = chunk?.rowCount ?? 0;
  const columns = shape.map(({ name, type }, i): [string, Column] => {
    const values = chunk?.getColumnVector(i);
    if (!values) return [name, type === 'VARCHAR' ? { dictionary: [], codes: new Int32Array() } : new Float64Array()];
    const column =
      type === 'VARCHAR' ? encode(values as DuckDBVector<string>, rows) : doubles(values as RawDoubles, rows);
    return [name, column];
  });
  return { rows, columns: Object.fromEntries(columns) };
}

/** Where a vector of DOUBLE has its numbers, and which of them are NULL: no data = none. The library says so to itself alone. */
type RawDoubles = DuckDBVector<number> & { readonly items?: unknown; readonly validity?: { readonly data?: unknown } };

/** Copied at once where none is NULL: asked for one by one, numbers take ten times as long. */
function doubles(vector: RawDoubles, rows: number): Float64Array {
  if (vector.items instanceof Float64Array && vector.validity?.data === null) return vector.items.slice(0, rows);
  const values = new Float64Array(rows);
  for (let row = 0; row < rows; row++) values[row] = vector.getItem(row) ?? Number.NaN;
  return values;
}

function encode(vector: DuckDBVector<string>, rows: number): Column {
  const coder = new TextCoder();
  const codes = new Int32Array(rows);
  for (let row = 0; row < rows; row++) codes[row] = coder.codeOf(vector.getItem(row));
  return { dictionary: coder.dictionary(), codes };
}

const CHUNK = 2048;

/** Loads host columns through the appender, a chunk at a time. */
export async function appendBatch(
  engine: Engine,
  connection: DuckDBConnection,
  name: string,
  batch: ColumnBatch,
): Promise<Sql> {
  const { DOUBLE, DuckDBDataChunk, VARCHAR } = await import('@duckdb/node-api');
  const table = identifier(name);
  const entries = Object.entries(batch.columns);
  const shape = entries.map(
    ([column, values]) => sql`${identifier(column)} ${isText(values) ? sql`VARCHAR` : sql`DOUBLE`}`,
  );
  await engine.run(sql`CREATE OR REPLACE TEMP TABLE ${table} (${join(shape, ', ')})`);
  const types = entries.map(([, values]) => (isText(values) ? VARCHAR : DOUBLE));
  await appending(connection, name, (appender) => {
    for (let start = 0; start < batch.rows; start += CHUNK) {
      const end = Math.min(start + CHUNK, batch.rows);
      const chunk = DuckDBDataChunk.create(types, end - start);
      for (const [i, [, values]] of entries.entries()) fill(chunk.getColumnVector(i), values, start, end);
      appender.appendDataChunk(chunk);
    }
  });
  return table;
}

/** Lends an appender of a temporary table, and closes it however that ends. */
async function appending(
  connection: DuckDBConnection,
  table: string,
  append: (appender: DuckDBAppender) => void,
): Promise<void> {
  const appender = await connection.createAppender(table, 'main', 'temp');
  await thenClear(
    async () => append(appender),
    async () => appender.closeSync(),
  );
}

/** Writes the rows from `start` to `end` into a vector, without a list of boxed values between. */
function fill(vector: DuckDBVector, column: Column, start: number, end: number): void {
  if (isText(column)) {
    for (let row = start; row < end; row++) {
      const code = column.codes[row]!;
      vector.setItem(row - start, code < 0 ? null : column.dictionary[code]!);
    }
  } else {
    for (let row = start; row < end; row++) {
      const value = column[row]!;
      vector.setItem(row - start, Number.isNaN(value) ? null : value);
    }
  }
  vector.flush();
}

/** Adds numbers to a table as they are typed there: no table between, and a column of one value is filled in once. */
export async function appendTyped(
  connection: DuckDBConnection,
  name: string,
  columns: readonly TypedColumn[],
  rows: number,
): Promise<void> {
  const { DOUBLE, DuckDBDataChunk, INTEGER, SMALLINT } = await import('@duckdb/node-api');
  const types = columns.map(({ type }) => ({ DOUBLE, INTEGER, SMALLINT })[type]);
  const constant = columns.map(({ values }) => isConstant(values, rows));
  await appending(connection, name, (appender) => {
    let chunk = DuckDBDataChunk.create(types, CHUNK);
    for (let start = 0; start < rows; start += CHUNK) {
      const end = Math.min(start + CHUNK, rows);
      const isNew = start === 0 || end - start < CHUNK;
      if (end - start < CHUNK) chunk = DuckDBDataChunk.create(types, end - start);
      for (const [i, { values }] of columns.entries()) {
        if (isNew || !constant[i]) fill(chunk.getColumnVector(i), values, start, end);
      }
      appender.appendDataChunk(chunk);
    }
  });
}

function isConstant(values: Float64Array, rows: number): boolean {
  const first = values[0]!;
  for (let row = 1; row < rows; row++) if (!Object.is(values[row]!, first)) return false;
  return true;
}
