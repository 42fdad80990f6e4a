import { numbers, texts } from '../columns.js';
import type { Engine } from '../engine.js';
import { type Sql, sql } from '../sql.js';

/** Runs work whose results come in the order of the source, and gives a connection of another mind its setting back. */
export async function inRowOrder<T>(engine: Engine, work: () => Promise<T>): Promise<T> {
  const before = await engine.columns(sql`
    SELECT CAST(current_setting('preserve_insertion_order') AS VARCHAR) AS ordered`);
  if (texts(before, 'ordered')[0] === 'true') return work();
  return between(engine, [sql`SET preserve_insertion_order = TRUE`], work, [sql`SET preserve_insertion_order = FALSE`]);
}

/**
 * Runs a write with rows in the order of the query, and gives the connection its settings back.
 *
 * DuckDB takes another writer, with other row groups, when it has one thread. So a parallel write counts at least two;
 * where one was wanted the second is declared to be the caller's own, and no worker is started.
 */
export async function inWriteOrder<T>(engine: Engine, parallel: boolean, write: () => Promise<T>): Promise<T> {
  const before = await engine.columns(sql`
    SELECT CAST(current_setting('threads') AS DOUBLE) AS threads,
      CAST(current_setting('external_threads') AS DOUBLE) AS own`);
  const threads = numbers(before, 'threads')[0]!;
  const own = numbers(before, 'own')[0]!;
  const change: Sql[] = [];
  const restore: Sql[] = [];
  if (parallel && threads === 1) {
    change.push(sql`SET threads = 2`, sql`SET external_threads = 2`);
    restore.push(sql`SET external_threads = ${own}`, sql`SET threads = ${threads}`);
  }
  if (!parallel && threads > 1) {
    change.push(sql`SET external_threads = 1`, sql`SET threads = 1`);
    restore.push(sql`SET threads = ${threads}`, sql`SET external_threads = ${own}`);
  }
  return inRowOrder(engine, () => between(engine, change, write, restore));
}

async function between<T>(
  engine: Engine,
  before: readonly Sql[],
  work: () => Promise<T>,
  after: readonly Sql[],
): Promise<T> {
  for (const statement of before) await engine.run(statement);
  try {
    return await work();
  } finally {
    for (const statement of after) await engine.run(statement);
  }
}
