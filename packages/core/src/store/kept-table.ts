import { join as joinPath } from 'node:path';
import { numbers, texts } from '../columns.js';
import type { Engine } from '../engine.js';
import { identifier, join, type Sql, sql } from '../sql.js';
import { checkContent, damaged, type KeptFile, keptFile } from './kept-file.js';
import { keptType } from './kept-types.js';

/** A relation on disk: Parquet, or nothing but its columns where it has no rows. */
export interface KeptTable {
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Absent without rows. */
  readonly content?: KeptFile;
}

/** Writes a relation as `name.parquet`. Undefined, and nothing is written, where a type cannot be kept exactly. */
export async function writeTable(
  engine: Engine,
  folder: string,
  name: string,
  table: Sql,
  compression: 'snappy' | 'zstd',
): Promise<KeptTable | undefined> {
  const shape = await engine.columns(sql`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${table})`);
  const types = texts(shape, 'column_type');
  const columns = texts(shape, 'column_name').map((column, i) => ({ name: column!, type: types[i]! }));
  if (columns.some(({ type }) => !keptType(type))) return undefined;
  const counted = await engine.columns(sql`SELECT CAST(count(*) AS DOUBLE) AS n FROM ${table}`);
  const rows = numbers(counted, 'n')[0]!;
  if (rows === 0) return { rows, columns };
  const written = columns.map(({ name: column, type }) => {
    const as = identifier(column);
    return keptType(type)!.byText ? sql`CAST(${as} AS VARCHAR) AS ${as}` : as;
  });
  const file = `${name}.parquet`;
  // Which row group comes where may be a matter of timing; the digest is taken of what was written.
  const target = { path: joinPath(folder, file), format: 'parquet', compression, sourceRowGroups: [] } as const;
  await engine.write(sql`SELECT ${join(written, ', ')} FROM ${table}`, target);
  return { rows, columns, content: await keptFile(folder, file) };
}

/** Makes a temporary table of a kept one, with the types it had. */
export async function readTable(engine: Engine, folder: string, kept: KeptTable, target: Sql): Promise<void> {
  const typed = kept.columns.map(({ name, type }) => ({ name: identifier(name), type: safeType(folder, type) }));
  if (!kept.content) {
    const shape = typed.map(({ name, type }) => sql`${name} ${type}`);
    return engine.run(sql`CREATE OR REPLACE TEMP TABLE ${target} (${join(shape, ', ')})`);
  }
  await checkContent(folder, kept.content);
  const { name: source, release } = await engine.bind({
    kind: 'files',
    paths: [joinPath(folder, kept.content.file)],
    format: 'parquet',
  });
  const casts = typed.map(({ name, type }) => sql`CAST(${name} AS ${type}) AS ${name}`);
  await engine.run(sql`CREATE OR REPLACE TEMP TABLE ${target} AS SELECT ${join(casts, ', ')} FROM ${source}`);
  await release?.();
}

function safeType(folder: string, type: string): Sql {
  const known = keptType(type);
  if (!known) throw damaged(folder, `names the type ${JSON.stringify(type)}, which is not kept`);
  return known.type;
}
