import type { RunResult } from '@deeplogbot/core';

/** A run for programs: counts, files, warnings; the table itself is in the files. Both spellings of the reference's keys. */
export const runJson = (run: RunResult) => ({
  bot_count: run.botLocations,
  hub_count: run.hubLocations,
  bot_locations: run.botLocations,
  hub_locations: run.hubLocations,
  organic_locations: run.organicLocations,
  insufficient_evidence_locations: run.insufficientLocations,
  total_locations: run.totalLocations,
  stats: run.stats,
  clean_total: run.cleanTotal,
  row_counts: run.rowCounts,
  output_parquet: run.outputParquet,
  files: run.files,
  warnings: run.warnings,
  timings: run.timings,
});
