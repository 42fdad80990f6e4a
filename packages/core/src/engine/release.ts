import type { Engine, Relation } from '../engine.js';
import { identifier, type Sql, sql } from '../sql.js';

/** A name among temporary relations alone: on a connection of the caller's, others may have the same. */
export const temporary = (name: string): Sql => sql`temp.${identifier(name)}`;

/** Drops what is there of these. */
export async function drop(engine: Engine, kind: 'TABLE' | 'VIEW', names: readonly Sql[]): Promise<void> {
  for (const name of names) await engine.run(sql`DROP ${kind === 'VIEW' ? sql`VIEW` : sql`TABLE`} IF EXISTS ${name}`);
}

/** Works; clears away what there is by then where the work fails. Its failure is thrown, whatever becomes of clearing. */
export async function orClear<T>(work: () => Promise<T>, clear: () => Promise<void>): Promise<T> {
  const [done] = await Promise.allSettled([work()]);
  if (done.status === 'fulfilled') return done.value;
  await Promise.allSettled([clear()]);
  throw done.reason;
}

/** Works, and clears away what served the work alone, however it ended. */
export async function thenClear<T>(work: () => Promise<T>, clear: () => Promise<void>): Promise<T> {
  const made = await orClear(work, clear);
  await clear();
  return made;
}

/** A relation with the way to take it away, which is gone at once where it cannot be made. */
export async function released(make: () => Promise<Relation>, release: () => Promise<void>): Promise<Relation> {
  return { ...(await orClear(make, release)), release };
}
