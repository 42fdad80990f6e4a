import { type Sql, sql } from '../sql.js';

/** The expression that makes a column VARCHAR, or DOUBLE with NaN for NULL: the engine replaces them faster than the host finds them. */
export function hostCast(column: Sql, type: string): Sql {
  if (type === 'VARCHAR') return column;
  if (type.startsWith('ENUM') || type === 'UUID') return sql`CAST(${column} AS VARCHAR)`;
  const number = type.startsWith('TIMESTAMP') || type === 'DATE' ? sql`epoch_us(${column})` : column;
  return sql`coalesce(CAST(${number} AS DOUBLE), CAST('NaN' AS DOUBLE))`;
}
