import { resolve } from 'node:path';
import type { ColumnInfo, Engine, Relation } from '../engine.js';
import { InputError } from '../errors.js';
import { fileIdentity } from '../input/identity.js';
import { checkAborted, type RunControl } from '../progress.js';
import { columnsOf, ROLES } from '../schema.js';
import type { RunIdentity } from './identity-difference.js';
import { damaged } from './kept-file.js';
import { type Standing, standingOf } from './known-files.js';
import { openLocked } from './open-locked.js';
import { type MemberFile, type Part, readManifest, staleState, writeManifest } from './state-manifest.js';
import { Parts, partId, type Reading } from './state-parts.js';

/** The events of all files that a state knows and a run is given. */
export interface StateLog {
  /** Canonical columns of every event; read it by `canonicalSchema`. */
  readonly relation: Relation;
  /** Columns of the files themselves, each once. */
  readonly columns: readonly ColumnInfo[];
  readonly files: readonly MemberFile[];
  /** Paths that were read, in order. */
  readonly scanned: readonly string[];
  readonly moved: Standing<MemberFile>['moved'];
  readonly replaced: Standing<MemberFile>['replaced'];
}

export interface State {
  /** The events of the state's files and the given ones. Files that the state does not know are read, and only they. */
  add(engine: Engine, paths: readonly string[], how: Reading, control?: RunControl): Promise<StateLog>;
  /** Makes the files of the last {@link add} those of the state. */
  commit(): Promise<void>;
  /** Gives the folder back; without a commit the state is as it was. */
  close(): Promise<void>;
}

export interface StateOptions {
  /** What all parts of a state have in common; a state of another identity is refused. */
  readonly identity: RunIdentity;
  /** Version of the package, for people. */
  readonly version: string;
}

/** Opens a folder of events by file, or begins one. Fails with `STALE_STATE`, `STATE_IN_USE` or `DAMAGED_STATE`. */
export function openState(path: string, options: StateOptions): Promise<State> {
  return openLocked(
    path,
    async (folder, release) => new FolderState(folder, options, await readManifest(folder, options.identity), release),
  );
}

interface Held {
  readonly file: MemberFile;
  readonly part: Part;
}

class FolderState implements State {
  private readonly parts: Parts;
  private next: readonly MemberFile[] | undefined;

  constructor(
    private readonly folder: string,
    private readonly options: StateOptions,
    private readonly members: readonly MemberFile[],
    private readonly release: () => Promise<void>,
  ) {
    this.parts = new Parts(folder);
  }

  async add(engine: Engine, paths: readonly string[], how: Reading, control: RunControl = {}): Promise<StateLog> {
    const standing = await standingOf([...new Set(paths.map((path) => resolve(path)))], this.members);
    const held = new Map<string, Held>();
    for (const file of standing.others) held.set(file.path, { file, part: await this.known(file, how) });
    const scanned: string[] = [];
    for (const [i, each] of standing.given.entries()) {
      checkAborted(control, 'state');
      const { path } = each.facts;
      control.onProgress?.({ step: 'state', done: i, total: standing.given.length, unit: 'files' });
      const taken = await this.taken(each, how);
      if (!taken) scanned.push(path);
      held.set(path, taken ?? (await this.scan(engine, each.facts, how)));
    }
    const all = this.inOrder(held, standing.others.length > 0);
    checkTypes(all, how);
    this.next = all.map(({ file }) => file);
    const columns = new Map(all.flatMap(({ part }) => part.source.map((column) => [column.name, column] as const)));
    return {
      relation: await this.bind(engine, all),
      columns: [...columns.values()],
      files: this.next,
      scanned,
      moved: standing.moved,
      replaced: standing.replaced,
    };
  }

  /** A file that is not given: its part must be there and be what this version would make of it. */
  private async known(file: MemberFile, how: Reading): Promise<Part> {
    const part = await this.parts.read(file.part);
    if (!part) throw damaged(this.folder, `lacks the events of ${file.path}`);
    if (partId(file.sha256, file.path, part.source, how) !== part.id) {
      throw staleState(this.folder, `this version reads the columns of ${file.path} in another way`);
    }
    return part;
  }

  /** The part of a given file whose content is known; undefined where it must be read. */
  private async taken(
    { facts, known }: Standing<MemberFile>['given'][number],
    how: Reading,
  ): Promise<Held | undefined> {
    if (!known) return undefined;
    const part = await this.parts.read(known.part);
    if (!part) throw damaged(this.folder, `lacks the events of ${known.path}`);
    if (partId(facts.sha256, facts.path, part.source, how) !== part.id) return undefined;
    return { file: { ...known, ...facts }, part };
  }

  private async scan(
    engine: Engine,
    facts: Standing<MemberFile>['given'][number]['facts'],
    how: Reading,
  ): Promise<Held> {
    const part = await this.parts.make(engine, facts, how);
    const { digest } = await fileIdentity(facts.path);
    return { file: { ...facts, part: part.id, digest }, part };
  }

  /** As given, where everything is given; else the state's files in their order, and what is new behind them. */
  private inOrder(held: ReadonlyMap<string, Held>, others: boolean): readonly Held[] {
    const known = others ? this.members.map(({ path }) => path) : [];
    return [...new Set([...known, ...held.keys()])].flatMap((path) => held.get(path) ?? []);
  }

  private async bind(engine: Engine, held: readonly Held[]): Promise<Relation> {
    const paths = held.map(({ part }) => this.parts.pathOf(part));
    const relation = await engine.bind({ kind: 'files', paths, format: 'parquet' });
    return { ...relation, rejected: held.flatMap(({ part }) => part.rejected) };
  }

  async commit(): Promise<void> {
    if (!this.next) return;
    await writeManifest(this.folder, { ...this.options, files: this.next });
    await this.parts.prune(new Set(this.next.map(({ part }) => part)));
  }

  close(): Promise<void> {
    return this.release();
  }
}

/** Files read together give a column one type; files read one by one must have it from the beginning. */
function checkTypes(held: readonly Held[], { schema, further }: Reading): void {
  const names = new Set([...ROLES.flatMap((role) => columnsOf(schema, role)), ...further]);
  for (const name of names) {
    const found = new Map<string, string>();
    for (const { file, part } of held) {
      const type = part.source.find((column) => column.name === name)?.sqlType;
      if (type !== undefined && !found.has(type)) found.set(type, file.path);
    }
    if (found.size < 2) continue;
    const [[type, path], [other, place]] = [...found] as [[string, string], [string, string]];
    throw new InputError('MIXED_TYPES', `Column "${name}" is ${type} in ${path} and ${other} in ${place}.`, {
      hint: 'Convert one of them, or begin another --state folder.',
    });
  }
}
