import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine.js';
import { ConfigError } from '../errors.js';
import type { FeatureColumns, NodeStore } from '../plan/node-store.js';
import type { Sql } from '../sql.js';
import { textDigest } from './digest.js';
import { identityDifference, isIdentity, type RunIdentity } from './identity-difference.js';
import { type KeptColumns, readColumns, writeColumns } from './kept-columns.js';
import { checkSize, damaged, readJson, writeJson } from './kept-file.js';
import { type KeptTable, readTable, writeTable } from './kept-table.js';
import { openLocked } from './open-locked.js';

const FORMAT = 1;
const MANIFEST = 'resume.json';
const ENTRY = /^([0-9a-f]{64})\.json$/;

interface Manifest {
  readonly format: number;
  readonly identity: RunIdentity;
}

/** One finished node; its file is written before it, so that what it names is whole. */
type Entry = { readonly format: number; readonly node: string } & (
  | { readonly kind: 'table'; readonly table: KeptTable }
  | { readonly kind: 'columns'; readonly columns: KeptColumns }
);

/** Finished nodes of one run in a folder of its own. */
export interface ResumeStore extends NodeStore {
  /** Finished nodes that were there when it was opened. */
  readonly found: number;
  /** Gives the folder back and leaves what is in it, for a run that goes on. */
  close(): Promise<void>;
  /** Removes what the run kept, and the folder if nothing else is in it. */
  finish(): Promise<void>;
}

/**
 * Opens the folder of a run that can be continued, or begins one. Fails with `STALE_RESUME` where what is there is of
 * another run, with `STATE_IN_USE` where that run still works, with `DAMAGED_STATE` where a file is not as it was written.
 */
export function openResumeStore(path: string, identity: RunIdentity): Promise<ResumeStore> {
  return openLocked(path, async (folder, release) => {
    const begun = await begunBefore(folder, identity);
    const entries = begun ? await readEntries(folder) : new Map<string, Entry>();
    if (!begun) await writeJson(join(folder, MANIFEST), { format: FORMAT, identity } satisfies Manifest);
    return new FolderStore(folder, JSON.stringify(identity), entries, release);
  });
}

/** Whether a run of this identity began here; one of another identity is refused. */
async function begunBefore(folder: string, identity: RunIdentity): Promise<boolean> {
  const path = join(folder, MANIFEST);
  const found = (await readJson(path)) as Partial<Manifest> | undefined;
  if (found === undefined) return false;
  if (typeof found !== 'object' || found === null || found.format === undefined) throw damaged(path, 'is no manifest');
  if (found.format !== FORMAT) throw stale(folder, `its format is ${String(found.format)}, not ${FORMAT}`);
  if (!isIdentity(found.identity)) throw damaged(path, 'is no manifest');
  const difference = identityDifference(identity, found.identity);
  if (difference) throw stale(folder, difference);
  return true;
}

const stale = (folder: string, reason: string) =>
  new ConfigError('STALE_RESUME', `The interrupted run in ${folder} was another one: ${reason}.`, {
    hint: 'Run it as it was begun, or delete that folder to begin anew.',
  });

async function readEntries(folder: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  for (const name of await readdir(folder)) {
    const id = ENTRY.exec(name)?.[1];
    if (id === undefined) continue;
    const entry = (await readJson(join(folder, name))) as Entry;
    const content = entry?.kind === 'table' ? entry.table?.content : entry?.columns?.content;
    const named = content?.file === (entry?.kind === 'table' ? `${id}.parquet` : `${id}.f64`);
    const whole = entry?.format === FORMAT && (content ? named : entry.kind === 'table');
    if (!whole) throw damaged(join(folder, name), 'is no entry of a finished node');
    if (content) await checkSize(folder, content);
    entries.set(id, entry);
  }
  return entries;
}

class FolderStore implements ResumeStore {
  readonly found: number;
  private writing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly identity: string,
    private readonly entries: Map<string, Entry>,
    private readonly release: () => Promise<void>,
  ) {
    this.found = entries.size;
  }

  identify(description: string): string {
    return textDigest(`${this.identity}\n${description}`);
  }

  has(id: string): boolean {
    return this.entries.has(id);
  }

  async loadTable(engine: Engine, id: string, table: Sql): Promise<void> {
    const entry = this.entries.get(id);
    if (entry?.kind !== 'table') throw damaged(join(this.folder, `${id}.json`), 'is not of a table');
    await readTable(engine, this.folder, entry.table, table);
  }

  saveTable(engine: Engine, id: string, node: string, table: Sql): Promise<void> {
    return this.write(this.keepTable(engine, id, node, table));
  }

  private async keepTable(engine: Engine, id: string, node: string, table: Sql): Promise<void> {
    const kept = await writeTable(engine, this.folder, id, table, 'snappy');
    if (kept) await this.note(id, { format: FORMAT, node, kind: 'table', table: kept });
  }

  async loadColumns(id: string): Promise<FeatureColumns> {
    const entry = this.entries.get(id);
    if (entry?.kind !== 'columns') throw damaged(join(this.folder, `${id}.json`), 'is not of columns');
    return readColumns(this.folder, entry.columns);
  }

  saveColumns(id: string, node: string, columns: FeatureColumns): Promise<void> {
    return this.write(this.keepColumns(id, node, columns));
  }

  private async keepColumns(id: string, node: string, columns: FeatureColumns): Promise<void> {
    const kept = await writeColumns(this.folder, id, columns);
    await this.note(id, { format: FORMAT, node, kind: 'columns', columns: kept });
  }

  /** What is being written is whole before the folder is given back. */
  private async write(work: Promise<void>): Promise<void> {
    this.writing = Promise.allSettled([this.writing, work]);
    return work;
  }

  private async note(id: string, entry: Entry): Promise<void> {
    await writeJson(join(this.folder, `${id}.json`), entry);
    this.entries.set(id, entry);
  }

  async close(): Promise<void> {
    await this.writing;
    await this.release();
  }

  /** The manifest goes first: what is left of a removal that is killed belongs to no run. */
  async finish(): Promise<void> {
    await rm(join(this.folder, MANIFEST), { force: true });
    for (const name of await readdir(this.folder)) {
      if (OWN.test(name)) await rm(join(this.folder, name), { force: true });
    }
    await this.release();
    if ((await readdir(this.folder)).length === 0) await rmdir(this.folder);
  }
}

const OWN = /^[0-9a-f]{64}\.(json|parquet|f64)$|^\.deeplogbot-\d+-.*\.tmp$/;
