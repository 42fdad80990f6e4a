import type { CodedColumn } from './coded-column.js';
import { ColumnEncoder, type GroupRows } from './column-chunk.js';
import type { PlacedChunk } from './footer.js';

/** Encodes the columns of row group after row group, each chunk behind the one before. */
export class RowGroups {
  private readonly encoders: readonly ColumnEncoder[];
  private readonly rankOf: Int32Array;

  /** @param at where in the file the first chunk begins */
  constructor(
    columns: readonly CodedColumn[],
    private at: number,
  ) {
    this.encoders = columns.map((column) => new ColumnEncoder(column));
    this.rankOf = new Int32Array(columns[0] ? positionsOf(columns[0]) : 0).fill(-1);
  }

  /** The chunks of a row group whose rows have these positions, which are overwritten. */
  *encode(positions: Uint32Array): Iterable<{ readonly bytes: Uint8Array; readonly chunk: PlacedChunk }> {
    const rows = this.ranked(positions);
    for (const encoder of this.encoders) {
      const { bytes, ...chunk } = encoder.encode(rows);
      yield { bytes, chunk: { ...chunk, at: this.at, compressed: bytes.length } };
      this.at += bytes.length;
    }
  }

  private ranked(positions: Uint32Array): GroupRows {
    const { rankOf } = this;
    const places: number[] = [];
    for (let row = 0; row < positions.length; row++) {
      const place = positions[row]!;
      if (rankOf[place]! < 0) rankOf[place] = places.push(place) - 1;
      positions[row] = rankOf[place]!;
    }
    for (const place of places) rankOf[place] = -1; // For the next group.
    return { places: Uint32Array.from(places), ranks: positions };
  }
}

const positionsOf = (column: CodedColumn): number =>
  column.kind === 'dictionary' ? column.codes.length : column.values.length;
