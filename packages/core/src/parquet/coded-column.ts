import { TextCoder } from '../columns.js';

/** A column to be written: row r has `values[positions[r]]`. NULL is null, or NaN in numbers. */
export type AppendedColumn =
  | { readonly name: string; readonly type: 'text'; readonly values: ArrayLike<string | null> }
  | { readonly name: string; readonly type: 'number'; readonly values: ArrayLike<number | null> }
  | { readonly name: string; readonly type: 'flag'; readonly values: ArrayLike<boolean> };

/**
 * The same with its values in typed arrays for another thread. Those of a dictionary and flags are made here and can be
 * given away; numbers may be the caller's own.
 */
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
  if (type === 'text') return { name, type, ...textDictionary(values) };
  const doubles = doublesOf(values);
  const dictionary = numberDictionary(doubles, rows / 2);
  return dictionary ? { name, type, ...dictionary } : { name, type, kind: 'numbers', values: doubles };
}

function doublesOf(values: ArrayLike<number | null>): Float64Array {
  if (values instanceof Float64Array) return values;
  const doubles = new Float64Array(values.length);
  for (let i = 0; i < doubles.length; i++) doubles[i] = values[i] ?? Number.NaN;
  return doubles;
}

function textDictionary(values: ArrayLike<string | null>): Dictionary {
  const coder = new TextCoder();
  const codes = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) codes[i] = coder.codeOf(values[i]);
  return { kind: 'dictionary', codes, ...textBlock(coder.dictionary()) };
}

/** Undefined for more than `most` different values: a dictionary would be larger than they are. */
function numberDictionary(values: Float64Array, most: number): Dictionary | undefined {
  const known = new NumberSet(Math.min(values.length, Math.floor(most) + 1));
  const codes = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    codes[i] = Number.isNaN(values[i]!) ? -1 : known.codeOf(values[i]!);
    if (known.size > most) return undefined;
  }
  const bytes = new Uint8Array(8 * known.size);
  const view = new DataView(bytes.buffer);
  for (let code = 0; code < known.size; code++) view.setFloat64(8 * code, known.values[code]!, true);
  return { kind: 'dictionary', codes, bytes, starts: Uint32Array.from({ length: known.size + 1 }, (_, i) => 8 * i) };
}

/**
 * Numbers in the order in which they first came: a table with open places (linear probing), at most half full. A `Map` hashes
 * a number of its own object each time, and takes ten times as long.
 */
class NumberSet {
  readonly values: Float64Array;
  size = 0;
  private readonly places: Int32Array;
  private readonly number = new Float64Array(1);
  private readonly halves = new Uint32Array(this.number.buffer);

  constructor(most: number) {
    this.values = new Float64Array(most);
    this.places = new Int32Array(2 ** Math.ceil(Math.log2(2 * most + 1)));
  }

  codeOf(value: number): number {
    this.number[0] = value + 0; // One zero.
    const mask = this.places.length - 1;
    let hash = Math.imul(this.halves[0]! ^ Math.imul(this.halves[1]!, 0x9e3779b1), 0x85ebca6b);
    hash ^= hash >>> 15;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const code = this.places[place]! - 1;
      if (code < 0) {
        this.places[place] = this.size + 1;
        this.values[this.size] = this.number[0]!;
        return this.size++;
      }
      if (this.values[code] === value) return code;
    }
  }
}

const encoder = new TextEncoder();

function textBlock(values: readonly string[]): Pick<Dictionary, 'bytes' | 'starts'> {
  const pieces = values.map((value) => encoder.encode(value));
  const starts = new Uint32Array(values.length + 1);
  pieces.forEach((piece, i) => {
    starts[i + 1] = starts[i]! + LENGTH_BYTES + piece.length;
  });
  const bytes = new Uint8Array(starts.at(-1)!);
  const view = new DataView(bytes.buffer);
  pieces.forEach((piece, i) => {
    view.setUint32(starts[i]!, piece.length, true);
    bytes.set(piece, starts[i]! + LENGTH_BYTES);
  });
  return { bytes, starts };
}

/** A number as Parquet's plain encoding has it. */
export function doubleBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return bytes;
}
