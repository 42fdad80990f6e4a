import type { CodedColumn } from './coded-column.js';
import { ColumnEncoder } from './column-chunk.js';
import type { PlacedChunk } from './footer.js';

/** Encodes the columns of row group after row group, each chunk behind the one before. */
export class RowGroups {
  private readonly encoders: readonly ColumnEncoder[];

  /** @param at where in the file the first chunk begins */
  constructor(
    columns: readonly CodedColumn[],
    private at: number,
  ) {
    this.encoders = columns.map((column) => new ColumnEncoder(column));
  }

  /** The chunks of a row group whose rows have these positions; `write` is given the bytes of each as it is made. */
  *encode(positions: Uint32Array): Iterable<{ readonly bytes: Uint8Array; readonly chunk: PlacedChunk }> {
    for (const encoder of this.encoders) {
      const { bytes, ...chunk } = encoder.encode(positions, positions.length);
      yield { bytes, chunk: { ...chunk, at: this.at, compressed: bytes.length } };
      this.at += bytes.length;
    }
  }
}
