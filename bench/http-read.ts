import { spawnSync } from 'node:child_process';
import { openEngine } from '@deeplogbot/core/node';
import { readLog, resolveHttpOptions } from '@deeplogbot/provider-http';

/** Processor seconds of GoAccess for a whole report of a plain file, read from Bash; null where it is not installed. */
function goAccessSeconds(path: string): number | null {
  const script =
    'command -v goaccess >/dev/null || exit 3; TIMEFORMAT="%U %S"; time goaccess "$1" --log-format=COMBINED --no-progress -o json >/dev/null 2>&1';
  const { status, stderr } = spawnSync('bash', ['-c', script, 'goaccess', path], { encoding: 'utf8' });
  if (status !== 0) return null;
  const [user, system] = stderr.trim().split(' ').map(Number);
  return user! + system!;
}

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
  if (path.endsWith('.gz')) continue;
  const other = goAccessSeconds(path);
  console.log(
    other === null
      ? '  GoAccess is not available here'
      : `  GoAccess, whole report: ${other.toFixed(2)} s of processor time, ${Math.round(stats.lines / other)} lines each`,
  );
}
