import {
  CORE_RELATIONS,
  type Engine,
  identifier,
  type LogSchema,
  mappedRoles,
  type Provider,
  type Relations,
  type Reporter,
  type Sql,
  sql,
  type Tallies,
} from '@deeplogbot/core';
import { talliesOf } from '../plan-nodes.js';
import { byLabel, type JudgedKeys, keyLabels, type LabelCounts, monthText } from './label-counts.js';
import type { ProjectNames } from './project-names.js';

const KEYS = 'deeplogbot_usage_keys';
const LABELLED = identifier('deeplogbot_usage_labels');

/**
 * The tallies that a run is to keep: none where nobody asks for statistics, where years are not those of the timestamps, or
 * where the provider is one that was cut down to fewer aggregates than its tallies read.
 */
export function talliesFor(
  { tallies, aggregates }: Pick<Provider, 'tallies' | 'aggregates'>,
  schema: LogSchema,
  reporters: readonly Pick<Reporter, 'needs'>[],
): Tallies | undefined {
  const counts = reporters.some(({ needs = [] }) => needs.includes('usage'));
  if (!tallies || !counts || mappedRoles(schema).has('year')) return undefined;
  const made = new Set([...CORE_RELATIONS, ...aggregates.map(({ name }) => name)]);
  return talliesOf({ tallies }).every(({ from }) => from.every((name) => made.has(name))) ? tallies : undefined;
}

/** What {@link countByTallies} reads: relations that a plan has kept, and the names of the projects. */
export interface TallyInput {
  readonly tallies: Tallies;
  readonly kept: Relations;
  readonly projects: ProjectNames;
}

/** Sums what the features have counted already. */
export async function countByTallies(
  engine: Engine,
  { tallies, kept, projects }: TallyInput,
  judged: JudgedKeys,
): Promise<LabelCounts> {
  const drop = async () => {
    for (const table of [LABELLED, identifier(KEYS)]) await engine.run(sql`DROP TABLE IF EXISTS ${table}`);
    await projects.drop();
  };
  try {
    const labels = await engine.load(KEYS, keyLabels(judged));
    await engine.run(sql`
      CREATE OR REPLACE TEMP TABLE ${LABELLED} AS
      SELECT CAST(key AS INTEGER) AS key, CAST(label AS TINYINT) AS label, CAST(n AS BIGINT) AS n FROM ${labels}`);
  } catch (error) {
    await drop();
    throw error;
  }
  const of = (tally: keyof Tallies) => kept[tallies[tally].name] ?? NOTHING;
  return {
    dimensions: {
      year: byLabel(labelled(of('months'), sql`CAST(t.value // 12 AS VARCHAR)`)),
      month: counted(of('months'), monthText(sql`t.value`)),
      project: sql`
        SELECT p.name AS value, t.label, t.n, t.keys
        FROM (${counted(of('projects'))}) t LEFT JOIN ${projects.table} p ON p.project = t.value`,
      file_type: counted(of('fileTypes')),
      protocol: counted(of('methods')),
    },
    clock: sql`
      SELECT k.label, t.value AS clock, sum(t.n) AS n FROM ${of('clock')} t JOIN ${LABELLED} k ON k.key = t.key
      GROUP BY k.label, t.value`,
    drop,
  };
}

/** In place of what the log cannot tell. */
const NOTHING = sql`(SELECT 0 AS key, NULL AS value, 0 AS n WHERE FALSE)`;

/** What a tally has counted of classified locations. */
const labelled = (tally: Sql, value: Sql = sql`t.value`): Sql =>
  sql`SELECT ${value} AS value, k.label, k.key, t.n FROM ${tally} t JOIN ${LABELLED} k ON k.key = t.key`;

/** The same by value and label, and the rest of the rows of those locations, which have no value. */
const counted = (tally: Sql, value?: Sql): Sql => sql`
  SELECT value, label, sum(n) AS n, count(*) AS keys FROM (${labelled(tally, value)}) GROUP BY value, label
  UNION ALL
  SELECT NULL AS value, k.label, sum(k.n - coalesce(t.n, 0)) AS n, count(*) AS keys
  FROM ${LABELLED} k LEFT JOIN (SELECT key, sum(n) AS n FROM ${tally} t GROUP BY key) t ON t.key = k.key
  WHERE k.n > coalesce(t.n, 0) GROUP BY k.label`;
