import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bindSchema, givenOptions } from '@deeplogbot/core';
import { type Input, type OpenEngineOptions, openEngine, openOutputDir, resolveInput } from '@deeplogbot/core/node';
import {
  countUsage,
  type Metadata,
  type ReportOptions,
  type RobotDetection,
  readMetadata,
  reportStem,
  type UsageOptions,
  type WrittenUsage,
  writeUsage,
} from '@deeplogbot/usage';
import { loadProvider } from '../providers/load-provider.js';

export interface UsageToFilesOptions extends Omit<UsageOptions, 'schema'>, ReportOptions, OpenEngineOptions {
  /** The annotated log. */
  readonly input: Input;
  readonly outputDir: string;
  readonly provider?: string;
  /** File with a column `item` and any of title, publisher, publisher_id, creators, publication_date, version, doi, other_id, uri, yop. */
  readonly metadata?: string;
  readonly detection?: RobotDetection;
}

/** Counts the usage of data sets in an annotated log and writes the COUNTER report; earlier files of the same period are replaced. */
export async function usageToFiles(options: UsageToFilesOptions): Promise<WrittenUsage> {
  const { provider, explicitFields } = await loadProvider(options.provider ?? 'ebi');
  const source = await resolveInput(options.input);
  const described = options.metadata === undefined ? undefined : await resolveInput(options.metadata);
  const target = await openOutputDir(options.outputDir);
  const engine = await openEngine(options);
  try {
    const relation = await engine.bind(source);
    const schema = bindSchema({ ...provider.schema, ...provider.usage?.schema }, relation.columns, explicitFields);
    const metadata: Metadata | undefined = described && (await readMetadata(engine, await engine.bind(described)));
    const usage = await countUsage(engine, relation, { ...provider.usage?.fields, ...givenOptions(options), schema });
    const written = await writeUsage(usage, target, { ...options, metadata });
    await removeEarlier(target.path, reportStem(usage), written.files);
    return written;
  } finally {
    if (options.engine !== engine) await engine.close();
  }
}

/** Parts that an earlier report of the same period had and this one has not. */
async function removeEarlier(folder: string, stem: string, written: readonly string[]): Promise<void> {
  for (const name of await readdir(folder)) {
    const own = name.startsWith(`${stem}.`) && /\.(json|json\.gz|tsv)$/.test(name);
    if (own && !written.includes(join(folder, name))) await rm(join(folder, name));
  }
}
