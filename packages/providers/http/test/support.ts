import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bindSchema, type ColumnBatch, type Engine, extractFeatures, type FeatureTable, sql } from '@deeplogbot/core';
import { openEngine } from '@deeplogbot/core/node';
import { parseRules, rulesClassifier } from '@deeplogbot/rules';
import { scratch } from '../../../../test/support/scratch.js';
import {
  defaultRules,
  type HttpOptions,
  httpProvider,
  type ReadStats,
  readLog,
  resolveHttpOptions,
} from '../src/index.js';

export const SEMICOMPLETE = new URL('fixtures/semicomplete-2015.log.gz', import.meta.url).pathname;

/** A folder that is gone afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await scratch();
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

let shared: Promise<Engine> | undefined;

/** An engine that reads one log after the other, as long as the worker lives: logs must not be read at the same time. */
export async function withEngine<T>(use: (engine: Engine) => Promise<T>): Promise<T> {
  shared ??= openEngine({ threads: 1 });
  return use(await shared);
}

export interface Read {
  readonly rows: ColumnBatch;
  readonly stats: ReadStats;
  readonly warnings: readonly string[];
}

/** Reads files whole and gives every row with its codes. */
export const readFiles = (paths: readonly string[], options: HttpOptions = {}): Promise<Read> =>
  withEngine(async (engine) => {
    const { relation, stats, warnings } = await readLog(
      engine,
      paths,
      resolveHttpOptions({ salt: 'test', ...options }),
    );
    return { rows: await engine.columns(sql`SELECT * FROM ${relation.name}`), stats, warnings };
  });

/** The same for bytes. */
export const readBytesOf = (content: string | Uint8Array, options: HttpOptions = {}): Promise<Read> =>
  withFolder(async (folder) => {
    const path = join(folder, 'access.log');
    await writeFile(path, content);
    return readFiles([path], options);
  });

/** Features of a log given as lines. */
export const featuresOf = (content: string, options: HttpOptions = {}): Promise<FeatureTable> =>
  withFolder((folder) =>
    withEngine(async (engine) => {
      const path = join(folder, 'access.log');
      await writeFile(path, content);
      const provider = httpProvider({ salt: 'test', keepIp: true, ...options });
      const { relation } = await provider.reader!.read(engine, [path], {});
      const nodes = [...provider.aggregates, ...provider.extractors];
      const schema = bindSchema(provider.schema, relation.columns);
      return (await extractFeatures(engine, relation, { nodes, schema, eventColumns: provider.eventColumns })).features;
    }),
  );

/** Verdicts of rules by address and agent. */
export async function verdictsOf(content: string, options: HttpOptions = {}, text = defaultRules) {
  const features = await featuresOf(content, { ownHosts: ['site.example'], ...options });
  const rules = parseRules(text, {
    file: 'default.yaml',
    knownFeatures: [...features.columns.keys()].map((name) => ({ name })),
  });
  const { rows } = await rulesClassifier(rules).classify(features, { randomState: 42, contamination: 0.15 });
  const { country: ips, city: agents } = features.attributes;
  return rows.map(({ label, subcategory, reasons }, i) => ({
    ip: ips[i],
    agent: agents[i],
    label,
    subcategory,
    reasons: reasons.map(({ id }) => id),
  }));
}

export interface LineParts {
  readonly host?: string;
  /** Seconds after midnight of 2 January 2024, UTC. */
  readonly at?: number;
  readonly request?: string;
  readonly status?: number;
  readonly bytes?: number | '-';
  readonly referrer?: string;
  readonly agent?: string;
}

export const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0';

/** A line of the combined format. */
export function line(parts: LineParts = {}): string {
  const { host = '192.0.2.1', at = 0, request = 'GET / HTTP/1.1', status = 200, bytes = 100 } = parts;
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  const time = `02/Jan/2024:${two(at / 3600)}:${two((at / 60) % 60)}:${two(at % 60)} +0000`;
  const { referrer = '-', agent = BROWSER } = parts;
  return `${host} - - [${time}] "${request}" ${status} ${bytes} "${referrer}" "${agent}"`;
}

export const log = (lines: readonly LineParts[]): string => `${lines.map(line).join('\n')}\n`;
