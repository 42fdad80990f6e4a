import type { Reporter } from '@deeplogbot/core';
import { locationCsv, locationParquet, type TableWriter, writeHere } from './location-reporters.js';
import { writeByThread } from './table-thread.js';

/** From this many cells on a thread gains more than its start costs, about 50 ms. */
const FEWEST = 500_000;
/** A larger table is not copied for a thread: 128 MiB of doubles. */
const MOST = 2 ** 24;

const inThread: TableWriter = (target, name, format, table) => {
  const cells = table.length * (table[0]?.values.length ?? 0);
  if (!target.fill || cells < FEWEST || cells > MOST) return writeHere(target, name, format, table);
  return target.fill(name, (path) => writeByThread(path, format, table));
};

/** `locationAnalysisCsv` and `locationAnalysisParquet`, which a thread writes beside the other reports where the table is worth it. */
export const locationTables: readonly Reporter[] = [locationCsv, locationParquet].map((report) => ({
  ...report(inThread),
  aside: true,
}));
