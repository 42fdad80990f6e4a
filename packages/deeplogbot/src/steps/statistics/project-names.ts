import { identifier, rowsQuery, type Sql, sql } from '@deeplogbot/core';
import type { BoundEvents } from '../../stages.js';

const TABLE = identifier('deeplogbot_usage_projects');

/** The `name` of each `project`, which aggregates know by its fingerprint. */
export interface ProjectNames {
  readonly table: Sql;
  drop(): Promise<void>;
}

/** Reads the names from the log: the only thing that statistics by class still ask of it, and the same whatever the verdicts are. */
export async function projectNames({ engine, relation, schema }: BoundEvents): Promise<ProjectNames> {
  await engine.run(sql`
    CREATE OR REPLACE TEMP TABLE ${TABLE} AS
    SELECT ${engine.dialect.fingerprint(sql`r.project`)} AS project, any_value(r.project) AS name
    FROM (${rowsQuery(schema, relation)}) r WHERE r.project IS NOT NULL GROUP BY 1`);
  return { table: TABLE, drop: () => engine.run(sql`DROP TABLE IF EXISTS ${TABLE}`) };
}
