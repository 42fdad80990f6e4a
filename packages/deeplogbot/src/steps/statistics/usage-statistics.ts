import type { KeptRelations, Tallies, UsageStatistics } from '@deeplogbot/core';
import type { BoundEvents } from '../../stages.js';
import { countByScan } from './count-by-scan.js';
import { countByTallies } from './count-by-tallies.js';
import type { JudgedKeys } from './label-counts.js';
import { readStatistics } from './read-statistics.js';

/** Statistics by class, from what the features have counted where that was kept, else from the log. Drops what was kept. */
export async function usageStatistics(
  { engine, relation, schema }: BoundEvents,
  judged: JudgedKeys,
  kept: KeptRelations,
  tallies?: Tallies,
): Promise<UsageStatistics> {
  try {
    const counts = tallies
      ? await countByTallies(engine, { relation, schema, tallies, kept: kept.relations }, judged)
      : await countByScan(engine, relation, schema, judged);
    return await readStatistics(engine, schema, counts);
  } finally {
    await kept.drop();
  }
}
