import type { ColumnBatch } from './columns.js';
import type { Dialect } from './dialect.js';
import type { Sql } from './sql.js';

/** A column type as far as this project distinguishes types. */
export type LogicalType = 'text' | 'integer' | 'float' | 'boolean' | 'timestamp' | 'timestamptz' | 'date' | 'other';

export interface ColumnInfo {
  readonly name: string;
  readonly type: LogicalType;
  /** The engine's own spelling, for messages. */
  readonly sqlType: string;
}

/** Where events come from, already resolved: no globs, no directories, the format known. */
export type Source =
  | {
      readonly kind: 'files';
      /** Each file once. */
      readonly paths: readonly string[];
      /** Further names that were given for files of `paths`, such as links. */
      readonly alsoNamed?: readonly { readonly path: string; readonly name: string }[];
      readonly format: FileFormat;
      /** Directory names of the form `name=value` are columns. */
      readonly hive?: boolean;
      /** Which of `paths` lay in a folder that was named, and what lay beside them and is no log by its name. */
      readonly folder?: { readonly found: ReadonlySet<string>; readonly left: readonly string[] };
    }
  | { readonly kind: 'buffers'; readonly buffers: readonly NamedBuffer[]; readonly format: FileFormat }
  /** An Arrow table as an IPC stream. */
  | { readonly kind: 'arrow'; readonly ipc: Uint8Array }
  /** A table or view of the engine's own connection. */
  | { readonly kind: 'relation'; readonly name: string };

/**
 * `ebi-raw` is the 13-field log without a header, parted by tabs or by the two characters backslash and t.
 * `provider` is what the provider's own reader reads; engines do not.
 */
export type FileFormat = 'parquet' | 'csv' | 'tsv' | 'ndjson' | 'ebi-raw' | 'provider';

export interface NamedBuffer {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Something that can be selected from. `cheapRescan` is false where each read parses text again. */
export interface Relation {
  readonly name: Sql;
  readonly columns: readonly ColumnInfo[];
  readonly rows: number;
  readonly cheapRescan: boolean;
  /** Rows of the input that could not be parsed at all; they are counted here and are in no other figure. */
  readonly rejected: readonly RejectedRow[];
  /** How many such rows there are, where `rejected` holds only some. @defaultValue `rejected.length` */
  readonly rejectedCount?: number;
  /** Their number by reason, where the reader counts it. */
  readonly rejectedByReason?: Readonly<Record<string, number>>;
  /** Rows of each Parquet row group in reading order; absent for any other source. */
  readonly rowGroups?: readonly number[];
  /** The keys by number, where what read the log knows them. */
  readonly keys?: KeyDirectory;
  /** Takes away what was made to select from; absent where nothing was. */
  readonly release?: () => Promise<void>;
}

/**
 * The keys of a relation by number, so that its rows are grouped and joined by an integer and not by text. Used where
 * the schema reads the columns that `stands` names, see `directoryOf`.
 */
export interface KeyDirectory {
  /** INTEGER column of the relation, 0 … size − 1, never NULL: the code of the row's key. One key has one code. */
  readonly code: string;
  /** One row per code: `code`, `key_text`, `country`, `city`. */
  readonly table: Sql;
  readonly size: number;
  /** Columns of the relation whose texts those three are. */
  readonly stands: Readonly<Record<'location' | 'country' | 'city', string>>;
  /** The rows of the relation in any order, where that costs less. @defaultValue the relation itself */
  readonly anyOrder?: Sql;
  /**
   * Every row of the relation in its order with what a table of `code` and `place` says of its code, as a further column `place`;
   * NULL where it says nothing. Where there are so many codes that a list of them costs more than a join and a sort.
   */
  readonly placed?: (places: Sql) => Promise<PlacedRows>;
}

/** A relation that is there until it is dropped. */
export interface PlacedRows {
  readonly name: Sql;
  drop(): Promise<void>;
}

export interface RejectedRow {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

export interface WriteTarget {
  readonly path: string;
  readonly format: 'parquet';
  readonly compression: 'snappy' | 'zstd' | 'gzip' | 'uncompressed';
  /** Rows per row group. @defaultValue that of the source where its groups are even, else 122,880 */
  readonly rowGroupSize?: number;
  /** {@link Relation.rowGroups} of what the query reads row by row; lets an engine write with several threads. */
  readonly sourceRowGroups?: readonly number[];
}

/**
 * An SQL engine that holds events and aggregates. Statements run one at a time.
 * NULL leaves as NaN in numbers and as code −1 in text; integers leave as 64-bit floats.
 */
export interface Engine {
  readonly name: 'duckdb-native' | 'duckdb-wasm' | (string & {});
  readonly dialect: Dialect;
  /** Makes a source selectable. Fails with an InputError when it cannot be read; never reads it whole if it need not. */
  bind(source: Source): Promise<Relation>;
  run(statement: Sql): Promise<void>;
  /** The rows of a query at once, of which the engine may hold a copy meanwhile that counts for no limit: where they may be many, `gather` the batches. */
  columns(query: Sql): Promise<ColumnBatch>;
  /** The same rows as `columns`, in order, a few thousand at a time. */
  batches(query: Sql): AsyncIterable<ColumnBatch>;
  /** Loads host columns as a temporary table of that name; numbers as DOUBLE, text as VARCHAR. Replaces one of the same name. */
  load(name: string, batch: ColumnBatch): Promise<Sql>;
  /**
   * Adds rows to a temporary table that has these columns in this order; NaN is NULL, and whole numbers must fit their
   * type. Absent where an engine has no faster way than {@link load}.
   */
  append?(name: string, columns: readonly TypedColumn[], rows: number): Promise<void>;
  /** Writes the rows of a query in their order; returns how many. The file appears whole or not at all. */
  write(query: Sql, target: WriteTarget): Promise<number>;
  /** Makes the statement that is running fail soon; absent where an engine cannot. */
  interrupt?(): void;
  /**
   * Says how many rows the statements to come read, until it is said anew: sharing few among threads costs more than it saves.
   * Absent where an engine has one thread.
   */
  expect?(rows: number): Promise<void>;
  /**
   * From now on gives freed memory back to the system at once: for when the engine has little left to do and the host much.
   * Absent where an engine cannot.
   */
  giveBack?(): Promise<void>;
  /** Gives what memory is free back to the system, once. Absent where an engine cannot. */
  trim?(): Promise<void>;
  /**
   * Puts what it holds aside where that is possible and memory was limited: for when the host computes for a while. Tables stay, and
   * are read again when they are asked for. Absent where an engine cannot.
   */
  rest?(): Promise<void>;
  /** Every relation made by this engine object and not by the caller's connection is gone afterwards. */
  close(): Promise<void>;
}

/** Numbers for a column of a table; `values` may be longer than the rows that are added. */
export interface TypedColumn {
  readonly type: 'DOUBLE' | 'INTEGER' | 'SMALLINT';
  readonly values: Float64Array;
}

export interface EngineOptions {
  /** Worker threads of the engine; 0 = all cores. Results do not depend on it. @defaultValue 0 */
  readonly threads?: number;
  /**
   * For example `'4GB'`: what the whole process is to keep to, up to 512 MB for the program itself and about 3 KB for each
   * key on top. The engine counts three quarters of it as its own and spills the rest. @defaultValue the engine takes up to
   * 80 % of the machine's memory
   */
  readonly memoryLimit?: string;
  /** Where the engine may spill; removed afterwards. @defaultValue a folder of its own in the system's temporary directory */
  readonly tempDirectory?: string;
}
