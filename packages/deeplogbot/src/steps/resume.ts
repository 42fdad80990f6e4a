import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { ConfigError, type Engine, type Provider, type Source, sql, texts } from '@deeplogbot/core';
import { openResumeStore, type ResumeStore, type RunIdentity } from '@deeplogbot/core/node';
import { version } from '../../package.json';
import type { ResolvedOptions } from '../options.js';
import type { RunLog } from './open-log.js';

/** Where an interrupted run leaves its finished nodes. */
const RESUME_FOLDER = '.deeplogbot-resume';

export interface ResumedRun {
  readonly engine: Engine;
  readonly provider: Provider;
  readonly source: Source;
  readonly log: Pick<RunLog, 'schema' | 'contents'>;
}

/** The store of finished nodes that `resume` asks for; undefined where it does not. */
export async function openResume(run: ResumedRun, options: ResolvedOptions): Promise<ResumeStore | undefined> {
  if (!options.resume) return undefined;
  return openResumeStore(join(resolve(options.outputDir), RESUME_FOLDER), await identityOf(run, options));
}

/** What the features depend on, each part under the name in which a reader is told of a difference. */
async function identityOf(
  { engine, provider, source, log }: ResumedRun,
  { definitions, sampleSize, randomState }: ResolvedOptions,
): Promise<RunIdentity> {
  const parameters = Object.entries(log.schema).map(
    ([name, value]) => [`schema.${name}`, JSON.stringify(value)] as const,
  );
  return {
    ...(await inputsOf(source, provider, log)),
    ...Object.fromEntries(parameters),
    'the version of deeplogbot': version,
    'the engine': `${engine.name} ${texts(await engine.columns(sql`SELECT version() AS v`), 'v')[0]}`,
    'the provider': provider.name,
    definitions,
    'the sample': sampleSize === undefined ? 'none' : `${sampleSize} with seed ${randomState}`,
  };
}

async function inputsOf(
  source: Source,
  { name, displayName, reader }: Provider,
  log: Pick<RunLog, 'contents'>,
): Promise<RunIdentity> {
  if (reader) {
    throw new ConfigError(
      'RESUME_UNSUPPORTED',
      `Runs of the provider "${name}" (${displayName}) cannot be continued.`,
      {
        hint: 'Leave out --resume.',
      },
    );
  }
  if (source.kind === 'arrow') return { 'the input': createHash('sha256').update(source.ipc).digest('hex') };
  if (source.kind === 'files') {
    const contents = Object.entries(await log.contents());
    return Object.fromEntries(contents.map(([path, digest]) => [`the input ${resolve(path)}`, digest]));
  }
  throw new ConfigError(
    'RESUME_UNSUPPORTED',
    'A run over a table cannot be continued: nobody knows whether it changed.',
    {
      hint: 'Leave out --resume, or give the log as files.',
    },
  );
}
