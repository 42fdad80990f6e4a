import { csvLines } from './csv.js';
import type { LocationColumn } from './location-table.js';
import { parquetPieces } from './parquet-pieces.js';

/** How a table may be written. */
export type TableFormat = 'csv' | 'parquet';

/** What of a column its file shows. */
export type ShownColumn = Pick<LocationColumn, 'name' | 'type' | 'values'>;

/** A table as a file of a format, piece by piece. */
export function tablePieces(format: TableFormat, table: readonly ShownColumn[]): Iterable<string | Uint8Array> {
  if (format === 'parquet') return parquetPieces(table);
  return csvLines(
    table.map(({ name }) => name),
    table.map(({ values }) => values),
  );
}

/** Bytes that are written at once, at least. */
const BLOCK = 1 << 18;

/** The same as blocks of bytes. */
export function* blocksOf(pieces: Iterable<string | Uint8Array>): Iterable<Uint8Array> {
  const encoder = new TextEncoder();
  let waiting: Uint8Array[] = [];
  let length = 0;
  for (const piece of pieces) {
    const bytes = typeof piece === 'string' ? encoder.encode(piece) : piece;
    waiting.push(bytes);
    length += bytes.length;
    if (length < BLOCK) continue;
    yield joined(waiting, length);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield joined(waiting, length);
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
