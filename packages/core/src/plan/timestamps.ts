import type { ColumnInfo } from '../engine.js';
import { identifier, join, type Sql, sql } from '../sql.js';

/** The time of a row as a timestamp in UTC, NULL where it cannot be read: of one column by its type, of several as their texts with a space between. */
export function timestampOf(columns: readonly string[], available: readonly ColumnInfo[]): Sql {
  const texts = columns.map((column) => sql`CAST(${identifier(column)} AS VARCHAR)`);
  if (texts.length > 1) return ofText(sql`(${join(texts, " || ' ' || ")})`);
  const column = identifier(columns[0]!);
  switch (available.find(({ name }) => name === columns[0])?.type) {
    case 'text':
      return sql`coalesce(${ofText(texts[0]!)}, ${ofEpoch(epochDigits(texts[0]!))})`;
    case 'integer':
    case 'float':
      return ofEpoch(column);
    case 'timestamptz':
      return sql`make_timestamp(epoch_us(${column}))`;
    default:
      return sql`CAST(${column} AS TIMESTAMP)`;
  }
}

/** Clock time with an optional fraction, then an offset: only such text is shifted to UTC. */
const WITH_OFFSET = '^(.*:\\d\\d(?:\\.\\d+)?)\\s*(?:[Zz]|UTC|([+-]\\d\\d):?(\\d\\d)?)$';

/** ISO 8601 text to UTC. The engine's own cast treats offsets differently from version to version. */
function ofText(text: Sql): Sql {
  const group = (i: number) => sql`regexp_extract(${text}, ${WITH_OFFSET}, ${i})`;
  const clock = sql`coalesce(nullif(${group(1)}, ''), ${text})`;
  const hours = sql`coalesce(TRY_CAST(${group(2)} AS INTEGER), 0)`;
  const minutes = sql`coalesce(TRY_CAST(${group(3)} AS INTEGER), 0)`;
  const sign = sql`CASE WHEN ${group(2)} LIKE '-%' THEN -1 ELSE 1 END`;
  return sql`(TRY_CAST(${clock} AS TIMESTAMP) - to_minutes(CAST(${hours} * 60 + ${sign} * ${minutes} AS BIGINT)))`;
}

/** Digits that can only be an epoch. Eight, 14 or 17 of them are rather a day or a time without separators, and are not read. */
const EPOCH = '\\d{9,13}(\\.\\d+)?|\\d{15,16}|\\d{18,19}';

const epochDigits = (text: Sql): Sql => sql`CASE WHEN regexp_full_match(${text}, ${EPOCH}) THEN ${text} END`;

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size: each unit reaches to the year 5138. */
function ofEpoch(value: Sql): Sql {
  const whole = sql`TRY_CAST(${value} AS BIGINT)`;
  const fine = (factor: number) => sql`TRY_CAST(round(TRY_CAST(${value} AS DOUBLE) * ${factor}) AS BIGINT)`;
  const size = sql`abs(TRY_CAST(${value} AS DOUBLE))`;
  return sql`make_timestamp(CASE WHEN ${size} < 1e11 THEN ${fine(1_000_000)} WHEN ${size} < 1e14 THEN ${fine(1000)}
    WHEN ${size} < 1e17 THEN ${whole} ELSE ${whole} // 1000 END)`;
}
