import { join } from 'node:path';
import type { Label } from '@deeplogbot/core';
import { DuckDBInstance } from '@duckdb/node-api';
import { type Quality, qualityOf } from '../quality.js';
import { annotatedFile, type Job } from './systems.js';

export interface Answer {
  readonly annotatedRows: number;
  readonly quality: Quality;
}

/** What a system said of the log: rows of the annotated file, agreement with the labels that the generator knows. */
export async function answerOf(job: Job, labels: string): Promise<Answer> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = async (query: string) => (await connection.runAndReadAll(query)).getRows();
  const [[annotated] = []] = await rows(`SELECT count(*) FROM read_parquet(${quoted(annotatedFile(job))})`);
  const table = quoted(join(job.folder, 'reports/location_analysis.csv'));
  const verdicts = await rows(`
    SELECT geo_location, CASE WHEN is_bot THEN 'bot' WHEN is_hub THEN 'hub' WHEN is_organic THEN 'organic'
                              ELSE 'insufficient_evidence' END
    FROM read_csv(${table}, header = true, types = {'is_bot': 'BOOLEAN', 'is_hub': 'BOOLEAN', 'is_organic': 'BOOLEAN'})`);
  connection.closeSync();
  instance.closeSync();
  const keys = verdicts.map(([key]) => String(key));
  const found = verdicts.map(([, label]) => label as Label);
  return { annotatedRows: Number(annotated), quality: await qualityOf(keys, found, labels) };
}

const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`;
