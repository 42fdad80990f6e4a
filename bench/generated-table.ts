import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ClassName, FeatureTable } from '@deeplogbot/core';
import { openNativeEngine } from '@deeplogbot/core/node';
import { runBotAnnotator } from 'deeplogbot';
import { readFeatureTable } from '../packages/deeplogbot/src/commands/feature-table.js';
import { generateLog } from './generate/generate.js';

const LOG = { rows: 800_000, locations: 4000 };
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Features of a generated log with its known labels; the log is made once and kept in `bench/data`. */
export async function generatedTable(seed: number): Promise<{
  readonly table: FeatureTable;
  readonly labels: readonly ClassName[];
  readonly kinds: readonly string[];
}> {
  const path = here(`data/quality-${seed}.parquet`);
  const labels = here(`data/quality-${seed}.labels.csv`);
  await mkdir(here('data'), { recursive: true });
  if (!existsSync(path)) await generateLog({ ...LOG, seed, threads: 2, memoryLimit: '4GB', path, labels });
  const outputDir = here(`data/quality-${seed}`);
  const run = await runBotAnnotator({ input: path, outputDir, outputStrategy: 'reports_only', reporters: [] });
  const engine = await openNativeEngine();
  const known = await readFeatureTable(engine, labels);
  await engine.close();
  const at = new Map(known.features.keys.map((key, i) => [key, i] as const));
  const of = (column: string) => run.features.keys.map((key) => known.textColumns[column]![at.get(key)!]!);
  return { table: run.features, labels: of('label') as ClassName[], kinds: of('kind') };
}
