import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ConfigError, DeepLogBotError, type Provider, type ReadLog } from '@deeplogbot/core';
import { requireTempDirectory } from '@deeplogbot/core/node';
import type { Io } from './io.js';

const NAME = '-';

export interface StandardInputOptions {
  readonly provider: string;
  readonly signal: AbortSignal;
  /** Where it is kept while it is read. @defaultValue the system's temporary directory */
  readonly tempDirectory?: string;
}

/**
 * Runs something with the paths of an input in which `-` is standard input, plain or compressed. What comes in is kept in a
 * file that only its owner can read, because its format and its salt are found before its rows are read; the file is gone afterwards,
 * whatever happens, and memory does not grow with it.
 *
 * @throws ConfigError `STANDARD_INPUT` for providers other than `http`: a table cannot be told by its first bytes alone.
 */
export async function withStandardInput<T>(
  input: readonly string[],
  io: Io,
  { provider, signal, tempDirectory }: StandardInputOptions,
  use: (paths: readonly string[], told: (provider: Provider) => Provider) => Promise<T>,
): Promise<T> {
  if (!input.includes(NAME)) return use(input, (each) => each);
  if (provider !== 'http') {
    throw new ConfigError('STANDARD_INPUT', `The provider ${JSON.stringify(provider)} cannot read standard input.`, {
      hint: 'Only access logs (-p http) can be piped in; write the log to a file.',
    });
  }
  await requireTempDirectory(tempDirectory);
  const folder = await mkdtemp(join(tempDirectory ?? tmpdir(), 'deeplogbot-'));
  const path = join(folder, 'standard-input');
  try {
    await pipeline(io.input ?? process.stdin, createWriteStream(path, { mode: 0o600 }), { signal });
    const paths = input.map((name) => (name === NAME ? path : name));
    return await use(paths, (each) => telling(each, path));
  } catch (error) {
    if (error instanceof DeepLogBotError) error.message = byName(error.message, path);
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where it is kept is nobody's business, and another place each time. */
const byName = (text: string, path: string): string => text.replaceAll(path, 'standard input');

/** The provider, its reader speaking of standard input by that name in all that a run writes down. */
function telling(provider: Provider, path: string): Provider {
  const { reader } = provider;
  if (!reader) return provider;
  const told = (log: ReadLog): ReadLog => ({
    ...log,
    warnings: log.warnings.map((warning) => byName(warning, path)),
    relation: {
      ...log.relation,
      rejected: log.relation.rejected.map((row) => ({ ...row, file: byName(row.file, path) })),
    },
  });
  return {
    ...provider,
    reader: { ...reader, read: async (...given) => told(await reader.read(...given)) },
  };
}
