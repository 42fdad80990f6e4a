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
  return textValues(column);
}

/** A text column as an array, NULL as null. */
export const textValues = ({ dictionary, codes }: TextColumn): (string | null)[] =>
  Array.from(codes, (code) => (code < 0 ? null : dictionary[code]!));

/** Dictionary-encodes a list; null and undefined become NULL. */
export function textColumn(values: readonly (string | null | undefined)[]): TextColumn {
  const coder = new TextCoder();
  const codes = Int32Array.from(values, (value) => coder.codeOf(value));
  return { dictionary: coder.dictionary(), codes };
}

/** Gives texts their codes, 0, 1, … in the order in which they first come. */
export class TextCoder {
  private readonly codes = new Map<string, number>();

  /** −1 for NULL, which is null or undefined. */
  codeOf(value: string | null | undefined): number {
    if (value === null || value === undefined) return -1;
    const known = this.codes.get(value);
    if (known !== undefined) return known;
    this.codes.set(value, this.codes.size);
    return this.codes.size - 1;
  }

  /** Every text at the place of its code. */
  dictionary(): string[] {
    return [...this.codes.keys()];
  }
}
