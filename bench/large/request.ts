import { join } from 'node:path';
import type { Progress, RunResult } from '@deeplogbot/core';
import { runBotAnnotator } from 'deeplogbot';

/** What a measured run is asked to do. */
export interface LargeRequest {
  readonly input: string;
  readonly outputDir: string;
  /** Where the engine may spill; watched while it runs, and empty afterwards. */
  readonly tempDirectory: string;
  readonly memoryLimit: string;
  readonly threads: number;
  readonly method: Method;
}

export const METHODS = ['rules', 'deep'] as const;
export type Method = (typeof METHODS)[number];

/** One progress report with the seconds since the start of the run, and those of the processor. */
export interface Reported {
  readonly at: number;
  readonly cpu: number;
  readonly progress: Progress;
}

export interface Finished {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Highest resident memory of the process. */
  readonly peakMiB: number;
  readonly rows: number;
  readonly locations: number;
  readonly sourceScans: number;
  readonly steps: readonly { readonly step: string; readonly seconds: number; readonly start?: number | undefined }[];
  readonly warnings: readonly string[];
}

export interface Failed {
  readonly code: string | null;
  readonly message: string;
  readonly hint: string | null;
  readonly peakMiB: number;
}

/** A whole run, as anybody would start it who wants to see where its time goes. */
export function annotateWith(request: LargeRequest, onProgress: (progress: Progress) => void): Promise<RunResult> {
  const { method, ...options } = request;
  const profile = join(request.outputDir, 'profile.json');
  return runBotAnnotator({ ...options, classificationMethod: method, profile, onProgress });
}
