import { type Engine, type Relation, type Sql, sql } from '@deeplogbot/core';
import { openNativeEngine } from '@deeplogbot/core/node';
import { afterAll, beforeAll } from 'vitest';

/** A native engine for the tests of a file. */
export function useEngine(): { readonly current: Engine } {
  const holder: { current: Engine } = { current: undefined as never };
  beforeAll(async () => {
    holder.current = await openNativeEngine({ threads: 2 });
  });
  afterAll(() => holder.current.close());
  return holder;
}

/** Makes the rows of a query a log of that name. */
export async function logOf(engine: Engine, query: Sql): Promise<Relation> {
  await engine.run(sql`CREATE OR REPLACE TEMP TABLE test_log AS ${query}`);
  return engine.bind({ kind: 'relation', name: 'test_log' });
}
