import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is gone after the tests of the project. */
export const scratch = (): Promise<string> => mkdtemp(join(tmpdir(), 'deeplogbot-core-'));
