import type { Meter, OutputDir, Reporter, RunResult } from '@deeplogbot/core';
import { fileIdentity } from '@deeplogbot/core/node';
import { timed } from './timed.js';

/** Runs reporters one after another; each sees the identity of the files before its own. */
export async function writeReports(
  run: RunResult,
  reporters: readonly Reporter[],
  target: OutputDir,
  meter?: Meter,
): Promise<RunResult> {
  let result = await identified(run);
  for (const reporter of reporters) result = await identified(await writeReport(result, reporter, target, meter));
  return result;
}

/** The result with one more report, or with a warning if that failed, and with how long it took. */
export async function writeReport(
  run: RunResult,
  reporter: Reporter,
  target: OutputDir,
  meter?: Meter,
): Promise<RunResult> {
  const warnings = [...run.warnings];
  const timings = [...run.timings];
  const files = [...run.files];
  try {
    const write = () => reporter.write(run, target, (warning) => warnings.push(warning));
    files.push(...(await timed(timings, `reports/${reporter.name}`, write, meter)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    warnings.push(`report "${reporter.name}" failed: ${reason}`);
  }
  return { ...run, files, warnings, timings };
}

/** The result with the identity of each file that has none yet. */
async function identified(run: RunResult): Promise<RunResult> {
  const further = await Promise.all(run.files.slice(run.outputs.length).map(fileIdentity));
  return { ...run, outputs: [...run.outputs, ...further] };
}
