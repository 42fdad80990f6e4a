import type { OutputDir, Reporter } from '@deeplogbot/core';
import { csvLines } from './csv.js';
import { type LocationColumn, locationTable } from './location-table.js';
import { type TableFormat, tablePieces } from './table-pieces.js';

/** Writes a table as a file of a name; returns its path. */
export type TableWriter = (
  target: OutputDir,
  name: string,
  format: TableFormat,
  table: readonly LocationColumn[],
) => Promise<string>;

/** Where it is asked for. */
export const writeHere: TableWriter = (target, name, format, table) => target.write(name, tablePieces(format, table));

/** `location_analysis.csv`, one row per location, and the dictionary of its columns beside it. */
export const locationCsv = (write: TableWriter): Reporter => ({
  name: 'location-analysis-csv',
  early: true,
  async write(run, target) {
    const table = locationTable(run);
    return [
      await write(target, 'location_analysis.csv', 'csv', table),
      await target.write('location_analysis.dictionary.csv', dictionary(table)),
    ];
  },
});

/** `location_analysis.parquet`, the same table with types. */
export const locationParquet = (write: TableWriter): Reporter => ({
  name: 'location-analysis-parquet',
  early: true,
  async write(run, target) {
    return [await write(target, 'location_analysis.parquet', 'parquet', locationTable(run))];
  },
});

/** {@link locationCsv}, written where it is asked for. */
export const locationAnalysisCsv = locationCsv(writeHere);
/** {@link locationParquet}, written where it is asked for. */
export const locationAnalysisParquet = locationParquet(writeHere);

function dictionary(table: readonly LocationColumn[]): Iterable<string> {
  const fields = ['name', 'type', 'unit', 'range', 'meaning', 'nullWhen'] as const;
  const header = ['column', 'type', 'unit', 'range', 'meaning', 'null_when'];
  return csvLines(
    header,
    fields.map((field) => table.map((column) => column[field])),
  );
}
