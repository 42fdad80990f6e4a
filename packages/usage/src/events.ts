import {
  columnsOf,
  eventExpressions,
  InputError,
  identifier,
  join,
  MissingColumnError,
  type Relation,
  type Sql,
  sql,
} from '@deeplogbot/core';
import type { UsageFields, UsageOptions } from './options.js';

/** Annotation columns that counting reads. */
const NEEDED = ['behavior_type', 'subcategory', 'is_bot', 'is_hub', 'classification_reason'] as const;

/** Stops with `NOT_ANNOTATED` or `MISSING_COLUMN` before any row is read. */
export function checkColumns(relation: Relation, options: UsageOptions): void {
  const names = relation.columns.map(({ name }) => name);
  const lacking = NEEDED.filter((name) => !names.includes(name));
  if (lacking.length > 0) {
    throw new InputError('NOT_ANNOTATED', `The log has no ${lacking.join(', ')}: its rows carry no verdict.`, {
      hint: 'Annotate it first, with deeplogbot -i LOG, and name the annotated file.',
    });
  }
  if (columnsOf(options.schema, 'project').length === 0) {
    throw new InputError('NO_DATA_SETS', 'The log has no column that says which data set a download belongs to.', {
      hint: 'Map projectField of the provider to one; annotate access logs with --item-pattern.',
    });
  }
  for (const [field, column] of extraFields(options)) {
    if (!names.includes(column)) throw new MissingColumnError(field, column, names, field);
  }
}

const extraFields = (fields: UsageFields): (readonly [field: string, column: string])[] => [
  ...(fields.clientFields ?? []).map((column) => ['clientFields', column] as const),
  ...(['sessionField', 'userNameField', 'userCookieField', 'statusField', 'requestField'] as const).flatMap((field) => {
    const column = fields[field];
    return column ? [[field, column] as const] : [];
  }),
];

/** Text of a column, NULL where it is empty or absent. */
const textOf = (column: string | null | undefined): Sql =>
  column ? sql`nullif(CAST(${identifier(column)} AS VARCHAR), '')` : sql`CAST(NULL AS VARCHAR)`;

/**
 * Every row of the log as counting sees it: `ts`, `month` (12 · year + month − 1), `item`, `session`, `visitor` and `url`
 * as 64 bits, `machine`, `country`, `bytes`, `requested`, and `skip`, NULL where it is counted, else why not: {@link REASON_TEXT} says it in words.
 *
 * The session is the session cookie, else client, date and hour. The visitor, within whom double clicks are looked for,
 * is the first known of user name, user cookie, session cookie, client within the hour. Both are NULL where nothing
 * says who it was: such a row is a session of its own and no double click.
 */
export function usageRows(relation: Relation, options: UsageOptions): Sql {
  const e = eventExpressions(options.schema, relation);
  return sql`
    SELECT ts, year(ts) * 12 + month(ts) - 1 AS month, item, ${session(options)} AS session, ${visitor(options)} AS visitor,
           hash(item, file, method) AS url, coalesce(hub, FALSE) AS machine, country, bytes, requested,
           ${skip(options)} AS skip, status, bot, kind, why, behavior
    FROM (
      SELECT ${e.ts} AS ts, nullif(${e.project}, '') AS item, ${e.file} AS file, ${e.method} AS method,
             nullif(${e.country}, '') AS country, ${e.bytes} AS bytes, ${clientOf(options, e.user)} AS client,
             ${textOf(options.userNameField)} AS user_name, ${textOf(options.userCookieField)} AS user_cookie,
             ${textOf(options.sessionField)} AS cookie, ${textOf(options.statusField)} AS status,
             ${requested(options)} AS requested, CAST(is_bot AS BOOLEAN) AS bot, CAST(is_hub AS BOOLEAN) AS hub,
             behavior_type AS behavior, subcategory AS kind, classification_reason AS why
      FROM ${relation.name}
    )`;
}

/** Address and agent as one text; NULL where all of it is. */
function clientOf({ clientFields }: UsageFields, user: Sql): Sql {
  if (!clientFields) return sql`nullif(${user}, '')`;
  const parts = clientFields.map(textOf);
  const whole = parts.map((part) => sql`coalesce(${part}, '')`);
  return sql`CASE WHEN coalesce(${join([...parts, sql`NULL`], ', ')}) IS NOT NULL THEN ${join(whole, ' || chr(31) || ')} END`;
}

/** UTC, as everything else; hours of one date never meet those of another. */
const HOUR = sql`epoch_us(ts) // 3600000000`;

function session({ sessionField }: UsageFields): Sql {
  const surrogate = sql`CASE WHEN client IS NOT NULL THEN hash(client, ${HOUR}) END`;
  return sessionField
    ? sql`CASE WHEN cookie IS NOT NULL THEN hash(cookie, 'session') ELSE ${surrogate} END`
    : surrogate;
}

function visitor(options: UsageOptions): Sql {
  const slice = (options.hourSliceDoubleClick ?? true) ? HOUR : sql`0`;
  const known = (
    [
      [options.userNameField, 'user_name'],
      [options.userCookieField, 'user_cookie'],
      [options.sessionField, 'cookie'],
    ] as const
  ).flatMap(([field, name]) =>
    field ? [sql`WHEN ${identifier(name)} IS NOT NULL THEN hash(${identifier(name)}, ${name})`] : [],
  );
  return sql`CASE ${join(known, ' ')} WHEN client IS NOT NULL THEN hash(client, ${slice}) END`;
}

function requested({ requestField }: UsageFields): Sql {
  return requestField ? sql`coalesce(TRY_CAST(${identifier(requestField)} AS BOOLEAN), FALSE)` : sql`TRUE`;
}

/** Reasons that do not depend on the row. */
export const REASONS = {
  item: 'no data set',
  time: 'no readable timestamp',
  status: 'status other than 200 and 304',
  evidence: 'insufficient evidence',
  doubleClick: 'double click',
} as const;

/** Numbers of the reasons why a row is not counted, in the order in which they are looked for; a row has the first. */
export const SKIP = { time: 1, item: 2, status: 3, robot: 4, filtered: 5, evidence: 6 } as const;

/** Why rows are not counted, in the order in which it is asked, what is no usage before robots. No condition is ever NULL. */
const obstacles = ({ statusField, insufficientEvidence }: UsageOptions): (readonly [skip: number, when: Sql])[] => [
  [SKIP.time, sql`ts IS NULL`],
  [SKIP.item, sql`item IS NULL`],
  ...(statusField ? [[SKIP.status, sql`coalesce(status NOT IN ('200', '304'), TRUE)`] as const] : []),
  [SKIP.robot, sql`bot IS NOT DISTINCT FROM TRUE`],
  [SKIP.filtered, sql`behavior IS NOT DISTINCT FROM 'filtered'`],
  ...(insufficientEvidence === 'exclude'
    ? [[SKIP.evidence, sql`behavior IS NOT DISTINCT FROM 'insufficient_evidence'`] as const]
    : []),
];

/** The first obstacle of a row, NULL where it is counted. */
const skip = (options: UsageOptions): Sql =>
  sql`CASE ${join(
    obstacles(options).map(([number, when]) => sql`WHEN ${when} THEN ${number}`),
    ' ',
  )} END`;

/** Whether a row is counted: `skip IS NULL`, but in conditions that a reader of Parquet can look at before it reads other columns. */
export const isCounted = (options: UsageOptions): Sql => noneOf(obstacles(options));

/** Whether a row is usage by a robot, in such conditions. */
export const isRobot = (options: UsageOptions): Sql => {
  const all = obstacles(options);
  const before = all.filter(([number]) => number < SKIP.robot);
  return sql`${noneOf(before)} AND bot`;
};

const noneOf = (conditions: readonly (readonly [number, Sql])[]): Sql =>
  join(
    conditions.map(([, when]) => sql`NOT (${when})`),
    ' AND ',
  );

/** The words for `skip` and the columns `kind` and `why` of a row. */
export const REASON_TEXT = sql`CASE skip
  WHEN ${SKIP.time} THEN ${REASONS.time} WHEN ${SKIP.item} THEN ${REASONS.item} WHEN ${SKIP.status} THEN ${REASONS.status}
  WHEN ${SKIP.robot} THEN 'robot: ' || coalesce(kind, 'unknown') WHEN ${SKIP.filtered} THEN coalesce(why, 'filtered')
  ELSE ${REASONS.evidence} END`;
