import { type Sql, sql } from '../sql.js';

/** The expression that makes a column DOUBLE or VARCHAR. */
export function hostCast(column: Sql, type: string): Sql {
  if (type === 'VARCHAR' || type === 'DOUBLE') return column;
  if (type.startsWith('TIMESTAMP') || type === 'DATE') return sql`CAST(epoch_us(${column}) AS DOUBLE)`;
  if (type.startsWith('ENUM') || type === 'UUID') return sql`CAST(${column} AS VARCHAR)`;
  return sql`CAST(${column} AS DOUBLE)`;
}
