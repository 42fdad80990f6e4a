import {
  columnsOf,
  type Engine,
  identifier,
  join,
  LABELS,
  type Label,
  type LogSchema,
  numbers,
  type PerLabel,
  type Role,
  type Sql,
  sql,
  texts,
  type UsageDimension,
  type UsageDimensionName,
  type UsageStatistics,
} from '@deeplogbot/core';
import type { LabelCounts } from './label-counts.js';

/** Longer lists are cut to their largest values, so that a log with a data set per row cannot fill the memory. */
const MAX_VALUES = 100_000;

/** What the log must have for a dimension. */
const NEEDS: Readonly<Record<UsageDimensionName, Role | null>> = {
  year: null,
  month: null,
  project: 'project',
  file_type: 'file',
  protocol: 'method',
};

/**
 * Events of classified locations by year, month, data set, file type, protocol, weekday and hour, each by label. Drops the
 * counts, also when it fails.
 */
export async function readStatistics(engine: Engine, schema: LogSchema, counts: LabelCounts): Promise<UsageStatistics> {
  try {
    const dimension = async (name: UsageDimensionName, byTime = false): Promise<UsageDimension> => {
      const role = NEEDS[name];
      if (role !== null && columnsOf(schema, role).length === 0) return notMeasured(role);
      return readDimension(engine, counts.dimensions[name], byTime);
    };
    return {
      dimensions: {
        year: await dimension('year', true),
        month: await dimension('month', true),
        project: await dimension('project'),
        file_type: await dimension('file_type'),
        protocol: await dimension('protocol'),
      },
      clock: await readClock(engine, counts.clock),
    };
  } finally {
    await counts.drop();
  }
}

const notMeasured = (role: Role): UsageDimension => ({
  rows: [],
  distinct: 0,
  notMeasured: `the log has no ${role} column`,
});

const perLabel = (column: (label: Label) => number): PerLabel => ({
  organic: column('organic'),
  hub: column('hub'),
  bot: column('bot'),
  insufficient_evidence: column('insufficient_evidence'),
});

async function readDimension(engine: Engine, query: Sql, byTime: boolean): Promise<UsageDimension> {
  const columns = LABELS.flatMap((label, i) => [
    sql`CAST(coalesce(sum(n) FILTER (label = ${i}), 0) AS DOUBLE) AS ${identifier(`n_${label}`)}`,
    sql`CAST(coalesce(sum(keys) FILTER (label = ${i}), 0) AS DOUBLE) AS ${identifier(`keys_${label}`)}`,
  ]);
  const order = byTime ? sql`value` : sql`sum(n) DESC, value NULLS LAST`;
  const batch = await engine.columns(sql`
    SELECT value, ${join(columns, ', ')}, CAST(count(value) OVER () AS DOUBLE) AS known
    FROM (${query}) GROUP BY value ORDER BY ${order} LIMIT ${MAX_VALUES}`);
  const values = texts(batch, 'value');
  const of = (kind: string) => {
    const found = Object.fromEntries(LABELS.map((label) => [label, numbers(batch, `${kind}_${label}`)]));
    return (row: number) => perLabel((label) => found[label]![row]!);
  };
  const [downloads, locations] = [of('n'), of('keys')];
  return {
    rows: values.map((text, row) => ({ value: text, downloads: downloads(row), locations: locations(row) })),
    distinct: batch.rows === 0 ? 0 : numbers(batch, 'known')[0]!,
    notMeasured: null,
  };
}

async function readClock(engine: Engine, query: Sql): Promise<UsageStatistics['clock']> {
  const batch = await engine.columns(sql`
    SELECT CAST(label AS DOUBLE) AS label, CAST(clock AS DOUBLE) AS clock, CAST(n AS DOUBLE) AS n
    FROM (${query}) ORDER BY label, clock`);
  const counts = LABELS.map(() => new Float64Array(168));
  const [labels, hours, n] = [numbers(batch, 'label'), numbers(batch, 'clock'), numbers(batch, 'n')];
  for (let row = 0; row < batch.rows; row++) counts[labels[row]!]![hours[row]!] = n[row]!;
  return Object.fromEntries(LABELS.map((label, i) => [label, counts[i]!])) as Record<Label, Float64Array>;
}
