import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Reporter } from '@deeplogbot/core';
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

async function write(reporters: readonly Reporter[]): Promise<void> {
  for (const reporter of reporters) {
    const started = performance.now();
    const files = await reporter.write(run, target);
    const seconds = ((performance.now() - started) / 1000).toFixed(2);
    const bytes = (await Promise.all(files.map((file) => stat(file)))).reduce((sum, { size }) => sum + size, 0);
    rows.push({ reporter: reporter.name, seconds, megabytes: (bytes / 1e6).toFixed(2) });
  }
}

// As in a run: what a thread makes is written beside the others, which share the host with it, and the manifest comes last.
const [started, used] = [performance.now(), process.cpuUsage()];
const early = DEFAULT_REPORTERS.filter((reporter) => reporter.early);
await Promise.all([
  write(early.filter((reporter) => reporter.aside)),
  write(early.filter((reporter) => !reporter.aside)),
]);
await write(DEFAULT_REPORTERS.filter((reporter) => !reporter.early));
const total = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(used);
console.table(rows);
console.log(
  `${total.toFixed(1)} s in all (${((user + system) / 1e6).toFixed(1)} s of processor time), peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`,
);
if (values.keep === undefined) await rm(folder, { recursive: true });
