import { DataType, type Table, tableFromIPC, type Vector } from 'apache-arrow';
import { type Column, textColumn } from '../columns.js';
import type { Engine } from '../engine.js';
import { InputError } from '../errors.js';
import { identifier, join, type Sql, sql } from '../sql.js';

/** A column as it can be loaded, and the cast that gives it its type back. */
interface Loaded {
  readonly column: Column;
  readonly cast: (name: Sql) => Sql;
}

/** The table that the view of that name reads. */
export const storeOf = (name: string): string => `${name}_arrow`;

/** Loads an Arrow IPC stream as a view of that name. Integers of 64 bits and timestamps keep their exact values. */
export async function bindArrow(engine: Engine, name: string, ipc: Uint8Array): Promise<void> {
  const table = readTable(ipc);
  const names = table.schema.fields.map((field) => field.name);
  const loaded = names.map((column) => load(column, table.getChild(column)!));
  const store = await engine.load(storeOf(name), {
    rows: table.numRows,
    columns: Object.fromEntries(names.map((column, i) => [column, loaded[i]!.column])),
  });
  const casts = names.map((column, i) => sql`${loaded[i]!.cast(identifier(column))} AS ${identifier(column)}`);
  await engine.run(sql`CREATE OR REPLACE TEMP VIEW ${identifier(name)} AS SELECT ${join(casts, ', ')} FROM ${store}`);
}

/** @throws InputError `NOT_ARROW` */
export function readTable(ipc: Uint8Array): Table {
  try {
    const table = tableFromIPC(ipc);
    if (table.numCols > 0) return table;
  } catch (cause) {
    throw notArrow(cause);
  }
  throw notArrow(); // Of bytes that are too few for a message the library makes a table without columns.
}

const notArrow = (cause?: unknown) =>
  new InputError('NOT_ARROW', 'The bytes are not an Arrow IPC stream with columns.', {
    hint: 'Make them with tableToIPC of apache-arrow.',
    cause,
  });

function load(name: string, vector: Vector): Loaded {
  const type = DataType.isDictionary(vector.type) ? vector.type.dictionary : vector.type;
  const text = (convert: (value: unknown) => string) =>
    textColumn(Array.from(vector, (value) => (value === null ? null : convert(value))));
  const number = () => Float64Array.from(vector, (value) => (value === null ? Number.NaN : Number(value)));
  const keep = (column: Sql) => column;
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return { column: text(String), cast: keep };
  if (DataType.isNull(type)) return { column: text(String), cast: keep };
  if (DataType.isInt(type)) {
    const whole = type.isSigned || type.bitWidth < 64 ? sql`BIGINT` : sql`UBIGINT`;
    return { column: text(String), cast: (column) => sql`CAST(${column} AS ${whole})` };
  }
  if (DataType.isFloat(type)) return { column: number(), cast: keep };
  if (DataType.isBool(type)) return { column: number(), cast: (column) => sql`(${column} = 1)` };
  if (DataType.isTimestamp(type)) {
    return { column: microseconds(vector), cast: (column) => sql`make_timestamp(CAST(${column} AS BIGINT))` };
  }
  if (DataType.isDate(type)) {
    return {
      column: milliseconds(vector),
      cast: (column) => sql`CAST(make_timestamp(CAST(${column} AS BIGINT)) AS DATE)`,
    };
  }
  throw new InputError('UNSUPPORTED_ARROW_TYPE', `Arrow column "${name}" has type ${type}, which is not read.`, {
    hint: 'Leave the column out, or convert it to text, a number or a timestamp.',
  });
}

/** Arrow hands timestamps out as milliseconds with a fraction; microseconds of this era are exact in 53 bits. */
const microseconds = (vector: Vector): Float64Array =>
  Float64Array.from(vector, (value) => (value === null ? Number.NaN : Math.round(Number(value) * 1000)));

const milliseconds = (vector: Vector): Float64Array =>
  Float64Array.from(vector, (value) => (value === null ? Number.NaN : Number(value) * 1000));
