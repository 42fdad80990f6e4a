import { readFileSync, writeFileSync } from 'node:fs';
import { httpProvider } from '@deeplogbot/provider-http';
import { runBotAnnotator } from 'deeplogbot';

/** Memory of a whole run over an access log, step by step: `npx tsx bench/http-memory.ts LOG [OUT]`. */
const [log, out = 'output/http-memory'] = process.argv.slice(2);
if (log === undefined) {
  process.stderr.write('usage: npx tsx bench/http-memory.ts LOG [OUT]\n');
  process.exit(2);
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

/** Largest resident memory since it was asked last, as Linux counts it: a timer misses what happens while nothing else can run. */
function highWater(): number {
  const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))!;
  writeFileSync('/proc/self/clear_refs', '5');
  return Number(kibibytes) * 1024;
}

let step = 'start';
const largest = new Map<string, number>();
const note = () => largest.set(step, Math.max(largest.get(step) ?? 0, highWater()));
const before = process.cpuUsage();
const run = await runBotAnnotator({
  input: log,
  outputDir: out,
  provider: httpProvider(),
  onProgress: ({ step: next, part }) => {
    note();
    step = part ?? next;
  },
});
note();
const { user, system } = process.cpuUsage(before);
for (const [name, rss] of largest) console.log(`${name.padEnd(28)} ${mebibytes(rss)}`);
for (const timing of run.timings)
  if (timing.seconds > 2) console.log(`  ${timing.step} ${timing.seconds.toFixed(1)} s`);
console.log(
  `${run.stats.total} requests, ${run.totalLocations} clients: ${mebibytes(Math.max(...largest.values()))} resident at most, ${((user + system) / 1e6).toFixed(0)} s of processor time`,
);
