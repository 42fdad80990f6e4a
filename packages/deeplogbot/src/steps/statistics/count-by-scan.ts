import {
  type Engine,
  fileTail,
  fileType,
  identifier,
  type LogSchema,
  type Relation,
  rowsQuery,
  type Sql,
  sql,
} from '@deeplogbot/core';
import { byLabel, type JudgedKeys, keyLabels, type LabelCounts, monthText } from './label-counts.js';

const KEYS = 'deeplogbot_usage_keys';
const CELLS = identifier('deeplogbot_usage');

/** Numbers of the grouping sets. */
const SET = { project: 1, month: 2, tail: 3, clock: 4 } as const;

/** Counts the events in one scan of the log. */
export async function countByScan(
  engine: Engine,
  relation: Relation,
  schema: LogSchema,
  judged: JudgedKeys,
): Promise<LabelCounts> {
  const drop = async () => {
    for (const table of [CELLS, identifier(KEYS)]) await engine.run(sql`DROP TABLE IF EXISTS ${table}`);
  };
  try {
    const labels = await engine.load(KEYS, keyLabels(judged));
    await engine.run(cellsQuery(engine, rowsQuery(schema, relation), labels));
  } catch (error) {
    await drop();
    throw error;
  }
  const cells = (value: Sql, set: number) =>
    byLabel(sql`SELECT ${value} AS value, label, key, n FROM ${CELLS} WHERE grouped = ${set}`);
  return {
    dimensions: {
      year: cells(sql`CAST(year AS VARCHAR)`, SET.month),
      month: cells(monthText(sql`month`), SET.month),
      project: cells(sql`project`, SET.project),
      file_type: cells(fileType(sql`tail`), SET.tail),
      protocol: cells(sql`method`, SET.tail),
    },
    clock: sql`SELECT label, clock, n FROM ${CELLS} WHERE grouped = ${SET.clock}`,
    drop,
  };
}

/** Months since the year 0, UTC. */
const MONTH = sql`CAST(year(r.ts) * 12 + month(r.ts) - 1 AS SMALLINT)`;

/**
 * One row per location and month, data set, and file tail with protocol, and one per label and hour of the week, all
 * from the same scan.
 */
function cellsQuery(engine: Engine, rows: Sql, labels: Sql): Sql {
  const { dialect } = engine;
  return sql`
    CREATE OR REPLACE TEMP TABLE ${CELLS} AS
    SELECT key, label, year, month, project, method, tail, clock, count(*) AS n,
           CASE WHEN grouping(project) = 0 THEN ${SET.project} WHEN grouping(month) = 0 THEN ${SET.month}
                WHEN grouping(tail) = 0 THEN ${SET.tail} ELSE ${SET.clock} END AS grouped
    FROM (
      SELECT CAST(k.key AS INTEGER) AS key, CAST(k.label AS TINYINT) AS label, CAST(r.year AS SMALLINT) AS year,
             ${MONTH} AS month, r.project, r.method, ${fileTail(sql`r.file`)} AS tail,
             CAST(${dialect.dayOfWeek(sql`r.ts`)} * 24 + ${dialect.hour(sql`r.ts`)} AS SMALLINT) AS clock
      FROM (${rows}) r JOIN ${labels} k ON r.key_text = k.key_text
      WHERE r.status = 'ok'
    )
    GROUP BY GROUPING SETS ((key, label, year, month), (key, label, project), (key, label, method, tail), (label, clock))`;
}
