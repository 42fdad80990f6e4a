import type { Meter, OutputDir, Reporter, RunResult } from '@deeplogbot/core';
import type { Counted } from './engine-work.js';
import { timed } from './timed.js';
import { writeReport } from './write-reports.js';

/** What early reports are written with. */
export interface EarlyWork {
  readonly target: OutputDir;
  readonly counted: Promise<Counted>;
  /** Aborted once nobody will get the reports. */
  readonly signal: AbortSignal;
  readonly meter?: Meter | undefined;
}

/** Those at the head of the list that need no other file. */
export function earlyOf(reporters: readonly Reporter[]): readonly Reporter[] {
  const end = reporters.findIndex(({ early }) => early !== true);
  return end < 0 ? reporters : reporters.slice(0, end);
}

/** Writes early reports one after another; those aside go on beside them and beside each other. */
export async function writeEarlyReports(
  run: RunResult,
  reporters: readonly Reporter[],
  work: EarlyWork,
): Promise<RunResult> {
  const aside = asideReports(run, reporters, work);
  try {
    return withAside(await otherReports(run, reporters, work), await aside, run);
  } finally {
    await aside; // Also where one failed: nothing may write into a folder that is taken away.
  }
}

async function asideReports(run: RunResult, reporters: readonly Reporter[], work: EarlyWork): Promise<RunResult> {
  const { target, signal, meter } = work;
  const aside = reporters.filter((reporter) => reporter.aside && !signal.aborted);
  const results = await Promise.all(aside.map((reporter) => writeReport(run, reporter, target, meter)));
  return results.reduceRight((behind, before) => withAside(behind, before, run), run);
}

async function otherReports(run: RunResult, reporters: readonly Reporter[], work: EarlyWork): Promise<RunResult> {
  const { target, counted, signal, meter } = work;
  let result = run;
  let prepared = false;
  for (const reporter of reporters) {
    if (reporter.needs?.length) {
      if (!prepared && !signal.aborted) result = await prepareReports(result, reporters, meter);
      prepared = true;
      result = { ...result, ...(await counted) };
    }
    if (signal.aborted) break;
    if (!reporter.aside) result = await writeReport(result, reporter, target, meter);
  }
  return result;
}

/** Has all reporters do what needs no counts, before the first one waits for these. What fails fails again when it is written. */
async function prepareReports(run: RunResult, reporters: readonly Reporter[], meter?: Meter): Promise<RunResult> {
  const timings = [...run.timings];
  const prepare = () => Promise.allSettled(reporters.map(async (reporter) => reporter.prepare?.(run)));
  await timed(timings, 'reports/prepare', prepare, meter);
  return { ...run, timings };
}

/** The result of the other reports with that of the ones aside, whose files and warnings come first. */
const withAside = (result: RunResult, aside: RunResult, before: RunResult): RunResult => ({
  ...result,
  files: [...aside.files, ...result.files.slice(before.files.length)],
  warnings: [...aside.warnings, ...result.warnings.slice(before.warnings.length)],
  timings: [...aside.timings, ...result.timings.slice(before.timings.length)],
});
