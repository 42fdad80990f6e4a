import { type ColumnBatch, textColumn } from '../columns.js';
import type { Engine, Relation, WriteTarget } from '../engine.js';
import { ConfigError, OutputError } from '../errors.js';
import { eventExpressions, statusOf } from '../plan/events.js';
import type { LogSchema } from '../schema.js';
import { identifier, join, type Sql, sql } from '../sql.js';
import type { Verdict } from '../verdicts.js';

/** Columns that an annotated log has after its own, in this order. */
export const ANNOTATION_COLUMNS = [
  'behavior_type',
  'automation_category',
  'subcategory',
  'is_bot',
  'is_hub',
  'is_organic',
  'classification_confidence',
  'classification_reason',
  'needs_review',
] as const;

export interface AnnotateInput {
  readonly schema: LogSchema;
  /** The keys of the feature table, row i = verdict i. */
  readonly keys: readonly string[];
  readonly verdicts: readonly Verdict[];
}

/**
 * Writes every row of a relation, in its order and with its columns unchanged, followed by the verdict of its key.
 * A row without a verdict says why: `behavior_type` is `filtered` for a row without location or timestamp or outside
 * the window, `insufficient_evidence` for a key below the minimum; its confidence is NULL and its three flags are false.
 * Columns of an earlier annotation are replaced. Returns the number of rows, which equals the input's.
 */
export async function annotate(
  engine: Engine,
  relation: Relation,
  input: AnnotateInput,
  target: WriteTarget,
): Promise<number> {
  const query = await annotationQuery(engine, relation, input);
  try {
    const rows = await engine.write(query, target);
    if (rows !== relation.rows) throw wrongRowCount(rows, relation.rows, target.path);
    return rows;
  } finally {
    await dropVerdicts(engine);
  }
}

const VERDICTS = 'deeplogbot_verdicts';

/** The query that {@link annotate} writes, for callers that want the rows elsewhere; drop its verdicts afterwards. */
export async function annotationQuery(engine: Engine, relation: Relation, input: AnnotateInput): Promise<Sql> {
  const own = ownColumns(relation);
  const verdicts = await engine.load(VERDICTS, verdictBatch(input.keys, input.verdicts));
  const e = eventExpressions(input.schema, relation);
  const columns = join(
    own.map((name) => sql`s.${identifier(name)}`),
    ', ',
  );
  return sql`
    SELECT ${columns}, ${annotationColumns(input.schema)}
    FROM (
      SELECT *, ${statusOf(input.schema, STATUS_COLUMNS)} AS deeplogbot_status
      FROM (
        SELECT *, ${e.keyText} AS deeplogbot_key, ${e.ts} AS deeplogbot_ts, ${e.year} AS deeplogbot_year
        FROM ${relation.name}
      )
    ) s LEFT JOIN ${verdicts} v ON s.deeplogbot_key = v.key_text`;
}

export const dropVerdicts = (engine: Engine): Promise<void> =>
  engine.run(sql`DROP TABLE IF EXISTS ${identifier(VERDICTS)}`);

const STATUS_COLUMNS = { key: sql`deeplogbot_key`, ts: sql`deeplogbot_ts`, year: sql`deeplogbot_year` };

/** The input's own columns; those of a whole earlier annotation are left out, a part of one is refused. */
function ownColumns(relation: Relation): readonly string[] {
  const names = relation.columns.map((column) => column.name);
  const taken = ANNOTATION_COLUMNS.filter((name) => names.includes(name));
  if (taken.length === 0) return names;
  if (taken.length === ANNOTATION_COLUMNS.length) {
    return names.filter((name) => !(ANNOTATION_COLUMNS as readonly string[]).includes(name));
  }
  throw new ConfigError(
    'ANNOTATION_COLUMN_TAKEN',
    `The input already has ${taken.length === 1 ? 'a column' : 'columns'} named ${taken.join(', ')}, which annotation would write.`,
    { hint: 'Rename the column in the input, or use the output strategy "reports_only".' },
  );
}

function verdictBatch(keys: readonly string[], verdicts: readonly Verdict[]): ColumnBatch {
  const flag = (test: (verdict: Verdict) => boolean) =>
    Float64Array.from(verdicts, (verdict) => (test(verdict) ? 1 : 0));
  return {
    rows: keys.length,
    columns: {
      key_text: textColumn(keys),
      behavior_type: textColumn(verdicts.map((verdict) => verdict.behaviorType)),
      automation_category: textColumn(verdicts.map((verdict) => verdict.automationCategory)),
      subcategory: textColumn(verdicts.map((verdict) => verdict.subcategory)),
      reason: textColumn(verdicts.map(reasonText)),
      confidence: Float64Array.from(verdicts, (verdict) => verdict.confidence),
      is_bot: flag((verdict) => verdict.label === 'bot'),
      is_hub: flag((verdict) => verdict.label === 'hub'),
      is_organic: flag((verdict) => verdict.label === 'organic'),
      needs_review: flag((verdict) => verdict.needsReview),
    },
  };
}

/** The reasons as one line; NULL when a verdict gives none. */
export const reasonText = (verdict: Verdict): string | null =>
  verdict.reasons.length === 0 ? null : verdict.reasons.map((reason) => reason.sentence).join('; ');

function annotationColumns(schema: LogSchema): Sql {
  const ok = sql`s.deeplogbot_status = 'ok'`;
  const flag = (name: string) => sql`coalesce(${ok} AND v.${identifier(name)} = 1, FALSE) AS ${identifier(name)}`;
  const value = (name: string, as = name) => sql`CASE WHEN ${ok} THEN v.${identifier(name)} END AS ${identifier(as)}`;
  return join(
    [
      sql`CASE WHEN NOT (${ok}) THEN 'filtered' WHEN v.key_text IS NULL THEN 'insufficient_evidence' ELSE v.behavior_type END AS behavior_type`,
      value('automation_category'),
      value('subcategory'),
      flag('is_bot'),
      flag('is_hub'),
      flag('is_organic'),
      sql`CASE WHEN ${ok} AND NOT isnan(v.confidence) THEN v.confidence END AS classification_confidence`,
      sql`${unclassifiedReason(schema)} AS classification_reason`,
      flag('needs_review'),
    ],
    ', ',
  );
}

function unclassifiedReason(schema: LogSchema): Sql {
  const window = `outside the window ${schema.minYear} to ${schema.asOf ?? schema.maxYear}`;
  return sql`CASE s.deeplogbot_status
    WHEN 'no_location' THEN 'no location'
    WHEN 'no_timestamp' THEN 'no readable timestamp'
    WHEN 'outside_window' THEN ${window}
    ELSE CASE WHEN v.key_text IS NULL THEN ${`location has fewer than ${schema.minLocationDownloads} downloads`} ELSE v.reason END
  END`;
}

const wrongRowCount = (found: number, wanted: number, path: string) =>
  new OutputError('ROW_COUNT_CHANGED', `The annotated file ${path} has ${found} rows, the input has ${wanted}.`, {
    hint: 'Report this with the versions in run.json; the file must not be used.',
  });
