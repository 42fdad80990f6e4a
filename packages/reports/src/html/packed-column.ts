import { deflateSync, strToU8 } from 'fflate';
import { finite } from '../statistics/finite.js';

/**
 * One column of a table as the page gets it: distinct values in ascending order, and for each row the number of its
 * value; 0 is NULL, so that sorting by numbers sorts by values. Both are raw DEFLATE in base64: `values` a JSON array, `codes` one, two or four
 * bytes a row, first all lowest bytes, then all second ones, and so on.
 */
export interface PackedColumn {
  readonly name: string;
  readonly kind: 'text' | 'number';
  readonly values: string;
  readonly codes: string;
  readonly bytes: 1 | 2 | 4;
}

/** Characters that a column takes in the page. */
export const packedSize = ({ values, codes }: PackedColumn): number => values.length + codes.length;

export function packTexts(name: string, values: readonly (string | null)[]): PackedColumn {
  const numberOf = new Map<string, number>();
  const firsts = Int32Array.from(values, (value) => {
    if (value === null) return -1;
    const known = numberOf.get(value);
    if (known !== undefined) return known;
    numberOf.set(value, numberOf.size);
    return numberOf.size - 1;
  });
  const distinct = [...numberOf.keys()].sort();
  const rank = new Uint32Array(distinct.length);
  distinct.forEach((value, i) => {
    rank[numberOf.get(value)!] = i + 1;
  });
  return pack(
    name,
    'text',
    distinct,
    Uint32Array.from(firsts, (first) => (first < 0 ? 0 : rank[first]!)),
  );
}

/** NaN is NULL, and so is what is infinite. */
export function packNumbers(name: string, values: ArrayLike<number>): PackedColumn {
  const ascending = finite(values).sort();
  let different = 0;
  for (let i = 0; i < ascending.length; i++) {
    const value = ascending[i]! + 0; // One zero.
    if (different === 0 || value !== ascending[different - 1]) ascending[different++] = value;
  }
  const distinct = ascending.subarray(0, different);
  const codes = new Uint32Array(values.length);
  for (let row = 0; row < codes.length; row++) {
    if (Number.isFinite(values[row])) codes[row] = placeOf(distinct, values[row]!) + 1;
  }
  return pack(name, 'number', [...distinct], codes);
}

/** Where a value is among ascending ones that have it. */
function placeOf(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A fraction to three significant digits; whole numbers stay. By arithmetic: text there and back takes ten times as long. */
export function threeDigits(value: number): number {
  if (!Number.isFinite(value) || Number.isInteger(value)) return value;
  const size = Math.abs(value);
  if (size < 1e-15 || size >= 1e15) return Number(value.toPrecision(3));
  let scale = 1;
  while (size * scale < 100) scale *= 10;
  if (scale > 1) return Math.round(value * scale) / scale;
  let unit = 1;
  while (size >= 1000 * unit) unit *= 10;
  return Math.round(value / unit) * unit;
}

export function medianOf(values: Float64Array): number | null {
  const x = finite(values);
  if (x.length === 0) return null;
  const upper = x.length >> 1;
  select(x, upper);
  const middle = x[upper]!;
  // What is left of the place is no larger, so with an even count the other middle value is the largest there.
  const other = x.length % 2 === 1 ? middle : largestOf(x.subarray(0, upper));
  return threeDigits((other + middle) / 2);
}

const largestOf = (values: Float64Array): number => values.reduce((a, b) => Math.max(a, b));

/** Hoare's selection: puts the value of one place in ascending order there, smaller ones before it. Linear, where a sort of a million rows takes a fifth of a second. */
function select(x: Float64Array, place: number): void {
  let [from, to] = [0, x.length - 1];
  while (from < to) {
    const pivot = middleOf(x[from]!, x[(from + to) >> 1]!, x[to]!);
    let [i, j] = [from, to];
    while (i <= j) {
      while (x[i]! < pivot) i++;
      while (x[j]! > pivot) j--;
      if (i > j) break;
      const kept = x[i]!;
      x[i++] = x[j]!;
      x[j--] = kept;
    }
    if (place <= j) to = j;
    else if (place >= i) from = i;
    else return;
  }
}

const middleOf = (a: number, b: number, c: number): number => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));

/** @param codes per row 1 and up, in the order of `distinct`; 0 is NULL */
function pack(
  name: string,
  kind: PackedColumn['kind'],
  distinct: readonly (string | number)[],
  codes: Uint32Array,
): PackedColumn {
  const bytes = distinct.length < 256 ? 1 : distinct.length < 65_536 ? 2 : 4;
  const planes = new Uint8Array(codes.length * bytes);
  for (let byte = 0; byte < bytes; byte++) {
    const plane = planes.subarray(byte * codes.length);
    for (let row = 0; row < codes.length; row++) plane[row] = codes[row]! >>> (8 * byte);
  }
  return { name, kind, values: packed(strToU8(JSON.stringify(distinct))), codes: packed(planes), bytes };
}

/** Lone surrogates have become replacement characters by now. */
function packed(bytes: Uint8Array): string {
  const small = deflateSync(bytes, { level: 6 });
  let text = '';
  for (let at = 0; at < small.length; at += 8192) text += String.fromCharCode(...small.subarray(at, at + 8192));
  return btoa(text);
}
