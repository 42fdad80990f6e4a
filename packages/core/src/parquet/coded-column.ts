/** A column to be written: row r has `values[positions[r]]`. NULL is null, or NaN in numbers. */
export type AppendedColumn =
  | { readonly name: string; readonly type: 'text'; readonly values: ArrayLike<string | null> }
  | { readonly name: string; readonly type: 'number'; readonly values: ArrayLike<number | null> }
  | { readonly name: string; readonly type: 'flag'; readonly values: ArrayLike<boolean> };

/** The same with its values in typed arrays, which another thread can be given without a copy. */
export type CodedColumn = Pick<AppendedColumn, 'name' | 'type'> & (Flags | Numbers | Dictionary);

interface Flags {
  readonly kind: 'flags';
  /** 0 or 1. */
  readonly values: Uint8Array;
}

/** Numbers that hardly repeat; NULL is NaN. */
interface Numbers {
  readonly kind: 'numbers';
  readonly values: Float64Array;
}

/** Values that repeat. */
export interface Dictionary {
  readonly kind: 'dictionary';
  /** Per position the number of its value; −1 for NULL. */
  readonly codes: Int32Array;
  /** The different values one behind the other, as a dictionary page of Parquet has them: texts behind their length. */
  readonly bytes: Uint8Array;
  /** Where each of them begins, and where the last one ends. */
  readonly starts: Uint32Array;
}

/** Bytes of the length in front of a text. */
export const LENGTH_BYTES = 4;

/** @param rows of the whole column; numbers of which fewer than half repeat in it are left as they are */
export function codedColumn({ name, type, values }: AppendedColumn, rows: number): CodedColumn {
  if (type === 'flag') return { name, type, kind: 'flags', values: Uint8Array.from(values, Number) };
  const dictionary = dictionaryOf(values, type === 'number' ? rows / 2 : Number.POSITIVE_INFINITY);
  if (dictionary) return { name, type, ...dictionary };
  return { name, type, kind: 'numbers', values: Float64Array.from(values as ArrayLike<number | null>, orNaN) };
}

const orNaN = (value: number | null): number => value ?? Number.NaN;

/** Undefined for more than `most` different values: a dictionary would be larger than they are. */
function dictionaryOf(values: ArrayLike<string | number | null>, most: number): Dictionary | undefined {
  const known = new Map<string | number, number>();
  const codes = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value === null || Number.isNaN(value)) codes[i] = -1;
    else {
      const code = known.get(value) ?? known.size;
      if (code === known.size) known.set(value, code);
      if (known.size > most) return undefined;
      codes[i] = code;
    }
  }
  return { kind: 'dictionary', codes, ...inOneBlock([...known.keys()]) };
}

const encoder = new TextEncoder();

function inOneBlock(values: readonly (string | number)[]): Pick<Dictionary, 'bytes' | 'starts'> {
  const pieces = values.map((value) => (typeof value === 'string' ? encoder.encode(value) : doubleBytes(value)));
  const prefix = typeof values[0] === 'string' ? LENGTH_BYTES : 0;
  const starts = new Uint32Array(values.length + 1);
  pieces.forEach((piece, i) => {
    starts[i + 1] = starts[i]! + prefix + piece.length;
  });
  const bytes = new Uint8Array(starts.at(-1)!);
  const view = new DataView(bytes.buffer);
  pieces.forEach((piece, i) => {
    if (prefix > 0) view.setUint32(starts[i]!, piece.length, true);
    bytes.set(piece, starts[i]! + prefix);
  });
  return { bytes, starts };
}

/** A number as Parquet's plain encoding has it. */
export function doubleBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return bytes;
}
