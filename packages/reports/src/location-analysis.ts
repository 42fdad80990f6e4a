import type { Reporter } from '@deeplogbot/core';
import { csvLines } from './csv.js';
import { type LocationColumn, locationTable } from './location-table.js';
import { type TableFormat, tablePieces } from './tables/table-pieces.js';

/** What makes a file of a table. */
export type TableMaker = (
  format: TableFormat,
  table: readonly LocationColumn[],
) => Iterable<string | Uint8Array> | AsyncIterable<Uint8Array>;

/** `location_analysis.csv`, one row per location, and the dictionary of its columns beside it. */
export const locationCsv = (make: TableMaker): Reporter => ({
  name: 'location-analysis-csv',
  early: true,
  async write(run, target) {
    const table = locationTable(run);
    return [
      await target.write('location_analysis.csv', make('csv', table)),
      await target.write('location_analysis.dictionary.csv', dictionary(table)),
    ];
  },
});

/** `location_analysis.parquet`, the same table with types. */
export const locationParquet = (make: TableMaker): Reporter => ({
  name: 'location-analysis-parquet',
  early: true,
  async write(run, target) {
    return [await target.write('location_analysis.parquet', make('parquet', locationTable(run)))];
  },
});

/** {@link locationCsv}, made where it is asked for. */
export const locationAnalysisCsv = locationCsv(tablePieces);
/** {@link locationParquet}, made where it is asked for. */
export const locationAnalysisParquet = locationParquet(tablePieces);

function dictionary(table: readonly LocationColumn[]): Iterable<string> {
  const fields = ['name', 'type', 'unit', 'range', 'meaning', 'nullWhen'] as const;
  const header = ['column', 'type', 'unit', 'range', 'meaning', 'null_when'];
  return csvLines(
    header,
    fields.map((field) => table.map((column) => column[field])),
  );
}
