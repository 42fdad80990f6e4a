import { checkAborted, type Provider, type RunResult } from '@deeplogbot/core';
import { placeNames } from '@deeplogbot/reports/node';
import type { ResolvedOptions } from '../options.js';

/** The run with names for its places. Clients of a web server have none. */
export async function withPlaceNames(run: RunResult, options: ResolvedOptions, provider: Provider): Promise<RunResult> {
  if (options.groupRadiusKm === 0 || provider.reports === 'clients' || options.reporters?.length === 0) return run;
  checkAborted(options, 'names');
  const { names, warnings } = await placeNames(run, options.placeNamer ?? null, options);
  return { ...run, placeNames: names, warnings: [...run.warnings, ...warnings] };
}
