import type { Relation } from '../engine.js';
import { columnsOf, type LogSchema, type Role, readAsOf } from '../schema.js';
import { identifier, join, type Sql, sql } from '../sql.js';
import { directoryOf } from './key-directory.js';
import { timestampOf } from './timestamps.js';

/** Why an input row takes part or not. */
export type RowStatus = 'ok' | 'no_location' | 'no_timestamp' | 'outside_window';

/** One expression per role over the columns of a relation, typed; NULL of the right type where a role is not mapped. */
export interface EventExpressions {
  readonly keyText: Sql;
  readonly country: Sql;
  readonly city: Sql;
  readonly user: Sql;
  readonly project: Sql;
  readonly file: Sql;
  readonly method: Sql;
  readonly bytes: Sql;
  readonly ts: Sql;
  readonly year: Sql;
}

/** What the schema makes of a relation's columns. Empty text counts as NULL for the key only. */
export function eventExpressions(schema: LogSchema, relation: Relation): EventExpressions {
  const text = (role: Role) => textOf(columnsOf(schema, role), ',');
  const ts = timestampOf(columnsOf(schema, 'timestamp'), relation.columns);
  const year = columnsOf(schema, 'year')[0];
  return {
    keyText: sql`nullif(${text('location')}, '')`,
    country: text('country'),
    city: text('city'),
    user: text('user'),
    project: text('project'),
    file: text('file'),
    method: text('method'),
    bytes: bytesOf(schema),
    ts,
    year: year === undefined ? sql`year(${ts})` : sql`TRY_CAST(${identifier(year)} AS INTEGER)`,
  };
}

function textOf(columns: readonly string[], separator: string): Sql {
  if (columns.length === 0) return sql`CAST(NULL AS VARCHAR)`;
  const parts = columns.map((column) => sql`CAST(${identifier(column)} AS VARCHAR)`);
  return parts.length === 1 ? parts[0]! : sql`(${join(parts, ` || '${separator}' || `)})`;
}

function bytesOf(schema: LogSchema): Sql {
  const column = columnsOf(schema, 'bytes')[0];
  return column === undefined ? sql`CAST(NULL AS BIGINT)` : sql`TRY_CAST(${identifier(column)} AS BIGINT)`;
}

/** Names of the three columns that decide a row's status. */
export interface StatusColumns {
  readonly key: Sql;
  readonly ts: Sql;
  readonly year: Sql;
}

/** The status of a row as one CASE. */
export function statusOf(schema: LogSchema, { key, ts, year }: StatusColumns): Sql {
  const late = schema.asOf === null ? sql`FALSE` : sql`${ts} > CAST(${toTimestamp(schema.asOf)} AS TIMESTAMP)`;
  return sql`CASE
    WHEN ${key} IS NULL THEN 'no_location'
    WHEN ${ts} IS NULL OR ${year} IS NULL THEN 'no_timestamp'
    WHEN ${year} < ${schema.minYear} OR ${year} > ${schema.maxYear} OR ${late} THEN 'outside_window'
    ELSE 'ok' END`;
}

/** A date means the end of that day; a full timestamp means itself. Microseconds, since that is what rows have. */
function toTimestamp(asOf: string): string {
  const { time, isDay } = readAsOf(asOf)!;
  return new Date(time + (isDay ? DAY_MS - 1 : 0)).toISOString().replace('Z', isDay ? '999' : '');
}

const DAY_MS = 86_400_000;

/** Every input row, in any order, with the canonical columns, the further ones asked for, and its status; with `key_code` where the relation has a directory of its keys. */
export function rowsQuery(schema: LogSchema, relation: Relation, further: readonly string[] = []): Sql {
  const key = directoryOf(schema, relation) ? sql`key_code` : sql`key_text`;
  return sql`
    SELECT *, ${statusOf(schema, { key, ts: sql`ts`, year: sql`year` })} AS status
    FROM (${canonicalQuery(schema, relation, further)})`;
}

/** Every input row, in any order, as its ten canonical columns and the further ones asked for, whatever the window is. */
export function canonicalQuery(schema: LogSchema, relation: Relation, further: readonly string[] = []): Sql {
  const e = eventExpressions(schema, relation);
  const others = join(
    further.map((name) => sql`, ${identifier(name)}`),
    '',
  );
  const directory = directoryOf(schema, relation);
  const code = directory ? sql`, ${identifier(directory.code)} AS key_code` : sql``;
  return sql`
    SELECT ${e.keyText} AS key_text, ${e.country} AS country, ${e.city} AS city, ${e.user} AS "user",
           ${e.project} AS project, ${e.file} AS file, ${e.method} AS method,
           ${e.bytes} AS bytes, ${e.ts} AS ts, ${e.year} AS year${code}${others}
    FROM ${directory?.anyOrder ?? relation.name}`;
}

/** The schema that reads the columns of {@link canonicalQuery} as the given one reads those of the log. */
export function canonicalSchema(schema: LogSchema): LogSchema {
  const mapped = (role: Role, column: string) => (columnsOf(schema, role).length > 0 ? column : null);
  return {
    ...schema,
    locationField: 'key_text',
    timestampField: 'ts',
    countryField: mapped('country', 'country'),
    cityField: mapped('city', 'city'),
    userField: mapped('user', 'user'),
    projectField: mapped('project', 'project'),
    fileField: mapped('file', 'file'),
    methodField: mapped('method', 'method'),
    bytesField: mapped('bytes', 'bytes'),
    yearField: mapped('year', 'year'),
  };
}
