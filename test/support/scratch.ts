import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder, gone after the tests of the project: `temporary-folder.ts` takes away what is in the temporary one. */
export const scratch = (): Promise<string> => mkdtemp(join(tmpdir(), 'deeplogbot-'));
