import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ConfigError,
  columnsOf,
  InputError,
  type LogSchema,
  type Relation,
  type Role,
  type VerdictSource,
} from '@deeplogbot/core';
import { CLIENTS, LOCATIONS, type RunKind } from './kind.js';

/** What a comparison reads from the folder of a run. */
export interface RunFolder {
  readonly folder: string;
  readonly manifest: RunManifest;
  readonly kind: RunKind;
  /** Its table of keys and verdicts. */
  readonly table: string;
  /** The annotated log, where it lies in the folder. */
  readonly annotated: string | null;
}

export interface RunManifest {
  readonly format: number;
  readonly provider: string;
  readonly method: string;
  readonly definitions: string;
  /** Rules, model and labels behind the verdicts; absent in runs of a classifier that does not say. */
  readonly sources?: readonly VerdictSource[];
  readonly randomState: number;
  readonly contamination: number;
  readonly schema: LogSchema;
  readonly inputs: readonly { readonly name: string; readonly digest: string }[];
  readonly window: { readonly first: string | null; readonly last: string | null };
  readonly outputs: readonly { readonly name: string }[];
}

const FORMAT = 1;

/** Stops with `NOT_A_RUN` where the table of keys is of another kind. */
export function checkTable({ folder, kind }: RunFolder, { columns }: Relation): void {
  const lacking = kind.columns.filter((wanted) => !columns.some(({ name }) => name === wanted));
  if (lacking.length > 0) throw notARun(folder, `has a ${kind.table} without ${lacking.join(', ')}`);
}

/** Opens the folder of a run. Fails with `NOT_A_RUN` where `run.json` or the table of keys is missing or foreign. */
export async function openRun(folder: string): Promise<RunFolder> {
  const manifest = await readManifest(folder);
  const kind = await kindOf(folder, manifest);
  const table = join(folder, kind.table);
  const names = manifest.outputs.map(({ name }) => name).filter((name) => /^[^/\\]+\.parquet$/.test(name));
  const annotated = names.filter((name) => name !== kind.table).map((name) => join(folder, name));
  for (const path of annotated) if (await exists(path)) return { folder, manifest, kind, table, annotated: path };
  return { folder, manifest, kind, table, annotated: null };
}

/** By the table that the run wrote: another run may have left one of the other kind in the folder. */
async function kindOf(folder: string, { outputs }: RunManifest): Promise<RunKind> {
  const kinds = [LOCATIONS, CLIENTS];
  const kind = kinds.find(({ table }) => outputs.some(({ name }) => name === table));
  if (kind && (await exists(join(folder, kind.table)))) return kind;
  throw notARun(folder, `has neither ${kinds.map(({ table }) => table).join(' nor ')} of its run`);
}

async function readManifest(folder: string): Promise<RunManifest> {
  const text = await readFile(join(folder, 'run.json'), 'utf8').catch((cause: unknown) => {
    throw notARun(folder, 'has no readable run.json', cause);
  });
  try {
    const manifest = JSON.parse(text) as Partial<RunManifest> | null;
    if (manifest?.format === FORMAT && manifest.schema && manifest.outputs && manifest.inputs && manifest.window) {
      return manifest as RunManifest;
    }
  } catch (cause) {
    throw notARun(folder, 'has a run.json that is no JSON', cause);
  }
  throw notARun(folder, `has a run.json that is not of format ${FORMAT}`);
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

const notARun = (folder: string, what: string, cause?: unknown) =>
  new InputError('NOT_A_RUN', `The folder ${folder} ${what}.`, {
    hint: 'Name the folder of a run, as --output-dir had it.',
    cause,
  });

const ROLES = ['location', 'country', 'project', 'timestamp'] as const satisfies readonly Role[];

/** Stops with `NOT_COMPARABLE` where the runs are of different kinds, or the same word means different columns in them. */
export function checkComparable(a: RunFolder, b: RunFolder): void {
  if (a.kind !== b.kind) throw notComparable(`one is of ${a.kind.key}s, the other of ${b.kind.key}s`);
  const columns = ({ manifest }: RunFolder, role: Role) => columnsOf(manifest.schema, role).join(', ') || 'none';
  const different = ROLES.filter((role) => columns(a, role) !== columns(b, role));
  if (different.length === 0) return;
  const said = different.map((role) => `${role} is ${columns(a, role)} in one and ${columns(b, role)} in the other`);
  throw notComparable(said.join('; '));
}

const notComparable = (why: string) =>
  new ConfigError('NOT_COMPARABLE', `The two runs cannot be compared: ${why}.`, {
    hint: 'Compare runs of one provider and schema.',
  });
