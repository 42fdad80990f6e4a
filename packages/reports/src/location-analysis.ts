import type { Reporter } from '@deeplogbot/core';
import { csvLines } from './csv.js';
import { type LocationColumn, locationTable } from './location-table.js';
import { parquetPieces } from './parquet-pieces.js';

/** `location_analysis.csv`, one row per location, and the dictionary of its columns beside it. */
export const locationAnalysisCsv: Reporter = {
  name: 'location-analysis-csv',
  early: true,
  async write(run, target) {
    const table = locationTable(run);
    const names = table.map((column) => column.name);
    return [
      await target.write(
        'location_analysis.csv',
        csvLines(
          names,
          table.map((column) => column.values),
        ),
      ),
      await target.write('location_analysis.dictionary.csv', dictionary(table)),
    ];
  },
};

function dictionary(table: readonly LocationColumn[]): Iterable<string> {
  const fields = ['name', 'type', 'unit', 'range', 'meaning', 'nullWhen'] as const;
  const header = ['column', 'type', 'unit', 'range', 'meaning', 'null_when'];
  return csvLines(
    header,
    fields.map((field) => table.map((column) => column[field])),
  );
}

/** `location_analysis.parquet`, the same table with types. */
export const locationAnalysisParquet: Reporter = {
  name: 'location-analysis-parquet',
  early: true,
  async write(run, target) {
    return [await target.write('location_analysis.parquet', parquetPieces(locationTable(run)))];
  },
};
