import {
  type Definitions,
  defineAggregate,
  defineSchema,
  type Engine,
  type Extracted,
  extractFeatures,
  identifier,
  type LogSchema,
  type PlanNode,
  type Sql,
  sql,
  textColumn,
} from '@deeplogbot/core';
import { openNativeEngine } from '@deeplogbot/core/node';
import { eventRows, fileNames } from '../../src/aggregates.js';
import { accessNodes } from '../../src/features/access.js';
import { bursts } from '../../src/features/bursts.js';
import { coordination } from '../../src/features/coordination.js';
import { dailySeries } from '../../src/features/daily-series.js';
import { dayBands } from '../../src/features/day-bands.js';
import { fileBreadth } from '../../src/features/file-breadth.js';
import { intervals } from '../../src/features/intervals.js';
import { sequenceNodes } from '../../src/features/sequence.js';
import { signatureHoursNodes } from '../../src/features/signature-hours.js';
import { statisticalNodes } from '../../src/features/statistical.js';
import { monthlySpike } from '../../src/features/temporal.js';
import { timingNodes } from '../../src/features/timing.js';
import { advancedFlags, firstGenerationFlags } from '../../src/features/upper-quarter.js';
import { visitCount } from '../../src/features/visit-count.js';
import { visitNodes } from '../../src/features/visits.js';
import { weekend } from '../../src/features/weekend.js';
import { weeklySeries } from '../../src/features/weekly-series.js';
import { orderedAggregates } from '../../src/ordered.js';
import { userSpans } from '../../src/user-spans.js';

/** Rows per key and calendar unit, straight from the events. */
const counts = (name: string, column: string, expression: (d: import('@deeplogbot/core').Dialect) => Sql): PlanNode =>
  defineAggregate({
    name,
    from: ['events'],
    grain: ['key', column],
    query: ({ events }, { dialect }) => sql`
      SELECT key, ${expression(dialect)} AS ${identifier(column)}, count(*) AS n, count(DISTINCT "user") AS users
      FROM ${events!} GROUP BY ALL`,
  });

/** The relations that these features read, in their plainest form. */
export const aggregates: readonly PlanNode[] = [
  counts('by_hour', 'hour', (d) => d.truncate('hour', sql`ts`)),
  counts('by_hour_of_day', 'hour', (d) => d.hour(sql`ts`)),
  counts('by_day', 'day', (d) => d.truncate('day', sql`ts`)),
  counts('by_day_of_week', 'dow', (d) => d.dayOfWeek(sql`ts`)),
  counts('by_week', 'week', (d) => d.truncate('week', sql`ts`)),
  counts('by_month', 'month', (d) => d.truncate('month', sql`ts`)),
  eventRows,
  fileNames,
  userSpans,
];

export const partB: readonly PlanNode[] = [
  ...orderedAggregates,
  ...timingNodes,
  ...visitNodes,
  ...accessNodes,
  ...statisticalNodes,
  dailySeries,
  weeklySeries,
  ...sequenceNodes,
  bursts,
  coordination,
  dayBands,
  advancedFlags,
  monthlySpike,
  intervals,
  weekend,
  fileBreadth,
  visitCount,
  firstGenerationFlags,
  ...signatureHoursNodes,
];

export interface Row {
  readonly loc?: string;
  readonly user?: string | null;
  readonly file?: string | null;
  /** Seconds after Monday 2024-01-01 00:00 UTC. */
  readonly t: number;
}

export const HOUR = 3600;
export const DAY = 86_400;
const START_US = Date.UTC(2024, 0, 1) * 1000;

let engine: Engine | undefined;
export const openEngine = async (): Promise<Engine> => {
  engine ??= await openNativeEngine({ threads: 2 });
  return engine;
};
export const closeEngine = async (): Promise<void> => {
  await engine?.close();
  engine = undefined;
};

export interface Options {
  readonly definitions?: Definitions;
  readonly schema?: Partial<LogSchema>;
}

export async function extract(rows: readonly Row[], options: Options = {}): Promise<Extracted> {
  const db = await openEngine();
  const raw = await db.load('raw', {
    rows: rows.length,
    columns: {
      loc: textColumn(rows.map((row) => row.loc ?? 'A')),
      user: textColumn(rows.map((row) => (row.user === undefined ? 'u' : row.user))),
      file: textColumn(rows.map((row) => (row.file === undefined ? 'f1' : row.file))),
      us: Float64Array.from(rows, (row) => START_US + Math.round(row.t * 1e6)),
    },
  });
  await db.run(sql`
    CREATE OR REPLACE TEMP TABLE log AS
    SELECT loc AS geo_location, 'X' AS country, "user", file AS filename, make_timestamp(CAST(us AS BIGINT)) AS "timestamp"
    FROM ${raw}`);
  const relation = await db.bind({ kind: 'relation', name: 'log' });
  return extractFeatures(db, relation, {
    nodes: [...aggregates, ...partB],
    schema: defineSchema({ cityField: null, projectField: null, ...options.schema }),
    definitions: options.definitions ?? 'clean',
  });
}

/** The features of the first key, by name. */
export async function features(rows: readonly Row[], options: Options = {}): Promise<Record<string, number>> {
  const { features: table } = await extract(rows, options);
  return Object.fromEntries([...table.columns].map(([name, values]) => [name, values[0]!]));
}

/** `counts[i]` rows on the i-th day after the start, a minute apart, beginning at noon. */
export const daily = (list: readonly number[], step = DAY): Row[] =>
  list.flatMap((count, i) => Array.from({ length: count }, (_, j) => ({ t: i * step + 12 * HOUR + j * 60 })));
