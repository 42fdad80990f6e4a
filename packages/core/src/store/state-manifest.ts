import { join } from 'node:path';
import type { ColumnInfo, RejectedRow } from '../engine.js';
import { ConfigError } from '../errors.js';
import { identityDifference, isIdentity, type RunIdentity } from './identity-difference.js';
import { damaged, readJson, writeJson } from './kept-file.js';
import type { KeptTable } from './kept-table.js';
import type { FileFacts } from './known-files.js';

const FORMAT = 1;
const MANIFEST = 'state.json';

/** The events of one file: `parts/ID.parquet`, described by `parts/ID.json`. */
export interface Part {
  readonly id: string;
  readonly table: KeptTable;
  /** Columns of the file that it was made of. */
  readonly source: readonly ColumnInfo[];
  readonly rejected: readonly RejectedRow[];
}

/** A file whose events are in the state. */
export interface MemberFile extends FileFacts {
  readonly part: string;
  /** As in `run.json`: of a large file, of its ends only. */
  readonly digest: string;
}

interface Manifest {
  readonly format: number;
  /** Version of the package that wrote it last, for people. */
  readonly version: string;
  readonly identity: RunIdentity;
  readonly files: readonly MemberFile[];
}

/** The files of a state; none where it is yet to begin. A state of another identity or format is refused with `STALE_STATE`. */
export async function readManifest(folder: string, identity: RunIdentity): Promise<readonly MemberFile[]> {
  const path = join(folder, MANIFEST);
  const found = (await readJson(path)) as Partial<Manifest> | undefined;
  if (found === undefined) return [];
  if (typeof found !== 'object' || found === null || found.format === undefined)
    throw damaged(path, 'is no manifest of a state');
  if (found.format !== FORMAT) throw staleState(folder, `its format is ${String(found.format)}, not ${FORMAT}`);
  if (!isIdentity(found.identity) || !Array.isArray(found.files) || !found.files.every(isMember)) {
    throw damaged(path, 'is no manifest of a state');
  }
  const difference = identityDifference(identity, found.identity);
  if (difference) throw staleState(folder, difference);
  return found.files;
}

const TEXTS = ['path', 'modified', 'inode', 'sha256', 'part', 'digest'] as const;

function isMember(value: unknown): value is MemberFile {
  if (typeof value !== 'object' || value === null) return false;
  const member = value as Record<string, unknown>;
  const texts = TEXTS.every((name) => typeof member[name] === 'string');
  return texts && typeof member.bytes === 'number' && /^[0-9a-f]{64}$/.test(member.part as string);
}

export const writeManifest = (
  folder: string,
  content: { readonly version: string; readonly identity: RunIdentity; readonly files: readonly MemberFile[] },
): Promise<void> => writeJson(join(folder, MANIFEST), { format: FORMAT, ...content } satisfies Manifest);

export const staleState = (folder: string, reason: string) =>
  new ConfigError('STALE_STATE', `The state in ${folder} was made in another way: ${reason}.`, {
    hint: 'Run as it was made, or give another --state folder and all files.',
  });
