import type { InputIdentity, Reporter, RunResult } from '@deeplogbot/core';

const FORMAT = 1;

/**
 * `run.json`: what went in, with which options, and what came out, with size and digest of every file that was written before
 * it; equal for equal runs. `timings.json`: what is not, seconds and what was taken from kept work.
 */
export const runManifest: Reporter = {
  name: 'run-manifest',
  async write(run, target) {
    return [
      await target.write('run.json', `${JSON.stringify(manifest(run), null, 2)}\n`),
      await target.write(
        'timings.json',
        `${JSON.stringify({ format: FORMAT, reused: run.reused, timings: run.timings }, null, 2)}\n`,
      ),
    ];
  },
};

function manifest(run: RunResult) {
  const { rowCounts, stats, plan, schema, inputs, warnings } = run;
  return {
    format: FORMAT,
    provider: run.provider,
    settings: run.settings,
    reading: run.reading,
    method: run.method,
    definitions: run.definitions,
    sources: run.sources,
    engine: run.engine,
    randomState: run.randomState,
    contamination: run.contamination,
    groupRadiusKm: run.groupRadiusKm,
    schema,
    inputs: inputs.map(named),
    window: { first: instant(run.window.firstUs), last: instant(run.window.lastUs) },
    rowCounts,
    rejectedRows: run.rejectedRows,
    locations: {
      total: run.totalLocations,
      bot: run.botLocations,
      hub: run.hubLocations,
      organic: run.organicLocations,
      insufficient_evidence: run.insufficientLocations,
    },
    downloads: stats,
    cleanTotal: run.cleanTotal,
    plan,
    features: [...run.features.columns.keys()],
    outputs: run.outputs.map(named),
    warnings,
  };
}

/** Files by name: where they lie differs from machine to machine. */
const named = ({ path, bytes, digest }: InputIdentity) => ({ name: path.split(/[/\\]/).at(-1), bytes, digest });

const instant = (us: number): string | null => (Number.isFinite(us) ? new Date(us / 1000).toISOString() : null);
