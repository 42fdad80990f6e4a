import { type Engine, identifier, sql, texts } from '@deeplogbot/core';
import { dropStage } from './table.js';

/** What the names of all relations begin with that reading makes in the engine. */
const OWN = 'deeplogbot_http_';

/** Takes away all that reading an access log has made in the engine, views before the tables that they read. */
export async function dropRead(engine: Engine): Promise<void> {
  await dropStage(engine);
  const found = await engine.columns(sql`
    SELECT view_name AS name, 'VIEW' AS kind FROM duckdb_views() WHERE temporary AND starts_with(view_name, ${OWN})
    UNION ALL
    SELECT table_name, 'TABLE' FROM duckdb_tables() WHERE temporary AND starts_with(table_name, ${OWN})
    ORDER BY kind DESC, name`);
  const kinds = texts(found, 'kind');
  for (const [i, name] of texts(found, 'name').entries()) {
    await engine.run(sql`DROP ${kinds[i] === 'VIEW' ? sql`VIEW` : sql`TABLE`} IF EXISTS temp.${identifier(name!)}`);
  }
}
