import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const METHODS = ['rules', 'deep'] as const;
export type Method = (typeof METHODS)[number];

/** One whole process of one of the two systems. */
export interface Job {
  readonly system: 'ours' | 'reference';
  readonly method: Method;
  readonly log: string;
  /** Folder for the reports and the annotated file. */
  readonly folder: string;
}

export interface Usage {
  /** Null = ended at the limit. */
  readonly code: number | null;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

export interface Commands {
  /** Python that measures, and the command of the reference. */
  readonly python: string;
  readonly reference: string;
  /** The built command of this repository and flags for it alone. */
  readonly ours: readonly string[];
  /** Seconds after which a run is ended. */
  readonly limit: number;
}

const MEASURED = new URL('measured.py', import.meta.url).pathname;

export const annotatedFile = ({ folder }: Job): string => join(folder, 'annotated.parquet');
export const outputOf = ({ folder }: Job): string => join(folder, 'output.txt');

/** The same work for both: reports and the annotated log. */
export function commandOf(job: Job, { ours, reference }: Commands): string[] {
  const [start, output] = job.system === 'ours' ? [ours, '--output'] : [[reference], '-out'];
  return [...start, '-i', job.log, '-o', join(job.folder, 'reports'), output, annotatedFile(job), '-m', job.method];
}

/** Runs a job by a small Python process that asks the operating system what its child took. */
export async function measure(job: Job, commands: Commands): Promise<Usage> {
  const args = [MEASURED, String(commands.limit), outputOf(job), ...commandOf(job, commands)];
  const { stdout } = await promisify(execFile)(commands.python, args, { cwd: job.folder });
  return JSON.parse(stdout) as Usage;
}
