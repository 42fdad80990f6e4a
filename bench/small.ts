/**
 * What the features of a few rows and of a few lines cost, again and again in one process:
 * `npx tsx --tsconfig tsconfig.json bench/small.ts [rows] [times]`.
 * Prints the least and the median processor time and wall clock of one extraction, in milliseconds.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bindSchema, extractFeatures, sql } from '@deeplogbot/core';
import { openEngine } from '@deeplogbot/core/node';
import { ebiProvider } from '@deeplogbot/provider-ebi';
import { httpProvider } from '@deeplogbot/provider-http';

const [rows = 12, repetitions = 30] = process.argv.slice(2).map(Number);

const engine = await openEngine({ engine: 'native', threads: 2 });
const folder = await mkdtemp(join(tmpdir(), 'deeplogbot-small-'));

const nodesOf = ({ aggregates, extractors }: Pick<typeof ebiProvider, 'aggregates' | 'extractors'>) => [
  ...aggregates,
  ...extractors,
];

/** Features of a table of downloads. */
async function downloads(): Promise<() => Promise<unknown>> {
  await engine.run(sql`
    CREATE TEMP TABLE log AS
    SELECT concat('1.0,', i % 3) AS geo_location, 'GB' AS country, 'C' AS geoip_city_name, concat('u', i % 4) AS "user",
           concat('PXD', i % 5) AS accession, concat('f', i, '.raw') AS filename, 'http' AS method,
           TIMESTAMP '2024-03-01 10:00:00' + to_minutes(CAST(i * 700 AS INTEGER)) AS "timestamp"
    FROM range(${rows}) r(i)`);
  const relation = await engine.bind({ kind: 'relation', name: 'log' });
  const schema = bindSchema(ebiProvider.schema, relation.columns);
  return () => extractFeatures(engine, relation, { nodes: nodesOf(ebiProvider), schema });
}

/** Reading an access log, and its features. */
async function requests(): Promise<() => Promise<unknown>> {
  const path = join(folder, 'access.log');
  const line = (i: number) =>
    `192.0.2.${i % 4} - - [02/Jan/2024:10:00:${10 + (i % 50)} +0000] "GET /${i} HTTP/1.1" 200 100 "-" "Mozilla/5.0"`;
  await writeFile(path, `${Array.from({ length: rows }, (_, i) => line(i)).join('\n')}\n`);
  const provider = httpProvider({ salt: 'small' });
  return async () => {
    const { relation } = await provider.reader!.read(engine, [path], {});
    const schema = bindSchema(provider.schema, relation.columns);
    await extractFeatures(engine, relation, { nodes: nodesOf(provider), schema, eventColumns: provider.eventColumns });
  };
}

async function measure(name: string, once: () => Promise<unknown>): Promise<void> {
  const clock: number[] = [];
  const processor: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const [started, before] = [performance.now(), process.cpuUsage()];
    await once();
    const { user, system } = process.cpuUsage(before);
    processor.push((user + system) / 1000);
    clock.push(performance.now() - started);
  }
  console.log(JSON.stringify({ name, rows, repetitions, processor: summary(processor), clock: summary(clock) }));
}

const summary = (times: number[]) => {
  const sorted = times.sort((a, b) => a - b);
  return { least: Math.round(sorted[0]!), median: Math.round(sorted[Math.floor(sorted.length / 2)]!) };
};

try {
  await measure('downloads', await downloads());
  await measure('requests', await requests());
} finally {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
}
