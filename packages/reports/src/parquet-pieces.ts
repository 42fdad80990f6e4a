import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { LocationColumn } from './location-table.js';

type TypedColumn = Pick<LocationColumn, 'name' | 'type' | 'values'>;

const PARQUET_TYPES = { text: 'STRING', boolean: 'BOOLEAN', number: 'DOUBLE' } as const;

/** Rows that are in memory a second time, as the writer wants them. */
const GROUP_ROWS = 25_000;

/** A table as a Parquet file, a row group at a time. NaN is NULL. */
export function* parquetPieces(columns: readonly TypedColumn[]): Iterable<Uint8Array> {
  const described = columns.map(({ name, type }) => ({ name, type: PARQUET_TYPES[type], nullable: true, data: [] }));
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({ writer: bytes, schema: schemaFromColumnData({ columnData: described }) });
  const rows = columns[0]?.values.length ?? 0;
  for (let from = 0; from < rows; from += GROUP_ROWS) {
    const to = Math.min(from + GROUP_ROWS, rows);
    const columnData = columns.map(({ name, values }) => lazyColumn(name, values, from, to));
    writer.write({ columnData, rowGroupSize: GROUP_ROWS });
    yield taken(bytes);
  }
  writer.finish();
  yield taken(bytes);
}

/** The values of some rows, made when the column is written, so that not all columns are in memory twice. */
const lazyColumn = (name: string, values: TypedColumn['values'], from: number, to: number) => ({
  name,
  get data() {
    const part: (string | number | boolean | null)[] = [];
    for (let row = from; row < to; row++) {
      const value = values[row]!;
      part.push(Number.isNaN(value) ? null : value);
    }
    return part;
  },
});

/** What was written since the last time; the writer goes on at the same place of the file. */
function taken(bytes: ByteWriter): Uint8Array {
  const piece = bytes.getBytes().slice();
  bytes.index = 0;
  return piece;
}
