import { resolve } from 'node:path';
import { outputError } from '../output/atomic.js';
import { makeFolders } from '../output/make-folders.js';
import { lockFolder } from './lock.js';

/**
 * Makes a folder of kept work if it is missing, locks it and opens it; a folder that cannot be opened is not left locked.
 *
 * @param open gets the whole path and what gives the lock back
 */
export async function openLocked<T>(
  path: string,
  open: (folder: string, release: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const folder = resolve(path);
  try {
    await makeFolders(folder);
  } catch (error) {
    throw outputError(folder, error);
  }
  const release = await lockFolder(folder);
  try {
    return await open(folder, release);
  } catch (error) {
    await release();
    throw error;
  }
}
