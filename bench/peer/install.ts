import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where the reference is, or why it cannot be had. */
export type Peer =
  | { readonly python: string; readonly command: string; readonly versions: readonly string[] }
  | { readonly missing: string };

/** A Python that torch 2.13 has wheels for, tried in this order. */
export const PYTHONS = [process.env.PYTHON, 'python3.11', 'python3.12', 'python3'].filter((name) => name !== undefined);

/**
 * Installs the reference with the versions of `requirements` from the Python registry into a virtual environment in
 * `folder`, or finds it there. What stands in the way (no Python, no registry) is returned as text: a machine without
 * them cannot compare, and that is no failure of the benchmark.
 */
export async function installPeer(
  folder: string,
  requirements: string,
  pythons: readonly string[] = PYTHONS,
): Promise<Peer> {
  const bin = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  const peer = { python: join(bin, 'python'), command: join(bin, 'deeplogbot') };
  // An environment holds its own path: one that was moved or copied does not start.
  const wanted = `${folder}\n${await readFile(requirements, 'utf8')}`;
  const stamp = join(folder, 'installed.txt');
  try {
    if (!existsSync(stamp) || (await readFile(stamp, 'utf8')) !== wanted) {
      await run(await findPython(pythons), ['-m', 'venv', '--clear', folder]);
      process.stderr.write('installing the reference, some minutes ...\n');
      await run(peer.python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements], {
        maxBuffer: 2 ** 26,
      });
      await writeFile(stamp, wanted);
    }
    const { stdout } = await run(peer.python, ['-m', 'pip', 'freeze']);
    return { ...peer, versions: stdout.trim().split('\n') };
  } catch (error) {
    return { missing: lastLine(error) };
  }
}

export async function findPython(pythons: readonly string[] = PYTHONS): Promise<string> {
  for (const name of pythons) {
    const found = await run(name, ['-m', 'venv', '--help']).then(
      () => true,
      () => false,
    );
    if (found) return name;
  }
  throw new RangeError(`No Python with the module venv among ${pythons.join(', ')}; set PYTHON to one.`);
}

/** The last line that a failed command wrote says why. */
function lastLine(error: unknown): string {
  const { stderr, message } = error as { readonly stderr?: string; readonly message: string };
  return (stderr?.trim() || message).split('\n').at(-1)!;
}
