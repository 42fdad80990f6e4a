import { DeepLogBotError, type Meter, type Reporter, type RunResult, type Timing } from '@deeplogbot/core';
import { openOutputDir, openStagedDir, type StagedDir } from '@deeplogbot/core/node';
import type { Annotation, BesideWriting } from './annotate.js';
import { timed } from './timed.js';
import { writeReport, writeReports } from './write-reports.js';

/** What is still to be done for a run whose verdicts are known. */
export interface OutputWork {
  readonly outputDir: string;
  readonly reporters: readonly Reporter[];
  readonly meter?: Meter;
  /** What costs a scan of the log and is counted only if a reporter needs it. */
  readonly count: { readonly [K in Need]: () => Promise<RunResult[K]> };
  readonly annotation: Annotation;
  /** Called between the engine's work and the reports, which then come one after the other: for tables that leave no memory for both. */
  readonly apart?: (() => Promise<void>) | undefined;
  /** Told of counting and annotating when they end. */
  readonly ended?: (step: 'statistics' | 'annotate') => void;
}

type Need = NonNullable<Reporter['needs']>[number];
type Counted = Partial<Pick<RunResult, Need>>;

/**
 * Writes the annotated log and the reports. While the engine counts and writes, the host makes the early reports, those at
 * the head of the list that need no other file; they appear once the annotated log is there, and if that fails, not at all.
 */
export async function writeOutputs(run: RunResult, work: OutputWork): Promise<RunResult> {
  const timings: Timing[] = [];
  const { reporters, meter } = work;
  const staged = await openStagedDir(work.outputDir);
  const { counted, annotated, read } = engineWork(work, timings);
  const stopped = { now: false };
  for (const needed of [counted, annotated]) {
    needed.catch(() => {
      stopped.now = true; // The reason is thrown below; here it spares the reports that nobody will get.
    });
  }
  const early = headOf(reporters);
  let result = run;
  try {
    await read; // Reports would keep the host from taking the rows.
    if (work.apart) await annotated.then(work.apart);
    const aside = asideReports(run, early, staged, stopped, meter);
    try {
      result = await earlyReports(run, early, staged, counted, stopped, meter);
    } finally {
      await aside; // Also then: nothing may write into a folder that is taken away.
    }
    result = withAside(result, await aside, run);
    await annotated;
    await staged.publish();
  } catch (error) {
    await Promise.allSettled([counted, annotated]);
    await staged.discard();
    if (!(error instanceof DeepLogBotError && error.code === 'DISK_FULL')) throw error;
    // The early reports may have taken the room that was lacking, and the annotated log goes before them.
    const target = await openOutputDir(work.outputDir);
    const path = await timed(timings, 'annotate', () => work.annotation.write(), meter);
    return writeReports(withLog(run, path, await counted, timings), reporters, target, meter);
  }
  const target = await openOutputDir(work.outputDir);
  const whole = withLog(result, await annotated, await counted, timings);
  return writeReports(whole, reporters.slice(early.length), target, meter);
}

interface EngineWork {
  readonly counted: Promise<Counted>;
  readonly annotated: Promise<string | null>;
  /** Fulfilled once nothing more is read ahead. */
  readonly read: Promise<void>;
}

/**
 * What the engine does beside the reports. It counts, then annotates; or it reads for the annotated log first, which a
 * thread then writes while it counts.
 */
function engineWork({ reporters, count, annotation, ended, meter }: OutputWork, timings: Timing[]): EngineWork {
  const annotate = async (beside?: BesideWriting) => {
    const path = await timed(timings, 'annotate', () => annotation.write(beside), meter);
    ended?.('annotate');
    return path;
  };
  const countEvents = async () => {
    const counted = await timed(timings, 'statistics', () => countFor(reporters, count), meter);
    ended?.('statistics');
    return counted;
  };
  if (!annotation.readsAhead) {
    const counted = countEvents();
    return { counted, annotated: counted.then(() => annotate()), read: Promise.resolve() };
  }
  let onRead = () => {};
  const read = new Promise<void>((resolve) => {
    onRead = resolve;
  });
  const counted = read.then(countEvents);
  const annotated = annotate({ onRead, mayPublish: () => counted });
  annotated.then(onRead, onRead); // Whatever became of it, the engine is free.
  return { counted, annotated, read };
}

async function countFor(reporters: readonly Reporter[], count: OutputWork['count']): Promise<Counted> {
  const needed = new Set(reporters.flatMap(({ needs = [] }) => needs));
  const found: { [K in Need]?: RunResult[K] } = {};
  if (needed.has('usage')) found.usage = await count.usage();
  if (needed.has('traffic')) found.traffic = await count.traffic();
  return found;
}

function headOf(reporters: readonly Reporter[]): readonly Reporter[] {
  const end = reporters.findIndex(({ early }) => early !== true);
  return end < 0 ? reporters : reporters.slice(0, end);
}

/** Those that others do not wait for, one after another. */
async function asideReports(
  run: RunResult,
  reporters: readonly Reporter[],
  staged: StagedDir,
  stopped: { readonly now: boolean },
  meter?: Meter,
): Promise<RunResult> {
  let result = run;
  for (const reporter of reporters) {
    if (reporter.aside && !stopped.now) result = await writeReport(result, reporter, staged, meter);
  }
  return result;
}

/** The result of the other reports with that of the ones aside, whose files and warnings come first. */
const withAside = (result: RunResult, aside: RunResult, before: RunResult): RunResult => ({
  ...result,
  files: [...aside.files, ...result.files.slice(before.files.length)],
  warnings: [...aside.warnings, ...result.warnings.slice(before.warnings.length)],
  timings: [...aside.timings, ...result.timings.slice(before.timings.length)],
});

async function earlyReports(
  run: RunResult,
  reporters: readonly Reporter[],
  staged: StagedDir,
  counted: Promise<Counted>,
  stopped: { readonly now: boolean },
  meter?: Meter,
): Promise<RunResult> {
  let result = run;
  let prepared = false;
  for (const reporter of reporters) {
    if (reporter.needs?.length) {
      if (!prepared && !stopped.now) result = await prepareReports(result, reporters, meter);
      prepared = true;
      result = { ...result, ...(await counted) };
    }
    if (stopped.now) break;
    if (!reporter.aside) result = await writeReport(result, reporter, staged, meter);
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

/** The log comes before the reports in the list of files. */
const withLog = (run: RunResult, path: string | null, counted: Counted, timings: readonly Timing[]): RunResult => ({
  ...run,
  ...counted,
  outputParquet: path,
  files: path === null ? run.files : [path, ...run.files],
  timings: [...run.timings, ...timings],
});
