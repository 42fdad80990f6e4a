import type { Reporter } from '@deeplogbot/core';
import { locationCsv, locationParquet, type TableMaker } from '../location-analysis.js';
import { tablePieces } from './table-pieces.js';
import { tableBlocks } from './table-thread.js';

/** From this many cells on a thread gains more than its start costs, about 50 ms. */
const FEWEST = 500_000;
/** A larger table is not copied for a thread: 128 MiB of doubles. */
const MOST = 2 ** 24;

const inThread: TableMaker = (format, table) => {
  const cells = table.length * (table[0]?.values.length ?? 0);
  return cells >= FEWEST && cells <= MOST ? tableBlocks(format, table) : tablePieces(format, table);
};

/** `locationAnalysisCsv` and `locationAnalysisParquet`, which a thread makes beside the other reports where the table is worth it. */
export const locationTables: readonly Reporter[] = [locationCsv, locationParquet].map((report) => ({
  ...report(inThread),
  aside: true,
}));
