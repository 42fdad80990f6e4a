import { openEngine } from '@deeplogbot/core/node';
import { readLog, resolveHttpOptions } from '@deeplogbot/provider-http';

/** Times access logs from file to rows in the engine: `npx tsx bench/http-read.ts FILE…`. */
for (const path of process.argv.slice(2)) {
  const engine = await openEngine({ threads: 1 });
  const before = process.cpuUsage();
  const started = performance.now();
  const { stats } = await readLog(engine, [path], resolveHttpOptions());
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  const quarantined = Object.values(stats.quarantined).reduce((a, b) => a + b, 0);
  if (stats.rows + quarantined !== stats.lines) process.exitCode = 1;
  const cpu = (user + system) / 1e6;
  console.log(
    `${path}: ${stats.lines} lines, ${seconds.toFixed(2)} s, ${Math.round(stats.lines / seconds)} lines/s; ` +
      `${cpu.toFixed(2)} s of processor time, ${Math.round(stats.lines / cpu)} lines each; ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`,
  );
  await engine.close();
}
