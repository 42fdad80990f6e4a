import { basename, dirname } from 'node:path';
import { ConfigError, type Definitions, defineSchema, type Provider, type RunControl } from '@deeplogbot/core';
import { type Input, type OpenEngineOptions, openEngine, openOutputDir } from '@deeplogbot/core/node';
import { csvLines } from '@deeplogbot/reports';
import { loadProvider } from '../providers/load-provider.js';
import { bindEvents, extractFeatures } from '../stages.js';
import { checkRoom } from '../steps/check-room.js';

export interface FeaturesOptions extends RunControl, OpenEngineOptions {
  readonly input: Input;
  /** The feature table, CSV. */
  readonly output: string;
  readonly provider?: string | Provider;
  readonly definitions?: Definitions;
  readonly minLocationDownloads?: number;
}

/** What the key and its two attributes are called. */
const LOCATION = ['geo_location', 'country', 'city'];
const CLIENT = ['client', 'ip', 'user_agent'];

/** A feature table that was written. */
export interface WrittenFeatures {
  readonly path: string;
  readonly rows: number;
  /** What a row is of. */
  readonly thing: 'location' | 'client';
}

/** Computes the feature table of a log and writes it. */
export async function featuresToFile(options: FeaturesOptions): Promise<WrittenFeatures> {
  if (!options.output.endsWith('.csv')) {
    throw new ConfigError('INVALID_OPTION', `The feature table is written as CSV; ${options.output} is not named so.`, {
      hint: 'Name the output FILE.csv.',
    });
  }
  const { provider, explicitFields } = await loadProvider(options.provider ?? 'ebi');
  const target = await openOutputDir(dirname(options.output));
  const engine = await openEngine(options);
  try {
    const { minLocationDownloads } = options;
    const schema = minLocationDownloads === undefined ? {} : { minLocationDownloads };
    defineSchema(schema, provider.schema);
    const events = await bindEvents(engine, options.input, provider, schema, explicitFields);
    const columns = [...provider.aggregates, ...provider.extractors].flatMap((node) =>
      'columns' in node ? Object.keys(node.columns) : [],
    );
    const admit = (keys: number) => checkRoom(keys, columns.length);
    const { features } = await extractFeatures(events, provider, { ...options, admit });
    const names = [...features.columns.keys()];
    const thing = provider.reports === 'clients' ? 'client' : 'location';
    const lines = csvLines(
      [...(thing === 'client' ? CLIENT : LOCATION), ...names],
      [
        features.keys,
        features.attributes.country,
        features.attributes.city,
        ...names.map((name) => features.shown(name)),
      ],
    );
    return { path: await target.write(basename(options.output), lines), rows: features.rows, thing };
  } finally {
    await engine.close();
  }
}
