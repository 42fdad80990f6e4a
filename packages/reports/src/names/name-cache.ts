import { readFile, rename, writeFile } from 'node:fs/promises';
import { ConfigError } from '@deeplogbot/core';
import type { NameCache } from './chat-namer.js';

/** Names in a JSON file, read at once and written by `save`. Fails with `INVALID_CACHE` where the file is of another kind. */
export async function nameCache(path: string): Promise<NameCache & { save(): Promise<void> }> {
  const names = await readNames(path);
  return {
    get: (asked) => names.get(asked),
    set: (asked, name) => names.set(asked, name),
    async save() {
      const half = `${path}.${process.pid}.tmp`;
      await writeFile(half, `${JSON.stringify(Object.fromEntries([...names].sort()), null, 1)}\n`);
      await rename(half, path);
    },
  };
}

async function readNames(path: string): Promise<Map<string, string>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw invalid(path, error);
  });
  try {
    const entries = Object.entries(JSON.parse(text) as Record<string, unknown>);
    if (entries.every(([, name]) => typeof name === 'string')) return new Map(entries as [string, string][]);
  } catch (cause) {
    throw invalid(path, cause);
  }
  throw invalid(path);
}

const invalid = (path: string, cause?: unknown) =>
  new ConfigError('INVALID_CACHE', `${path} is no cache of names.`, {
    hint: 'Name a file that a run with --names-cache wrote, or one that does not exist yet.',
    cause,
  });
