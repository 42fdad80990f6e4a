import { deflateSync, strToU8 } from 'fflate';

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
  const distinct = [...new Set(values.filter((value) => value !== null))].sort();
  return pack(name, 'text', distinct, values);
}

/** NaN is NULL. */
export function packNumbers(name: string, values: readonly number[]): PackedColumn {
  const known = values.map((value) => (Number.isFinite(value) ? value : null));
  const distinct = [...Float64Array.from(new Set(known.filter((value) => value !== null))).sort()];
  return pack(name, 'number', distinct, known);
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
  const x = values.filter(Number.isFinite).sort();
  if (x.length === 0) return null;
  return threeDigits((x[(x.length - 1) >> 1]! + x[x.length >> 1]!) / 2);
}

function pack<T>(
  name: string,
  kind: PackedColumn['kind'],
  distinct: readonly T[],
  values: readonly (T | null)[],
): PackedColumn {
  const codeOf = new Map<T | null, number>(distinct.map((value, i) => [value, i + 1]));
  const bytes = distinct.length < 256 ? 1 : distinct.length < 65_536 ? 2 : 4;
  const planes = new Uint8Array(values.length * bytes);
  values.forEach((value, row) => {
    const code = codeOf.get(value) ?? 0;
    for (let byte = 0; byte < bytes; byte++) planes[byte * values.length + row] = (code >>> (8 * byte)) & 255;
  });
  return { name, kind, values: packed(strToU8(JSON.stringify(distinct))), codes: packed(planes), bytes };
}

/** Lone surrogates have become replacement characters by now. */
function packed(bytes: Uint8Array): string {
  const small = deflateSync(bytes, { level: 6 });
  let text = '';
  for (let at = 0; at < small.length; at += 8192) text += String.fromCharCode(...small.subarray(at, at + 8192));
  return btoa(text);
}
