import type { PackedColumn } from '../html/packed-column.js';

/** An unpacked column; see {@link PackedColumn}. Value `codes[row] - 1`, NULL where the code is 0. */
export interface PageColumn {
  readonly name: string;
  readonly kind: 'text' | 'number';
  readonly values: readonly (string | number)[];
  readonly codes: Uint32Array;
}

async function inflate(base64: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export async function unpack(packed: PackedColumn, rows: number): Promise<PageColumn> {
  const [values, planes] = await Promise.all([inflate(packed.values), inflate(packed.codes)]);
  const codes = new Uint32Array(rows);
  for (let byte = 0; byte < packed.bytes; byte++) {
    const from = byte * rows;
    for (let row = 0; row < rows; row++) codes[row]! |= planes[from + row]! << (8 * byte);
  }
  return { name: packed.name, kind: packed.kind, values: JSON.parse(new TextDecoder().decode(values)), codes };
}

/** The value of a row, or null. */
export const valueAt = (column: PageColumn, row: number): string | number | null => {
  const code = column.codes[row]!;
  return code === 0 ? null : column.values[code - 1]!;
};
