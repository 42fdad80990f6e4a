import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { invalidOption } from '../check-options.js';

/** @throws ConfigError `INVALID_OPTION` where a folder for temporary files is named and is none, or nothing can be written there. */
export async function requireTempDirectory(folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  const refuse = (cause?: unknown) => {
    throw invalidOption('tempDirectory', folder, 'a folder that is there and may be written to', cause);
  };
  const found = await stat(folder).catch(refuse);
  if (!found?.isDirectory()) refuse();
  await access(folder, constants.W_OK | constants.X_OK).catch(refuse);
}
