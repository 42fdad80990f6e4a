import type { KeptRelations, Tallies, UsageStatistics } from '@deeplogbot/core';
import type { BoundEvents } from '../../stages.js';
import { countByScan } from './count-by-scan.js';
import { countByTallies } from './count-by-tallies.js';
import type { JudgedKeys } from './label-counts.js';
import type { ProjectNames } from './project-names.js';
import { readStatistics } from './read-statistics.js';

/** Statistics by class, from what the features have counted where that was kept, else from the log. Drops what was kept. */
export async function usageStatistics(
  { engine, relation, schema }: BoundEvents,
  judged: JudgedKeys,
  kept: KeptRelations,
  counted?: { readonly tallies: Tallies; readonly projects: Promise<ProjectNames> },
): Promise<UsageStatistics> {
  try {
    const counts = counted
      ? await countByTallies(engine, { ...counted, projects: await counted.projects, kept: kept.relations }, judged)
      : await countByScan(engine, relation, schema, judged);
    return await readStatistics(engine, schema, counts);
  } finally {
    await kept.drop();
  }
}
