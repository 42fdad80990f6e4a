import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A folder that is gone after the tests of the file. */
export async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'deeplogbot-whole-'));
  folders.push(folder);
  return folder;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const execute = promisify(execFile);

/** Runs a program and returns what it printed; a failure carries both streams. */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { stdout } = await execute(program, [...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, NO_COLOR: '1', ...options.env },
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  }).catch((error: Error & { stdout?: string; stderr?: string }) => {
    error.message += `\n${error.stdout ?? ''}\n${error.stderr ?? ''}`;
    throw error;
  });
  return stdout;
}

/** Runs Node itself. */
export const node = (args: readonly string[], options?: RunOptions): Promise<string> =>
  run(process.execPath, args, options);
