import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { openOutputDir } from '@deeplogbot/core/node';
import { locationAnalysisCsv, locationAnalysisParquet } from '@deeplogbot/reports';
import { locationTables } from '@deeplogbot/reports/node';
import { syntheticRun } from '../packages/reports/test/support/run.js';

// npx tsx --tsconfig tsconfig.json bench/tables.ts --locations 30000
const { values } = parseArgs({
  options: {
    locations: { type: 'string', default: '30000' },
    features: { type: 'string', default: '180' },
    host: { type: 'boolean', default: false },
  },
});

const run = syntheticRun(Number(values.locations), 1, {}, Number(values.features));
const folder = await mkdtemp(join(tmpdir(), 'deeplogbot-tables-'));
const target = await openOutputDir(folder);
const [used, loop] = [process.cpuUsage(), performance.eventLoopUtilization()];
for (const reporter of values.host ? [locationAnalysisCsv, locationAnalysisParquet] : locationTables) {
  await reporter.write(run, target);
}
const { user, system } = process.cpuUsage(used);
const { active, idle } = performance.eventLoopUtilization(loop);
await rm(folder, { recursive: true });
console.table({
  'host busy, s': (active / 1e3).toFixed(2),
  'in all, s': ((active + idle) / 1e3).toFixed(2),
  'processor time, s': ((user + system) / 1e6).toFixed(2),
  'peak memory, MiB': Math.round(process.resourceUsage().maxRSS / 1024),
});
