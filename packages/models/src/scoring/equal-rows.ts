import { checkColumns } from '../checked-columns.js';
import { rowMajor } from './row-major.js';

/** Memory for rows that are remembered, bytes; a power of two of them is. */
const ROOM = 2 ** 22;

/**
 * Scores rows a few thousand at a time, of which it makes a copy, and those that were seen lately not again: of a million clients most made one request, and their
 * columns are alike. Each row has one place to be remembered in, by a hash of its values; rows are equal if all their values
 * are the same bits, so the scores are those of `score` for every row.
 *
 * @param width - columns of a row.
 */
export function scoreDistinct(
  width: number,
  score: (columns: readonly Float64Array[]) => Float64Array,
): (columns: readonly Float64Array[]) => Float64Array {
  const places = 2 ** Math.floor(Math.log2(ROOM / (width * Float64Array.BYTES_PER_ELEMENT)));
  const size = 2 * width; // In words of 32 bits.
  const seen = new Int32Array(places * size);
  const known = new Float64Array(places).fill(Number.NaN);
  const isSeen = (slot: number, words: Int32Array, at: number): boolean => {
    if (Number.isNaN(known[slot])) return false;
    const start = slot * size;
    for (let i = 0; i < size; i++) if (seen[start + i] !== words[at + i]) return false;
    return true;
  };
  return (columns) => {
    const rows = checkColumns(columns, width);
    const words = new Int32Array(rowMajor(columns, 0, rows).buffer);
    const found = new Float64Array(rows);
    const slots = new Int32Array(rows);
    const missing: number[] = [];
    for (let i = 0; i < rows; i++) {
      const slot = hashOf(words, i * size, size) & (places - 1);
      slots[i] = slot;
      if (isSeen(slot, words, i * size)) found[i] = known[slot]!;
      else missing.push(i);
    }
    const scored = score(missing.length < rows ? columns.map((column) => picked(column, missing)) : columns);
    for (const [place, i] of missing.entries()) {
      found[i] = scored[place]!;
      known[slots[i]!] = scored[place]!;
      seen.set(words.subarray(i * size, (i + 1) * size), slots[i]! * size);
    }
    return found;
  };
}

function picked(column: Float64Array, rows: readonly number[]): Float64Array {
  const values = new Float64Array(rows.length);
  for (let i = 0; i < values.length; i++) values[i] = column[rows[i]!]!;
  return values;
}

/** FNV-1a over 32-bit words, then mixed, since only its high bits depend on the high bits of every word. */
function hashOf(words: Int32Array, at: number, size: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = at; i < at + size; i++) hash = Math.imul(hash ^ words[i]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b);
  return hash ^ (hash >>> 13);
}
