import { numbers } from '../columns.js';
import type { Engine } from '../engine.js';
import { identifier, join, sql } from '../sql.js';

/** Whether two Parquet files hold the same values of these columns in the same order. Reads both once. */
export async function verifySameRows(
  engine: Engine,
  a: string,
  b: string,
  columns: readonly string[],
): Promise<boolean> {
  const rowsOf = (file: string) => sql`SELECT CAST(count(*) AS DOUBLE) AS n FROM read_parquet(${file})`;
  const [left, right] = [await engine.columns(rowsOf(a)), await engine.columns(rowsOf(b))];
  if (numbers(left, 'n')[0] !== numbers(right, 'n')[0]) return false;
  const differs = columns.map((name) => sql`a.${identifier(name)} IS DISTINCT FROM b.${identifier(name)}`);
  const batch = await engine.columns(sql`
    SELECT CAST(count(*) AS DOUBLE) AS n
    FROM read_parquet(${a}) a POSITIONAL JOIN read_parquet(${b}) b
    WHERE ${join(differs, ' OR ')}`);
  return numbers(batch, 'n')[0] === 0;
}
