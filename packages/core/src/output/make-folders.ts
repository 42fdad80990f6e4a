import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it; returns the first that had to be made, or undefined. Node's own `recursive` tries for
 * ever, and cannot be stopped, where a file system answers ENOENT below a folder that is there, as /proc does.
 */
export async function makeFolders(folder: string): Promise<string | undefined> {
  try {
    return await makeOne(folder);
  } catch (error) {
    const above = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === folder) throw error;
    const first = await makeFolders(above);
    const last = await makeOne(folder);
    return first ?? last;
  }
}

async function makeOne(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder);
    return folder;
  } catch (error) {
    const found = await stat(folder).catch(() => undefined); // What cannot be looked at is not there.
    if (found?.isDirectory()) return undefined;
    throw error;
  }
}
