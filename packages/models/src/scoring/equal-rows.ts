/** Memory for rows that are remembered, bytes; a power of two of them is. */
const ROOM = 2 ** 22;

/**
 * Scores rows a few at a time and those that were seen lately not again: of a million clients most made one request, and their
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
  const seen = new Int32Array(places * 2 * width);
  const known = new Float64Array(places).fill(Number.NaN);
  const row = new Float64Array(width);
  const words = new Int32Array(row.buffer);
  const isSeen = (slot: number): boolean => {
    if (Number.isNaN(known[slot])) return false;
    const start = slot * words.length;
    for (let i = 0; i < words.length; i++) if (seen[start + i] !== words[i]) return false;
    return true;
  };
  return (columns) => {
    const rows = columns[0]?.length ?? 0;
    const found = new Float64Array(rows);
    const slots = new Int32Array(rows);
    const missing: number[] = [];
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < width; j++) row[j] = columns[j]![i]!;
      const slot = hashOf(words) & (places - 1);
      slots[i] = slot;
      if (isSeen(slot)) found[i] = known[slot]!;
      else missing.push(i);
    }
    const scored = score(columns.map((column) => Float64Array.from(missing, (i) => column[i]!)));
    for (const [place, i] of missing.entries()) {
      for (let j = 0; j < width; j++) row[j] = columns[j]![i]!;
      found[i] = scored[place]!;
      known[slots[i]!] = scored[place]!;
      seen.set(words, slots[i]! * words.length);
    }
    return found;
  };
}

/** FNV-1a over 32-bit words, then mixed, since only its high bits depend on the high bits of every word. */
function hashOf(words: Int32Array): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words[i]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b);
  return hash ^ (hash >>> 13);
}
