import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Meter, RunResult } from '@deeplogbot/core';
import { openOutputDir, writeAtomically } from '@deeplogbot/core/node';
import { profileChart } from '@deeplogbot/reports';

const FORMAT = 1;

/** Measures a run and writes where its time went. */
export interface Profile {
  readonly meter: Meter;
  /** Writes the file that was asked for, and a picture beside it. */
  write(run: RunResult): Promise<void>;
}

/** Begins to measure; fails where the file could not be written. `path` ends with `.json`, its picture with `.svg`. */
export async function openProfile(path: string): Promise<Profile> {
  await openOutputDir(dirname(resolve(path)));
  const meter = processMeter();
  return {
    meter,
    write: async (run) => {
      const { seconds, cpuSeconds } = meter();
      const steps = [...run.timings].sort((a, b) => (a.start ?? 0) - (b.start ?? 0));
      const profile = {
        format: FORMAT,
        engine: run.engine,
        rows: run.rowCounts.total,
        locations: run.totalLocations,
        seconds,
        cpuSeconds,
        peakResidentBytes: process.resourceUsage().maxRSS * 1024,
        sourceScans: run.plan.sourceScans,
        nodes: run.plan.nodes.length,
        steps,
      };
      const picture = await profileChart(steps, seconds);
      await whole(path, `${JSON.stringify(profile, null, 2)}\n`);
      await whole(path.replace(/\.json$/i, '.svg'), picture);
    },
  };
}

const whole = (path: string, text: string) => writeAtomically(path, (temporary) => writeFile(temporary, text));

/** Seconds and processor time since now. */
function processMeter(): Meter {
  const began = performance.now();
  const before = cpuSeconds();
  return () => ({
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: cpuSeconds() - before,
    residentBytes: process.memoryUsage.rss(),
  });
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
