import { DataType, makeTable, Table, tableFromIPC, tableToIPC, Utf8, type Vector, vectorFromArray } from 'apache-arrow';
import { type Column, type ColumnBatch, isText, TextCoder, texts, textValues } from '../columns.js';
import { duckdbDialect } from '../dialect.js';
import type { Engine, Relation, Source, WriteTarget } from '../engine.js';
import { identifier, join, type Sql, sql } from '../sql.js';
import { bindWasm } from './bind-wasm.js';
import { engineError } from './errors.js';
import { hostCast } from './host-cast.js';
import { orClear } from './release.js';

/** The few calls that the blocking and the asynchronous flavour of duckdb-wasm share. */
export interface WasmConnection {
  /** Runs one statement and returns its rows as an Arrow IPC stream. */
  runQuery(text: string): Promise<Uint8Array>;
  /** Creates a table from an Arrow IPC stream. */
  insertArrow(ipc: Uint8Array, table: string): Promise<void>;
  registerBuffer(name: string, bytes: Uint8Array): Promise<void>;
  dropBuffer(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Parquet ↔ Arrow, which duckdb-wasm cannot do without fetching an extension. */
export interface ParquetCodec {
  /** Parquet bytes to an Arrow IPC stream. Throws on anything else. */
  decode(bytes: Uint8Array): Uint8Array;
  encode(ipc: Uint8Array, options: Pick<WriteTarget, 'compression' | 'rowGroupSize'>): Uint8Array;
}

/** What a place with a file system lends the engine; a page has none. */
export interface FilePort {
  read(path: string): Promise<Uint8Array>;
  write(path: string, bytes: Uint8Array): Promise<void>;
  inflate(bytes: Uint8Array): Promise<Uint8Array>;
}

export interface WasmParts {
  readonly connection: WasmConnection;
  readonly parquet: ParquetCodec;
  readonly files?: FilePort;
}

/** DuckDB compiled to WebAssembly: one thread, everything in memory, no network. */
export class WasmEngine implements Engine {
  readonly name = 'duckdb-wasm';
  readonly dialect = duckdbDialect;

  constructor(readonly parts: WasmParts) {}

  /** Settings without which a statement could reach for the network or depend on the machine. Closes the engine where one fails. */
  async configure(memoryLimit?: string): Promise<this> {
    const limit = memoryLimit === undefined ? [] : [sql`SET memory_limit = ${memoryLimit}`];
    const settings = [
      sql`SET autoinstall_known_extensions = FALSE`,
      sql`SET autoload_known_extensions = FALSE`,
      sql`SET preserve_insertion_order = TRUE`,
      ...limit,
    ];
    return orClear(
      async () => {
        for (const setting of settings) await this.run(setting);
        return this;
      },
      () => this.close(),
    );
  }

  bind(source: Source): Promise<Relation> {
    return bindWasm(this, source);
  }

  async run(statement: Sql): Promise<void> {
    await this.query(statement.text);
  }

  async columns(query: Sql): Promise<ColumnBatch> {
    return toBatch(tableFromIPC(await this.query((await this.forHost(query)).text)));
  }

  async *batches(query: Sql): AsyncIterable<ColumnBatch> {
    yield await this.columns(query);
  }

  async load(name: string, batch: ColumnBatch): Promise<Sql> {
    const columns = Object.entries(batch.columns).map(([column, values]) => [column, toVector(values)] as const);
    await this.insert(name, tableToIPC(new Table(Object.fromEntries(columns)), 'stream'));
    return identifier(name);
  }

  /** Creates a table from Arrow, in place of one of that name. */
  async insert(name: string, ipc: Uint8Array): Promise<void> {
    await this.run(sql`DROP TABLE IF EXISTS ${identifier(name)}`);
    try {
      await this.parts.connection.insertArrow(ipc, name);
    } catch (cause) {
      throw engineError(`insert Arrow into ${name}`, cause);
    }
  }

  async write(query: Sql, target: WriteTarget): Promise<number> {
    const bytes = await this.exportParquet(query, target);
    const { files } = this.parts;
    if (!files) throw engineError(query.text, new TypeError('A page has no files to write to; use exportParquet'));
    await files.write(target.path, bytes.parquet);
    return bytes.rows;
  }

  /** The rows of a query as the bytes of a Parquet file. */
  async exportParquet(
    query: Sql,
    options: Pick<WriteTarget, 'compression' | 'rowGroupSize'>,
  ): Promise<{ readonly parquet: Uint8Array; readonly rows: number }> {
    const table = tableFromIPC(await this.query(query.text));
    return { parquet: this.parts.parquet.encode(tableToIPC(table, 'stream'), options), rows: table.numRows };
  }

  close(): Promise<void> {
    return this.parts.connection.close();
  }

  private async query(text: string): Promise<Uint8Array> {
    try {
      return await this.parts.connection.runQuery(text);
    } catch (cause) {
      throw engineError(text, cause);
    }
  }

  private async forHost(query: Sql): Promise<Sql> {
    const shape = tableFromIPC(await this.query(sql`SELECT column_name, column_type FROM (DESCRIBE ${query})`.text));
    const described = toBatch(shape);
    const types = texts(described, 'column_type');
    const casts = texts(described, 'column_name').map((name, i) => {
      const column = identifier(name!);
      return sql`${hostCast(column, types[i]!)} AS ${column}`;
    });
    return sql`SELECT ${join(casts, ', ')} FROM (${query})`;
  }
}

function toBatch(table: Table): ColumnBatch {
  const columns = table.schema.fields.map((field): [string, Column] => {
    const vector = table.getChild(field.name)!;
    return [field.name, DataType.isFloat(field.type) ? toDoubles(vector) : toText(vector)];
  });
  return { rows: table.numRows, columns: Object.fromEntries(columns) };
}

function toDoubles(vector: Vector): Float64Array {
  const values = new Float64Array(vector.length);
  let offset = 0;
  for (const data of vector.data) {
    values.set(data.values.subarray(0, data.length), offset);
    if (data.nullCount > 0) {
      for (let row = 0; row < data.length; row++) if (!data.getValid(row)) values[offset + row] = Number.NaN;
    }
    offset += data.length;
  }
  return values;
}

function toText(vector: Vector): Column {
  const coder = new TextCoder();
  const codes = new Int32Array(vector.length);
  for (let row = 0; row < vector.length; row++) codes[row] = coder.codeOf(vector.get(row) as string | null);
  return { dictionary: coder.dictionary(), codes };
}

function toVector(column: Column): Vector {
  if (isText(column)) return vectorFromArray(textValues(column), new Utf8());
  if (!column.some(Number.isNaN)) return makeTable({ value: column }).getChild('value')!;
  return vectorFromArray(Array.from(column, (value) => (Number.isNaN(value) ? null : value)));
}
