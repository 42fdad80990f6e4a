import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openOutputDir } from '@deeplogbot/core/node';
import { DEFAULT_REPORTERS } from 'deeplogbot';
import { syntheticRun } from '../packages/reports/test/support/run.js';

const { values } = parseArgs({
  options: {
    locations: { type: 'string', default: '71000' },
    'data-sets': { type: 'string', default: '1000' },
    features: { type: 'string', default: '180' },
    keep: { type: 'string' },
  },
});

// npx tsx bench/reports.ts --locations 71000 --data-sets 1000
const run = syntheticRun(Number(values.locations), Number(values['data-sets']), {}, Number(values.features));
const folder = values.keep ?? (await mkdtemp(join(tmpdir(), 'deeplogbot-reports-')));
const target = await openOutputDir(folder);
const rows: Record<string, string>[] = [];
for (const reporter of DEFAULT_REPORTERS) {
  const [started, used] = [performance.now(), process.cpuUsage()];
  const files = await reporter.write(run, target);
  const seconds = ((performance.now() - started) / 1000).toFixed(2);
  const { user, system } = process.cpuUsage(used);
  const cpu = ((user + system) / 1e6).toFixed(2);
  const bytes = (await Promise.all(files.map((file) => stat(file)))).reduce((sum, { size }) => sum + size, 0);
  rows.push({ reporter: reporter.name, seconds, cpu, megabytes: (bytes / 1e6).toFixed(2) });
}
console.table(rows);
const total = rows.reduce((sum, { seconds }) => sum + Number(seconds), 0);
const cpu = rows.reduce((sum, row) => sum + Number(row.cpu), 0);
console.log(
  `${total.toFixed(1)} s in all (${cpu.toFixed(1)} s of processor time), peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`,
);
if (values.keep === undefined) await rm(folder, { recursive: true });
