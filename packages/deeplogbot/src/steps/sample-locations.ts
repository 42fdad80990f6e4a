import { bindSchema, type Engine, eventExpressions, type LogSchema, type Relation, sql } from '@deeplogbot/core';

const BUCKETS = 1_000_000;

/**
 * A view of about `sampleSize` events that keeps whole locations: a location belongs to it or not by the MD5 of its
 * name and the seed, so counts, gaps and visits of those that stay are exact. Returns the relation itself when it is
 * no larger than asked. Rows without a location are kept, because they belong to none.
 */
export async function sampleLocations(
  engine: Engine,
  relation: Relation,
  schema: LogSchema,
  sampleSize: number,
  randomState: number,
): Promise<Relation> {
  if (sampleSize >= relation.rows) return relation;
  const { keyText } = eventExpressions(bindSchema(schema, relation.columns), relation);
  const bucket = sql`CAST('0x' || substr(md5(${keyText} || ${`#${randomState}`}), 1, 8) AS BIGINT) % ${BUCKETS}`;
  const limit = Math.max(1, Math.round((sampleSize / relation.rows) * BUCKETS));
  const name = sql`deeplogbot_sample`;
  await engine.run(sql`
    CREATE OR REPLACE TEMP VIEW ${name} AS
    SELECT * FROM ${relation.name} WHERE ${keyText} IS NULL OR ${bucket} < ${limit}`);
  const counted = await engine.columns(sql`SELECT CAST(count(*) AS DOUBLE) AS n FROM ${name}`);
  const release = () => engine.run(sql`DROP VIEW IF EXISTS ${name}`);
  return { ...relation, name, rows: (counted.columns.n as Float64Array)[0]!, release };
}
