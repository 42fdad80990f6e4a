import type { Reporter } from '@deeplogbot/core';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { csvLines } from './csv.js';
import { type LocationColumn, locationTable } from './location-table.js';

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
    const columnData = locationTable(run).map(({ name, type, values }) => ({
      name,
      type: PARQUET_TYPES[type],
      nullable: true,
      // made when the column is written, so that not all columns are in memory twice
      get data() {
        return Array.from(values, (value) => (Number.isNaN(value) ? null : value));
      },
    }));
    return [await target.write('location_analysis.parquet', new Uint8Array(parquetWriteBuffer({ columnData })))];
  },
};

const PARQUET_TYPES = { text: 'STRING', boolean: 'BOOLEAN', number: 'DOUBLE' } as const;
