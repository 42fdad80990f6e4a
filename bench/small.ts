/**
 * What the features of a few rows cost, again and again in one process: `npx tsx --tsconfig tsconfig.json bench/small.ts [rows] [times]`.
 * Prints the least and the median processor time and wall clock of one extraction, in milliseconds.
 */
import { bindSchema, extractFeatures, sql } from '@deeplogbot/core';
import { openEngine } from '@deeplogbot/core/node';
import { ebiProvider } from '@deeplogbot/provider-ebi';

const [rows = 12, repetitions = 30] = process.argv.slice(2).map(Number);

const engine = await openEngine({ engine: 'native', threads: 2 });
await engine.run(sql`
  CREATE TEMP TABLE log AS
  SELECT concat('1.0,', i % 3) AS geo_location, 'GB' AS country, 'C' AS geoip_city_name, concat('u', i % 4) AS "user",
         concat('PXD', i % 5) AS accession, concat('f', i, '.raw') AS filename, 'http' AS method,
         TIMESTAMP '2024-03-01 10:00:00' + to_minutes(CAST(i * 700 AS INTEGER)) AS "timestamp"
  FROM range(${rows}) r(i)`);
const relation = await engine.bind({ kind: 'relation', name: 'log' });
const schema = bindSchema(ebiProvider.schema, relation.columns);
const nodes = [...ebiProvider.aggregates, ...ebiProvider.extractors];

const clock: number[] = [];
const processor: number[] = [];
for (let i = 0; i < repetitions; i++) {
  const [started, before] = [performance.now(), process.cpuUsage()];
  await extractFeatures(engine, relation, { nodes, schema });
  const { user, system } = process.cpuUsage(before);
  processor.push((user + system) / 1000);
  clock.push(performance.now() - started);
}
await engine.close();

const summary = (times: number[]) => {
  const sorted = times.sort((a, b) => a - b);
  return { least: Math.round(sorted[0]!), median: Math.round(sorted[Math.floor(sorted.length / 2)]!) };
};
console.log(JSON.stringify({ rows, repetitions, processor: summary(processor), clock: summary(clock) }));
