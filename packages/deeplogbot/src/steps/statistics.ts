import {
  type ColumnBatch,
  columnsOf,
  type Engine,
  identifier,
  join,
  LABELS,
  type Label,
  type LogSchema,
  numbers,
  type PerLabel,
  type Relation,
  type Role,
  rowsQuery,
  type Sql,
  sql,
  textColumn,
  texts,
  type UsageDimension,
  type UsageStatistics,
  type Verdict,
} from '@deeplogbot/core';

const KEYS = 'deeplogbot_usage_keys';
const CELLS = identifier('deeplogbot_usage');

/** Longer lists are cut to their largest values, so that a log with a data set per row cannot fill the memory. */
const MAX_VALUES = 100_000;

/** Numbers of the grouping sets. */
const SET = { project: 1, month: 2, tail: 3, clock: 4 } as const;

export interface UsageInput {
  readonly schema: LogSchema;
  /** The keys of the feature table, row i = verdict i. */
  readonly keys: readonly string[];
  readonly verdicts: readonly Verdict[];
}

/**
 * Counts the events of classified locations by year, month, data set, file type, protocol, weekday and hour, each by
 * label, in one scan of the source. Leaves no relation behind, also when it fails.
 */
export async function usageStatistics(
  engine: Engine,
  relation: Relation,
  { schema, keys, verdicts }: UsageInput,
): Promise<UsageStatistics> {
  const labels = await engine.load(KEYS, keyLabels(keys, verdicts));
  try {
    await engine.run(cellsQuery(engine, rowsQuery(schema, relation), labels));
    const dimension = async (role: Role | null, value: Sql, set: number, byTime = false): Promise<UsageDimension> => {
      if (role !== null && columnsOf(schema, role).length === 0) return notMeasured(role);
      return readDimension(engine, value, set, byTime);
    };
    return {
      dimensions: {
        year: await dimension(null, sql`CAST(year AS VARCHAR)`, SET.month, true),
        month: await dimension(null, sql`printf('%04d-%02d', month // 12, month % 12 + 1)`, SET.month, true),
        project: await dimension('project', sql`project`, SET.project),
        file_type: await dimension('file', EXTENSION, SET.tail),
        protocol: await dimension('method', sql`method`, SET.tail),
      },
      clock: await readClock(engine),
    };
  } finally {
    for (const table of [CELLS, identifier(KEYS)]) await engine.run(sql`DROP TABLE IF EXISTS ${table}`);
  }
}

const notMeasured = (role: Role): UsageDimension => ({
  rows: [],
  distinct: 0,
  notMeasured: `the log has no ${role} column`,
});

function keyLabels(keys: readonly string[], verdicts: readonly Verdict[]): ColumnBatch {
  return {
    rows: keys.length,
    columns: {
      key_text: textColumn(keys),
      key: Float64Array.from(keys, (_, i) => i),
      label: Float64Array.from(verdicts, ({ label }) => LABELS.indexOf(label)),
    },
  };
}

const END = sql`right(r.file, 20)`;
const LAST = sql`split_part(${END}, '.', -1)`;

/** A file name behind its last dot, with the part before where that end only says how the file is packed. */
const TAIL = sql`CASE
  WHEN ${LAST} IN ('gz', 'bz2', 'xz', 'zst') AND split_part(${END}, '.', -3) <> '' THEN split_part(${END}, '.', -2) || '.' || ${LAST}
  WHEN ${LAST} <> ${END} THEN ${LAST} END`;

/** `spectra.mzML.gz` is `mzml`; text that is no extension (a version, a name without a dot) counts as none. */
const EXTENSION = sql`nullif(regexp_extract(lower(tail), '^([a-z][a-z0-9_]{0,9}|7z)([.](gz|bz2|xz|zst))?$', 1), '')`;

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
             ${MONTH} AS month, r.project, r.method, ${TAIL} AS tail,
             CAST(${dialect.dayOfWeek(sql`r.ts`)} * 24 + ${dialect.hour(sql`r.ts`)} AS SMALLINT) AS clock
      FROM (${rows}) r JOIN ${labels} k ON r.key_text = k.key_text
      WHERE r.status = 'ok'
    )
    GROUP BY GROUPING SETS ((key, label, year, month), (key, label, project), (key, label, method, tail), (label, clock))`;
}

const perLabel = (column: (label: Label) => number): PerLabel => ({
  organic: column('organic'),
  hub: column('hub'),
  bot: column('bot'),
  insufficient_evidence: column('insufficient_evidence'),
});

async function readDimension(engine: Engine, value: Sql, set: number, byTime: boolean): Promise<UsageDimension> {
  const columns = LABELS.flatMap((label, i) => [
    sql`CAST(coalesce(sum(n) FILTER (label = ${i}), 0) AS DOUBLE) AS ${identifier(`n_${label}`)}`,
    sql`CAST(count(DISTINCT key) FILTER (label = ${i}) AS DOUBLE) AS ${identifier(`keys_${label}`)}`,
  ]);
  const order = byTime ? sql`value` : sql`sum(n) DESC, value NULLS LAST`;
  const batch = await engine.columns(sql`
    SELECT value, ${join(columns, ', ')}, CAST(count(value) OVER () AS DOUBLE) AS known
    FROM (SELECT ${value} AS value, label, key, n FROM ${CELLS} WHERE grouped = ${set})
    GROUP BY value ORDER BY ${order} LIMIT ${MAX_VALUES}`);
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

async function readClock(engine: Engine): Promise<UsageStatistics['clock']> {
  const batch = await engine.columns(sql`
    SELECT CAST(label AS DOUBLE) AS label, CAST(clock AS DOUBLE) AS clock, CAST(n AS DOUBLE) AS n
    FROM ${CELLS} WHERE grouped = ${SET.clock} ORDER BY label, clock`);
  const counts = LABELS.map(() => new Float64Array(168));
  const [labels, hours, n] = [numbers(batch, 'label'), numbers(batch, 'clock'), numbers(batch, 'n')];
  for (let row = 0; row < batch.rows; row++) counts[labels[row]!]![hours[row]!] = n[row]!;
  return Object.fromEntries(LABELS.map((label, i) => [label, counts[i]!])) as Record<Label, Float64Array>;
}
