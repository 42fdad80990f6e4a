import { numbers } from '../columns.js';
import type { Engine } from '../engine.js';
import { identifier, join, type Sql, sql } from '../sql.js';

/** Whether two Parquet files hold the same values of these columns in the same order. Reads both once. */
export async function verifySameRows(
  engine: Engine,
  a: string,
  b: string,
  columns: readonly string[],
): Promise<boolean> {
  // Bound as inputs are: not every engine has a function that reads Parquet.
  const bound = (path: string) => engine.bind({ kind: 'files', paths: [path], format: 'parquet' });
  const [left, right] = [await bound(a), await bound(b)];
  const same = left.rows === right.rows && (await areSame(engine, left.name, right.name, columns));
  await left.release?.();
  await right.release?.();
  return same;
}

async function areSame(engine: Engine, left: Sql, right: Sql, columns: readonly string[]): Promise<boolean> {
  const differs = columns.map((name) => sql`a.${identifier(name)} IS DISTINCT FROM b.${identifier(name)}`);
  const batch = await engine.columns(sql`
    SELECT CAST(count(*) AS DOUBLE) AS n
    FROM ${left} a POSITIONAL JOIN ${right} b
    WHERE ${join(differs, ' OR ')}`);
  return numbers(batch, 'n')[0] === 0;
}
