/** A numeric column; NaN = NULL. */
export type NumberColumn = Float64Array;

/** A text column: `dictionary[codes[row]]`, code −1 = NULL. The dictionary may hold entries that no row uses. */
export interface TextColumn {
  readonly dictionary: readonly string[];
  readonly codes: Int32Array;
}

export type Column = NumberColumn | TextColumn;

/** Named columns of one length. Numbers of every SQL type arrive as 64-bit floats, booleans as 0 and 1. */
export interface ColumnBatch {
  readonly rows: number;
  readonly columns: Readonly<Record<string, Column>>;
}

export const isText = (column: Column): column is TextColumn => !(column instanceof Float64Array);

/** The numeric column of that name. Throws a TypeError when it is absent or text: that is a programming error. */
export function numbers(batch: ColumnBatch, name: string): NumberColumn {
  const column = batch.columns[name];
  if (column === undefined || isText(column)) throw new TypeError(`Batch has no numeric column "${name}".`);
  return column;
}

/** The text column of that name as an array, NULL as null. */
export function texts(batch: ColumnBatch, name: string): (string | null)[] {
  const column = batch.columns[name];
  if (column === undefined || !isText(column)) throw new TypeError(`Batch has no text column "${name}".`);
  return Array.from(column.codes, (code) => (code < 0 ? null : column.dictionary[code]!));
}

/** Dictionary-encodes a list; null and undefined become NULL. */
export function textColumn(values: readonly (string | null | undefined)[]): TextColumn {
  const index = new Map<string, number>();
  const codes = Int32Array.from(values, (value) => {
    if (value === null || value === undefined) return -1;
    const known = index.get(value);
    if (known !== undefined) return known;
    index.set(value, index.size);
    return index.size - 1;
  });
  return { dictionary: [...index.keys()], codes };
}
