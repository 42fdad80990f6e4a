import { DeepLogBotError, type RunResult, type Timing } from '@deeplogbot/core';
import { openOutputDir, openStagedDir } from '@deeplogbot/core/node';
import { earlyOf, writeEarlyReports } from './early-reports.js';
import { beginEngineWork, type Counted, type EngineTasks } from './engine-work.js';
import { timed } from './timed.js';
import { writeReports } from './write-reports.js';

/** What is still to be done for a run whose verdicts are known. */
export interface OutputWork extends EngineTasks {
  readonly outputDir: string;
  /** Called between the engine's work and the reports, which then come one after the other: for tables that leave no memory for both. */
  readonly apart?: (() => Promise<void>) | undefined;
}

/**
 * Writes the annotated log and the reports. While the engine counts and writes, the host sums the run up and makes the early
 * reports, those at the head of the list that need no other file; they appear once the annotated log is there, and if
 * that or the sum fails, nothing does.
 */
export async function writeOutputs(work: OutputWork): Promise<RunResult> {
  const timings: Timing[] = [];
  const { reporters, meter } = work;
  const early = earlyOf(reporters);
  const staged = await openStagedDir(work.outputDir);
  const { summed, counted, annotated } = beginEngineWork(work, timings);
  const failed = new AbortController();
  for (const needed of [summed, counted, annotated]) {
    needed.catch(() => failed.abort()); // The reason is thrown below; here it spares the reports that nobody will get.
  }
  let result: RunResult;
  try {
    const run = await summed;
    if (work.apart) await annotated.then(work.apart);
    result = await writeEarlyReports(run, early, { target: staged, counted, signal: failed.signal, meter });
    await annotated;
    await staged.publish();
  } catch (error) {
    await Promise.allSettled([summed, counted, annotated]);
    await staged.discard();
    if (!(error instanceof DeepLogBotError && error.code === 'DISK_FULL')) throw error;
    // The early reports may have taken the room that was lacking, and the annotated log goes before them.
    const [run, counts] = await Promise.all([summed, counted]); // Where it was these that failed there is no log.
    const target = await openOutputDir(work.outputDir);
    const path = await timed(timings, 'annotate', () => work.annotation.write(), meter);
    return writeReports(withLog(run, path, counts, timings), reporters, target, meter);
  }
  const target = await openOutputDir(work.outputDir);
  const whole = withLog(result, await annotated, await counted, timings);
  return writeReports(whole, reporters.slice(early.length), target, meter);
}

/** The log comes before the reports in the list of files. */
const withLog = (run: RunResult, path: string | null, counted: Counted, timings: readonly Timing[]): RunResult => ({
  ...run,
  ...counted,
  outputParquet: path,
  files: path === null ? run.files : [path, ...run.files],
  timings: [...run.timings, ...timings],
});
