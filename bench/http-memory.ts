import { httpProvider } from '@deeplogbot/provider-http';
import { runBotAnnotator } from 'deeplogbot';

/** Memory of a whole run over an access log, step by step: `npx tsx bench/http-memory.ts LOG [OUT]`. */
const [log, out = 'output/http-memory'] = process.argv.slice(2);
if (log === undefined) {
  process.stderr.write('usage: npx tsx bench/http-memory.ts LOG [OUT]\n');
  process.exit(2);
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
let peak = 0;
let step = 'start';
const largest = new Map<string, number>();
const timer = setInterval(() => {
  const { rss } = process.memoryUsage();
  peak = Math.max(peak, rss);
  largest.set(step, Math.max(largest.get(step) ?? 0, rss));
}, 50);
const before = process.cpuUsage();
const run = await runBotAnnotator({
  input: log,
  outputDir: out,
  provider: httpProvider(),
  onProgress: (progress) => {
    step = progress.step;
  },
});
clearInterval(timer);
const { user, system } = process.cpuUsage(before);
for (const [name, rss] of largest) console.log(`${name.padEnd(12)} ${mebibytes(rss)}`);
for (const timing of run.timings)
  if (timing.seconds > 2) console.log(`  ${timing.step} ${timing.seconds.toFixed(1)} s`);
console.log(
  `${run.stats.total} requests, ${run.totalLocations} clients: ${mebibytes(peak)} resident at most, ${((user + system) / 1e6).toFixed(0)} s of processor time`,
);
