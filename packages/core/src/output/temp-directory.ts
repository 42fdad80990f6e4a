import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { ConfigError } from '../errors.js';

/** @throws ConfigError `UNUSABLE_TEMP_DIRECTORY` where a folder for temporary files is named and is none, or nothing can be written there. */
export async function requireTempDirectory(folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  const unusable = (why: string, cause?: unknown) =>
    new ConfigError('UNUSABLE_TEMP_DIRECTORY', `Nothing can be written below tempDirectory ${folder}: ${why}.`, {
      hint: 'Name a folder that is there and can be written, or leave tempDirectory out.',
      cause,
    });
  const failed = (error: NodeJS.ErrnoException) => {
    throw unusable(error.code ?? error.message, error);
  };
  const found = await stat(folder).catch(failed);
  if (!found.isDirectory()) throw unusable('it is no folder');
  await access(folder, constants.W_OK | constants.X_OK).catch(failed);
}
