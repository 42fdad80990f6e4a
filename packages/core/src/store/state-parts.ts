import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ColumnInfo, Engine, FileFormat, Relation } from '../engine.js';
import { ConfigError } from '../errors.js';
import { makeFolders } from '../output/make-folders.js';
import { canonicalQuery } from '../plan/events.js';
import { bindSchema, type LogSchema } from '../schema.js';
import { identifier, sql } from '../sql.js';
import { textDigest } from './digest.js';
import { checkContent, damaged, readJson, writeJson } from './kept-file.js';
import { writeTable } from './kept-table.js';
import { keptType } from './kept-types.js';
import type { Part } from './state-manifest.js';

/** What the events of a file are made by. */
export interface Reading {
  /** As wanted; each file is bound to its own columns. */
  readonly schema: LogSchema;
  /** Further columns that events carry. */
  readonly further: readonly string[];
  readonly format: FileFormat;
}

const ROWS = 'deeplogbot_state_rows';

/** Parts of a state: the events of one file each, as their canonical columns. */
export class Parts {
  private readonly folder: string;

  constructor(state: string) {
    this.folder = join(state, 'parts');
  }

  pathOf(part: Part): string {
    return join(this.folder, `${part.id}.parquet`);
  }

  /** A part whose content is whole; undefined where there is none of that name. */
  async read(id: string): Promise<Part | undefined> {
    const path = join(this.folder, `${id}.json`);
    const part = (await readJson(path)) as Part | undefined;
    if (part === undefined) return undefined;
    const whole = part?.id === id && Array.isArray(part.source) && Array.isArray(part.rejected);
    if (!whole || part.table?.content?.file !== `${id}.parquet`) throw damaged(path, 'is no part of a state');
    await checkContent(this.folder, part.table.content);
    return part;
  }

  /** Reads a file and writes its part; one that is there already is taken. */
  async make(engine: Engine, file: { readonly path: string; readonly sha256: string }, how: Reading): Promise<Part> {
    const hive = hiveFolders(file.path).length > 0;
    const bound = await engine.bind({ kind: 'files', paths: [file.path], format: how.format, hive });
    try {
      const id = partId(file.sha256, file.path, bound.columns, how);
      return (await this.read(id)) ?? (await this.write(engine, id, bound, how));
    } finally {
      await bound.release?.();
    }
  }

  private async write(engine: Engine, id: string, bound: Relation, { schema, further }: Reading): Promise<Part> {
    await makeFolders(this.folder);
    const rows = identifier(ROWS);
    const query = canonicalQuery(bindSchema(schema, bound.columns), bound, further);
    await engine.run(sql`CREATE OR REPLACE TEMP VIEW ${rows} AS ${query}`);
    try {
      const table = await writeTable(engine, this.folder, id, rows, 'zstd');
      if (!table || table.columns.some(({ type }) => keptType(type)?.byText)) throw cannotKeep(bound.columns, further);
      const part: Part = { id, table, source: bound.columns, rejected: bound.rejected };
      await writeJson(join(this.folder, `${id}.json`), part);
      return part;
    } finally {
      await engine.run(sql`DROP VIEW IF EXISTS ${rows}`);
    }
  }

  /** Removes every part but these; other files stay. */
  async prune(ids: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const id = /^([0-9a-f]{64})\.(json|parquet)$/.exec(name)?.[1];
      if (id !== undefined && !ids.has(id)) await rm(join(this.folder, name), { force: true });
    }
  }
}

/** Name of a part: the content, the folder columns of the path, and how the columns of the file are read. */
export function partId(
  sha256: string,
  path: string,
  columns: readonly ColumnInfo[],
  { schema, further }: Pick<Reading, 'schema' | 'further'>,
): string {
  const nameless = { name: sql`source`, columns, rows: 0, cheapRescan: true, rejected: [] };
  const query = canonicalQuery(bindSchema(schema, columns), nameless, further);
  return textDigest(JSON.stringify([sha256, hiveFolders(path), query.text]));
}

/** Folders of a path that are columns, `name=value`. */
const hiveFolders = (path: string): readonly string[] =>
  path
    .split(/[/\\]/)
    .slice(0, -1)
    .filter((folder) => /^[^=]+=/.test(folder));

const cannotKeep = (columns: readonly ColumnInfo[], further: readonly string[]) => {
  const lost = columns.filter(({ name, sqlType }) => further.includes(name) && keptType(sqlType)?.byText !== false);
  return new ConfigError(
    'STATE_UNSUPPORTED',
    `A state cannot keep ${lost.map(({ name, sqlType }) => `column "${name}" of type ${sqlType}`).join(', ')} exactly.`,
    { hint: 'Leave out --state, or leave these columns out of the provider’s eventColumns.' },
  );
};
