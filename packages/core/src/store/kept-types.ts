import { type Sql, sql } from '../sql.js';

/** Types that a Parquet file gives back as they were. Written out, because a manifest's text never becomes SQL. */
const EXACT: Readonly<Record<string, Sql>> = {
  BOOLEAN: sql`BOOLEAN`,
  TINYINT: sql`TINYINT`,
  SMALLINT: sql`SMALLINT`,
  INTEGER: sql`INTEGER`,
  BIGINT: sql`BIGINT`,
  UTINYINT: sql`UTINYINT`,
  USMALLINT: sql`USMALLINT`,
  UINTEGER: sql`UINTEGER`,
  UBIGINT: sql`UBIGINT`,
  FLOAT: sql`FLOAT`,
  DOUBLE: sql`DOUBLE`,
  VARCHAR: sql`VARCHAR`,
  DATE: sql`DATE`,
  TIMESTAMP: sql`TIMESTAMP`,
  'TIMESTAMP WITH TIME ZONE': sql`TIMESTAMPTZ`,
};

/** Types that Parquet rounds or renames, and that their text gives back. */
const BY_TEXT: Readonly<Record<string, Sql>> = { HUGEINT: sql`HUGEINT`, UHUGEINT: sql`UHUGEINT`, UUID: sql`UUID` };

/** How a column of a type is kept. */
export interface KeptType {
  readonly type: Sql;
  /** It travels as text. */
  readonly byText: boolean;
}

/** Undefined for a type that cannot be kept exactly. */
export function keptType(sqlType: string): KeptType | undefined {
  if (Object.hasOwn(EXACT, sqlType)) return { type: EXACT[sqlType]!, byText: false };
  if (Object.hasOwn(BY_TEXT, sqlType)) return { type: BY_TEXT[sqlType]!, byText: true };
  const decimal = /^DECIMAL\((\d{1,2}),(\d{1,2})\)$/.exec(sqlType);
  if (decimal) return { type: sql`DECIMAL(${Number(decimal[1])}, ${Number(decimal[2])})`, byText: true };
  const item = sqlType.endsWith('[]') ? keptType(sqlType.slice(0, -2)) : undefined;
  return item && !item.byText ? { type: sql`${item.type}[]`, byText: false } : undefined;
}
