import type { KeptRelations, Tallies, UsageStatistics } from '@deeplogbot/core';
import type { BoundEvents } from '../stages.js';
import { usageStatistics } from './statistics.js';
import type { JudgedKeys } from './usage-counts.js';
import { countByScan } from './usage-scan.js';
import { countByTallies } from './usage-tallies.js';

/** Statistics by class, from what the features have counted where that was kept, else from the log. Drops what was kept. */
export async function countUsage(
  { engine, relation, schema }: BoundEvents,
  judged: JudgedKeys,
  kept: KeptRelations,
  tallies?: Tallies,
): Promise<UsageStatistics> {
  try {
    const counts = tallies
      ? await countByTallies(engine, { relation, schema, tallies, kept: kept.relations }, judged)
      : await countByScan(engine, relation, schema, judged);
    return await usageStatistics(engine, schema, counts);
  } finally {
    await kept.drop();
  }
}
