import { parquetTable, type TableColumn } from '@deeplogbot/core';
import type { LocationColumn } from './location-table.js';

type TypedColumn = Pick<LocationColumn, 'name' | 'type' | 'values'>;

const TYPES = { text: 'text', boolean: 'flag', number: 'number' } as const;

/** A table as a Parquet file, a column at a time. NaN is NULL. */
export const parquetPieces = (columns: readonly TypedColumn[]): Iterable<Uint8Array> =>
  parquetTable(columns.map(({ name, type, values }) => ({ name, type: TYPES[type], values }) as TableColumn));
