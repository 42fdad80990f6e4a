import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/**
 * A secret that only the log's owner knows: a digest of its first and last bytes, other than the one that manifests
 * show. Equal logs give equal hashes, and without the log addresses cannot be tried out.
 */
export async function contentSalt(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha512').update('deeplogbot http salt\n');
  for (const path of paths) hash.update(await digestOf(path));
  return hash.digest('hex');
}

const END_BYTES = 1 << 20;

/** Digest of the first and last megabyte of a file, or of all of it, and of its size. */
export async function digestOf(path: string, extent: 'ends' | 'whole' = 'ends'): Promise<string> {
  const { size } = await stat(path);
  const hash = createHash('sha512').update(`deeplogbot http file ${size}\n`);
  const isWhole = extent === 'whole' || size <= 2 * END_BYTES;
  const ranges = isWhole
    ? [[0, size]]
    : [
        [0, END_BYTES],
        [size - END_BYTES, size],
      ];
  for (const [start, end] of ranges) {
    if (end! > start!) for await (const chunk of createReadStream(path, { start, end: end! - 1 })) hash.update(chunk);
  }
  return hash.digest('hex');
}
