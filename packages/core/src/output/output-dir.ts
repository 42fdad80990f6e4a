import { constants } from 'node:fs';
import { access, mkdir, open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError } from '../errors.js';
import type { OutputDir } from '../run-result.js';
import { outputError, writeAtomically } from './atomic.js';

/** A folder on disk that takes whole files; made if missing. Fails with `OUTPUT_NOT_WRITABLE` before anything is written. */
export async function openOutputDir(path: string): Promise<OutputDir> {
  const folder = resolve(path);
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw outputError(folder, error);
  }
  return {
    path: folder,
    write: (name, content) => writeFileIn(folder, name, content),
    folder: async (name) => openOutputDir(join(folder, plainName(name))),
  };
}

async function writeFileIn(
  folder: string,
  name: string,
  content: string | Uint8Array | Iterable<string>,
): Promise<string> {
  const path = join(folder, plainName(name));
  await writeAtomically(path, async (temporary) => {
    const file = await open(temporary, 'w');
    try {
      if (typeof content === 'string' || content instanceof Uint8Array) await file.writeFile(content);
      else for (const part of batched(content)) await file.appendFile(part);
    } finally {
      await file.close();
    }
  });
  return path;
}

function plainName(name: string): string {
  if (name === '' || name.startsWith('.') || ['/', '\\', '\u0000'].some((part) => name.includes(part))) {
    throw new ConfigError('UNSAFE_FILE_NAME', `${JSON.stringify(name)} is not a plain file name.`, {
      hint: 'A report names its files itself, without a path.',
    });
  }
  return name;
}

const BATCH_CHARACTERS = 1 << 20;

/** Joins small pieces, so that a table of a million lines is not a million writes. */
function* batched(parts: Iterable<string>): Iterable<string> {
  let pending: string[] = [];
  let length = 0;
  for (const part of parts) {
    pending.push(part);
    length += part.length;
    if (length >= BATCH_CHARACTERS) {
      yield pending.join('');
      pending = [];
      length = 0;
    }
  }
  yield pending.join('');
}
