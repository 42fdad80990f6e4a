import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** SHA-256 of a text, hexadecimal. */
export const textDigest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** SHA-256 of a whole file, however large. */
export async function contentDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
