import { type AppendedColumn, codedColumn } from './coded-column.js';
import { ColumnEncoder } from './column-chunk.js';
import { emptyFooter, extendedFooter, type PlacedChunk } from './footer.js';

/** A column of a table; NULL is null, or NaN in numbers. */
export type TableColumn = AppendedColumn;

const GROUP_ROWS = 122_880;
const MAGIC = new TextEncoder().encode('PAR1');

/**
 * A Parquet file of columns of one length, piece by piece, a column after the other. Numbers are DOUBLE, flags BOOLEAN and texts
 * UTF-8, all compressed by Snappy; what repeats is in dictionaries. For tables that the host holds; an engine writes its own.
 */
export function* parquetTable(columns: readonly TableColumn[]): Iterable<Uint8Array> {
  const rows = columns[0]?.values.length ?? 0;
  const sizes = Array.from({ length: Math.ceil(rows / GROUP_ROWS) }, (_, i) =>
    Math.min(GROUP_ROWS, rows - i * GROUP_ROWS),
  );
  const positions = Uint32Array.from({ length: rows }, (_, row) => row);
  const placed: PlacedChunk[][] = sizes.map(() => []);
  yield MAGIC;
  let at = MAGIC.length;
  for (const column of columns) {
    const encoder = new ColumnEncoder(codedColumn(column, rows));
    for (const [group, size] of sizes.entries()) {
      const from = group * GROUP_ROWS;
      const places = positions.subarray(from, from + size); // Each row is a position of its own.
      const { bytes, ...chunk } = encoder.encode({ places, ranks: positions.subarray(0, size) });
      placed[group]!.push({ ...chunk, at, compressed: bytes.length });
      at += bytes.length;
      yield bytes;
    }
  }
  yield extendedFooter(emptyFooter(sizes), columns, placed);
}
