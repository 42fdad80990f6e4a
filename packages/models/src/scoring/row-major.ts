/** Rows that are put together at once: as many lines of a processor's first cache. */
const BLOCK = 64;

/**
 * Rows `from` to `to` of columns, one behind the other: row i has the places i·width up to (i + 1)·width. What reads whole rows, or many
 * columns of one, finds its values side by side.
 */
export function rowMajor(columns: readonly Float64Array[], from: number, to: number): Float64Array {
  const width = columns.length;
  const rows = new Float64Array((to - from) * width);
  for (let start = from; start < to; start += BLOCK) {
    const end = Math.min(start + BLOCK, to);
    for (let j = 0; j < width; j++) {
      const column = columns[j]!;
      for (let i = start, at = (start - from) * width + j; i < end; i++, at += width) rows[at] = column[i]!;
    }
  }
  return rows;
}
