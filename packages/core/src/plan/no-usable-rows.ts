import { texts } from '../columns.js';
import type { Engine, Relation } from '../engine.js';
import { InputError } from '../errors.js';
import type { RowCounts } from '../run-result.js';
import { columnsOf, type LogSchema } from '../schema.js';
import { identifier, join, type Sql, sql } from '../sql.js';
import { type EventExpressions, eventExpressions, type RowStatus, statusOf } from './events.js';

/** Longest value of the log that is shown whole. */
const SHOWN = 60;

/** The error for a log none of whose rows can be used: how many lack what, and values that show it. Reads the source once more. */
export async function noUsableRows(
  engine: Engine,
  relation: Relation,
  schema: LogSchema,
  counts: RowCounts,
): Promise<InputError> {
  const found = [
    [counts.noLocation, 'have no location', ''],
    [counts.noTimestamp, 'have no readable timestamp', await unreadable(engine, relation, schema, counts)],
    [
      counts.outsideWindow,
      `lie outside ${schema.minYear} to ${schema.asOf ?? schema.maxYear}`,
      await span(engine, relation, schema, counts),
    ],
    [counts.belowMinimum, `belong to locations below ${schema.minLocationDownloads} downloads`, ''],
  ] as const;
  const parts = found.filter(([n]) => n > 0).map(([n, what, example]) => `${n} ${what}${example}`);
  return new InputError('NO_USABLE_ROWS', `None of the ${counts.total} rows can be classified: ${parts.join(', ')}.`, {
    hint: 'Check the schema (locationField, timestampField) and the window (minYear, maxYear, asOf).',
  });
}

/** Such as ` ("yesterday" in timestamp)`: the smallest text that is no time, or no year where the year has a column of its own. */
async function unreadable(engine: Engine, relation: Relation, schema: LogSchema, counts: RowCounts): Promise<string> {
  if (counts.noTimestamp === 0) return '';
  const e = eventExpressions(schema, relation);
  const status = hasStatus('no_timestamp', schema, e);
  const value = async (columns: readonly string[], wrong: Sql) => {
    if (columns.length === 0) return undefined;
    const parts = columns.map((column) => sql`CAST(${identifier(column)} AS VARCHAR)`);
    const text = join(parts, " || ' ' || ");
    const batch = await engine.columns(
      sql`SELECT min(${text}) AS text FROM ${relation.name} WHERE ${wrong} AND ${status}`,
    );
    const [found] = texts(batch, 'text');
    return found == null ? undefined : ` (${quoted(found)} in ${columns.join(' and ')})`;
  };
  const ofTime = await value(columnsOf(schema, 'timestamp'), sql`${e.ts} IS NULL`);
  return ofTime ?? (await value(columnsOf(schema, 'year'), sql`${e.year} IS NULL`)) ?? ' (they are empty)';
}

/** Such as ` (2015-05-17 10:05:03 to 2015-05-20 21:05:15)`; years where they have a column of their own. */
async function span(engine: Engine, relation: Relation, schema: LogSchema, counts: RowCounts): Promise<string> {
  if (counts.outsideWindow === 0) return '';
  const e = eventExpressions(schema, relation);
  const value = schema.yearField === null ? e.ts : e.year;
  const batch = await engine.columns(sql`
    SELECT CAST(min(${value}) AS VARCHAR) AS first, CAST(max(${value}) AS VARCHAR) AS last
    FROM ${relation.name} WHERE ${hasStatus('outside_window', schema, e)}`);
  const [first, last] = [texts(batch, 'first')[0], texts(batch, 'last')[0]];
  return first == null ? '' : ` (${first === last ? first : `${first} to ${last}`})`;
}

const hasStatus = (status: RowStatus, schema: LogSchema, { keyText, ts, year }: EventExpressions): Sql =>
  sql`${statusOf(schema, { key: keyText, ts, year })} = ${status}`;

const quoted = (text: string): string => {
  const characters = [...text];
  return JSON.stringify(characters.length > SHOWN ? `${characters.slice(0, SHOWN - 1).join('')}…` : text);
};
