import { type Column, textColumn } from '../columns.js';
import type { Engine, KeyDirectory, PlacedRows, Relation, WriteTarget } from '../engine.js';
import { ConfigError, OutputError } from '../errors.js';
import { eventExpressions, statusOf } from '../plan/events.js';
import { directoryOf } from '../plan/key-directory.js';
import type { LogSchema } from '../schema.js';
import { identifier, join, type Sql, sql } from '../sql.js';
import type { Verdict } from '../verdicts.js';
import {
  dropVerdictLookup,
  loadCodedLookup,
  loadPlacedLookup,
  loadVerdictLookup,
  type VerdictLookup,
  WORD,
} from './verdict-lookup.js';

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
  /** {@link KeyTable.rowOfCode}, where the relation has a directory of its keys that the schema reads. */
  readonly rowOfCode?: Int32Array | undefined;
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
  let placed: PlacedRows | undefined;
  try {
    const { directory, verdicts, columns } = await loadVerdicts(engine, relation, input);
    placed = verdicts.places && (await directory?.placed?.(verdicts.places));
    const query = selected(columns, verdicts, rowsOf(relation, input.schema, directory, placed));
    const rows = await engine.write(query, { sourceRowGroups: relation.rowGroups, ...target });
    if (rows !== relation.rows) throw wrongRowCount(rows, relation.rows, target.path);
    return rows;
  } finally {
    await placed?.drop();
    await dropVerdicts(engine);
  }
}

/** The query that {@link annotate} writes, for callers that want the rows elsewhere; drop its verdicts afterwards. */
export async function annotationQuery(engine: Engine, relation: Relation, input: AnnotateInput): Promise<Sql> {
  const { directory, verdicts, columns } = await loadVerdicts(engine, relation, input, 'listed');
  return selected(columns, verdicts, rowsOf(relation, input.schema, directory));
}

/** Loads the verdicts: by the text of their key, or by its code where the log has a directory. */
async function loadVerdicts(
  engine: Engine,
  relation: Relation,
  { schema, keys, verdicts, rowOfCode }: AnnotateInput,
  codes: 'placed' | 'listed' = 'placed',
) {
  const columns = ownColumns(relation);
  const others = reasonsWithoutVerdict(schema).map(({ behaviorType, reason }) => withoutVerdict(behaviorType, reason));
  const shape = { words: wordsOf(verdicts), item: VERDICT, others };
  const directory = rowOfCode && directoryOf(schema, relation);
  if (!directory) {
    const batch = { key_text: textColumn(keys), ...verdictBatch(verdicts) };
    return { columns, verdicts: await loadVerdictLookup(engine, { rows: keys.length, columns: batch }, shape) };
  }
  const places = new Map([...new Set(verdicts)].map((verdict, i) => [verdict, i]));
  const placeOfCode = Float64Array.from(rowOfCode, (row) => (row < 0 ? Number.NaN : places.get(verdicts[row]!)!));
  const batch = { rows: places.size, columns: verdictBatch([...places.keys()]) };
  const load = directory.placed && codes === 'placed' ? loadPlacedLookup : loadCodedLookup;
  return { columns, directory, verdicts: await load(engine, placeOfCode, batch, shape) };
}

const rowsOf = (
  relation: Relation,
  schema: LogSchema,
  directory: KeyDirectory | undefined,
  { name }: Pick<PlacedRows, 'name'> = relation,
): { readonly schema: LogSchema; readonly rows: Sql } => ({
  schema,
  rows: judgedRows(schema, { ...relation, name }, directory && identifier(directory.code)),
});

function selected(own: readonly string[], verdicts: VerdictLookup, { schema, rows }: ReturnType<typeof rowsOf>): Sql {
  const position = verdictPosition(schema, verdicts.positionOf);
  const columns = own.map((name) => sql`s.${identifier(name)}`);
  const annotations = ANNOTATION_COLUMNS.map((name) => sql`s.deeplogbot_verdict.${identifier(name)}`);
  return sql`
    SELECT ${join([...columns, ...annotations], ', ')}
    FROM (
      SELECT *, ${verdicts.at(position)} AS deeplogbot_verdict
      FROM (${rows}), ${verdicts.from}
    ) s`;
}

/** The rows of a relation with the three columns that decide where their verdict is. @param key what tells keys apart, if not their text */
export function judgedRows(schema: LogSchema, relation: Relation, key?: Sql): Sql {
  const e = eventExpressions(schema, relation);
  return sql`
    SELECT *, ${key ?? e.keyText} AS deeplogbot_key, ${e.ts} AS deeplogbot_ts, ${e.year} AS deeplogbot_year
    FROM ${relation.name}`;
}

/** Where the verdict of a row of {@link judgedRows} is: from 1 for the kinds of rows that are not counted, then one for a key without a verdict. */
export function verdictPosition(schema: LogSchema, positionOf: (key: Sql) => Sql): Sql {
  const cases = UNCOUNTED.map((status, i) => sql`WHEN ${status} THEN ${i + 1}`);
  return sql`CASE ${statusOf(schema, STATUS_COLUMNS)} ${join(cases, ' ')}
    ELSE coalesce(${positionOf(sql`deeplogbot_key`)}, ${UNCOUNTED.length + 1}) END`;
}

/** Why rows have no verdict, in the order of their positions. */
export const reasonsWithoutVerdict = (schema: LogSchema) => [
  ...UNCOUNTED.map((status) => ({ behaviorType: FILTERED, reason: uncountedReason(schema, status) })),
  { behaviorType: INSUFFICIENT, reason: `location has fewer than ${schema.minLocationDownloads} downloads` },
];

export const dropVerdicts = dropVerdictLookup;

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

function verdictBatch(verdicts: readonly Verdict[]): Readonly<Record<string, Column>> {
  const flag = (test: (verdict: Verdict) => boolean) =>
    Float64Array.from(verdicts, (verdict) => (test(verdict) ? 1 : 0));
  return {
    behavior_type: textColumn(verdicts.map((verdict) => verdict.behaviorType)),
    automation_category: textColumn(verdicts.map((verdict) => verdict.automationCategory)),
    subcategory: textColumn(verdicts.map((verdict) => verdict.subcategory)),
    reason: textColumn(sharedTexts(verdicts)),
    confidence: Float64Array.from(verdicts, (verdict) => verdict.confidence),
    is_bot: flag((verdict) => verdict.label === 'bot'),
    is_hub: flag((verdict) => verdict.label === 'hub'),
    is_organic: flag((verdict) => verdict.label === 'organic'),
    needs_review: flag((verdict) => verdict.needsReview),
  };
}

/** {@link reasonText} of each, made once for verdicts that share their reasons. */
export function sharedTexts(verdicts: readonly Verdict[]): (string | null)[] {
  const known = new Map<Verdict['reasons'], string | null>();
  return verdicts.map((verdict) => {
    const found = known.get(verdict.reasons);
    if (found !== undefined) return found;
    const text = reasonText(verdict);
    known.set(verdict.reasons, text);
    return text;
  });
}

/** The reasons as one line; NULL when a verdict gives none. */
export const reasonText = (verdict: Verdict): string | null =>
  verdict.reasons.length === 0 ? null : verdict.reasons.map((reason) => reason.sentence).join(' ');

const FILTERED = 'filtered';
const INSUFFICIENT = 'insufficient_evidence';

/** In order of text, so that the bytes written do not depend on which key comes first. */
function wordsOf(verdicts: readonly Verdict[]): readonly string[] {
  const words = new Set<string>([FILTERED, INSUFFICIENT]);
  for (const { behaviorType, automationCategory, subcategory } of verdicts) {
    for (const word of [behaviorType, automationCategory, subcategory]) if (word !== null) words.add(word);
  }
  return [...words].sort();
}

/** Why a row is in no count, as `statusOf` says it. */
const UNCOUNTED = ['no_location', 'no_timestamp', 'outside_window'] as const;

function uncountedReason(schema: LogSchema, status: (typeof UNCOUNTED)[number]): string {
  if (status === 'no_location') return 'no location';
  if (status === 'no_timestamp') return 'no readable timestamp';
  return `outside the window ${schema.minYear} to ${schema.asOf ?? schema.maxYear}`;
}

/** The annotation columns of a loaded verdict, in their order. */
const VERDICT = sql`{
  behavior_type: CAST(behavior_type AS ${WORD}), automation_category: CAST(automation_category AS ${WORD}),
  subcategory: CAST(subcategory AS ${WORD}),
  is_bot: is_bot = 1, is_hub: is_hub = 1, is_organic: is_organic = 1,
  classification_confidence: CASE WHEN NOT isnan(confidence) THEN confidence END,
  classification_reason: reason, needs_review: needs_review = 1}`;

const withoutVerdict = (behaviorType: string, reason: string): Sql => sql`{
  behavior_type: CAST(${behaviorType} AS ${WORD}), automation_category: CAST(NULL AS ${WORD}),
  subcategory: CAST(NULL AS ${WORD}),
  is_bot: FALSE, is_hub: FALSE, is_organic: FALSE,
  classification_confidence: CAST(NULL AS DOUBLE), classification_reason: ${reason}, needs_review: FALSE}`;

export const wrongRowCount = (found: number, wanted: number, path: string) =>
  new OutputError('ROW_COUNT_CHANGED', `The annotated file ${path} has ${found} rows, the input has ${wanted}.`, {
    hint: 'Report this with the versions in run.json; the file must not be used.',
  });
