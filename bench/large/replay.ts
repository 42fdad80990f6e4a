import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Forecast } from '../../packages/deeplogbot/src/progress/forecast.js';
import type { Moment } from '../../packages/deeplogbot/src/progress/pace.js';
import { partsOf } from '../../packages/deeplogbot/src/progress/parts.js';
import { type Estimate, estimates, held, worst } from './honesty.js';
import { costName, partEnds, type Result } from './parts.js';
import type { Reported } from './request.js';

/*
 * npx tsx --tsconfig tsconfig.json bench/large/replay.ts bench/results/large-*.json
 *
 * What the estimate of the time left would have said in runs that were recorded: by the clock, and, as on a machine that keeps one
 * speed, in processor time.
 */

/** The reports of a run with what is foretold today, on a clock of one's choice. */
function foretold(run: Result, clock: (report: { at: number; cpu: number }) => Moment): Reported[] {
  const ends = partEnds(run.outcome, run.reports);
  const parts = partsOf(
    ends.map(({ part }) => ({ name: part, measuredAs: costName(part, run.method) })),
    run,
  );
  let forecast: Forecast | undefined;
  return run.reports.map((report) => {
    const now = clock(report);
    if (report.progress.keys !== undefined && parts) forecast = new Forecast(parts, { seconds: 0, work: 0 }, now);
    while (forecast && ends.length > 0 && ends[0]!.at <= report.at) forecast.done(ends.shift()!.part, now);
    const left = forecast?.left(now);
    const { secondsLeft: _, secondsLeftBetween: __, ...progress } = report.progress;
    const said = left && { secondsLeft: left.likely, secondsLeftBetween: [left.least, left.most] as const };
    return { at: now.seconds, cpu: report.cpu, progress: { ...progress, ...said } };
  });
}

function line(list: readonly Estimate[]): string {
  const off = worst(list);
  if (!off) return 'no estimate';
  const mean = list.reduce((sum, { error }) => sum + error, 0) / list.length;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return `worst ${percent(off.error)} (at ${off.at.toFixed(0)} s: ${off.left.toFixed(0)} s foretold, ${off.truth.toFixed(0)} s true), mean ${percent(mean)}, between the bounds in ${percent(held(list))}`;
}

for (const file of process.argv.slice(2)) {
  const run: Result = JSON.parse(await readFile(file, 'utf8'));
  const { seconds, cpuSeconds } = run.outcome;
  const minute = run.reports.find(({ at }) => at >= 60)?.cpu ?? Number.POSITIVE_INFINITY;
  const byClock = foretold(run, ({ at, cpu }) => ({ seconds: at, work: cpu }));
  const inWork = foretold(run, ({ cpu }) => ({ seconds: cpu, work: cpu }));
  process.stdout.write(
    `${basename(file)}\n  by the clock, from the first minute on: ${line(estimates(byClock, seconds))}\n` +
      `  in processor time, from the first scan on: ${line(estimates(inWork, cpuSeconds, 0))}\n` +
      `  in processor time, from the first minute on: ${line(estimates(inWork, cpuSeconds, minute))}\n`,
  );
}
