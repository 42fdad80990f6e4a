import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { drawLocations, type GenerateOptions, type Location } from './locations.js';
import { type WriteOptions, writeLabels, writeLog } from './write.js';

export interface GenerateLogOptions extends GenerateOptions, Omit<WriteOptions, 'seed'> {
  /** Where the known labels go. */
  readonly labels: string;
  readonly threads?: number;
  /** For example `'4GB'`; visits that do not fit are spilled. */
  readonly memoryLimit?: string;
}

/** Draws a log and writes it and its labels; equal options give equal files with one version of DuckDB. */
export async function generateLog(options: GenerateLogOptions): Promise<readonly Location[]> {
  const locations = drawLocations(options);
  await mkdir(dirname(options.path), { recursive: true });
  const settings: Record<string, string> = { threads: String(options.threads ?? 2) };
  if (options.memoryLimit) settings.memory_limit = options.memoryLimit;
  const instance = await DuckDBInstance.create(':memory:', settings);
  const connection = await instance.connect();
  try {
    await writeLog(connection, locations, options);
    await writeLabels(locations, options.labels);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return locations;
}
