/** A column of a feature table, wherever its values are. */
export interface StoredColumn {
  readonly length: number;
  /** The values of the rows from `from` to before `to`. @defaultValue all rows; what is in memory is not copied */
  read(from?: number, to?: number): Float64Array;
}

/** A place for columns outside the memory of the program. */
export interface ColumnSpill {
  /** Columns up to so many bytes together stay in memory. */
  readonly above: number;
  /** Begins columns of so many rows. */
  begin(names: readonly string[], rows: number): ColumnWriter;
}

export interface ColumnWriter {
  /** Writes values of one column from row `from` on. What is written of no row is undefined. */
  write(name: string, from: number, values: Float64Array): void;
  column(name: string): StoredColumn;
}

/** A column in memory. */
export const inMemory = (values: Float64Array): StoredColumn => ({
  length: values.length,
  read: (from = 0, to = values.length) => (from === 0 && to === values.length ? values : values.subarray(from, to)),
});

/** Columns by name that are read when somebody asks for one, each time anew. */
export class StoredColumns implements ReadonlyMap<string, Float64Array> {
  constructor(
    readonly stored: ReadonlyMap<string, StoredColumn>,
    /** Where they are, and where others can be put. */
    private readonly spill: ColumnSpill,
  ) {}

  /** The same columns and others, which may be in memory. */
  with(added: ReadonlyMap<string, StoredColumn>): StoredColumns {
    return new StoredColumns(new Map([...this.stored, ...added]), this.spill);
  }

  /**
   * A copy with the rows in another order: to read rows here and there a few at a time would take a whole column each time. Two
   * columns' worth of memory serve for all.
   */
  arranged(order: readonly number[]): StoredColumns {
    const names = [...this.keys()];
    const writer = this.spill.begin(names, order.length);
    const rows = Uint32Array.from(order);
    const arranged = new Float64Array(order.length);
    let values = new Float64Array();
    for (const [name, column] of this.stored) {
      if (values.length !== column.length) values = new Float64Array(column.length);
      for (let from = 0; from < column.length; from += PART) {
        values.set(column.read(from, Math.min(from + PART, column.length)), from);
      }
      for (let i = 0; i < rows.length; i++) arranged[i] = values[rows[i]!]!;
      writer.write(name, 0, arranged);
    }
    return new StoredColumns(new Map(names.map((name) => [name, writer.column(name)])), this.spill);
  }

  get size(): number {
    return this.stored.size;
  }

  has(name: string): boolean {
    return this.stored.has(name);
  }

  get(name: string): Float64Array | undefined {
    return this.stored.get(name)?.read();
  }

  keys(): MapIterator<string> {
    return this.stored.keys() as MapIterator<string>;
  }

  *values(): MapIterator<Float64Array> {
    for (const column of this.stored.values()) yield column.read();
  }

  *entries(): MapIterator<[string, Float64Array]> {
    for (const [name, column] of this.stored) yield [name, column.read()];
  }

  [Symbol.iterator](): MapIterator<[string, Float64Array]> {
    return this.entries();
  }

  forEach(each: (values: Float64Array, name: string, map: ReadonlyMap<string, Float64Array>) => void): void {
    for (const [name, values] of this) each(values, name, this);
  }
}

/** Rows that are read at once. */
const PART = 65_536;

/** The values of the given rows, in their order. */
export function gathered(values: Float64Array, rows: readonly number[]): Float64Array {
  const found = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) found[i] = values[rows[i]!]!;
  return found;
}

/** Columns by name as they are stored; those of a plain map are in memory. */
export const storedOf = (columns: ReadonlyMap<string, Float64Array>): ReadonlyMap<string, StoredColumn> =>
  columns instanceof StoredColumns
    ? columns.stored
    : new Map([...columns].map(([name, values]) => [name, inMemory(values)] as const));
