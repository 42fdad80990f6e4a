import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';

/**
 * Line numbers, from 1, of the lines that are not blank with these ordinals (1 = the first such line; rising).
 * Reads the file up to the last of them, also when it is compressed by gzip or zstd.
 */
export async function lineNumbers(file: string, ordinals: readonly number[]): Promise<readonly number[]> {
  const found: number[] = [];
  const line = { number: 1, ordinal: 0, blank: true };
  for await (const bytes of inflated(file)) {
    for (const byte of bytes) {
      if (found.length === ordinals.length) return found;
      if (byte === 10) Object.assign(line, { number: line.number + 1, blank: true });
      else if (line.blank && !isSpace(byte)) {
        line.blank = false;
        line.ordinal++;
        if (line.ordinal === ordinals[found.length]) found.push(line.number);
      }
    }
  }
  return found;
}

/** Space, tab, vertical tab, form feed, carriage return. */
const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

async function* inflated(file: string): AsyncIterable<Uint8Array> {
  const stream = createReadStream(file);
  try {
    if (/\.gz$/i.test(file)) yield* stream.pipe(createGunzip());
    else if (/\.zst$/i.test(file)) yield* unzstd(stream);
    else yield* stream;
  } finally {
    stream.destroy(); // Whoever has found enough leaves before its end.
  }
}

async function* unzstd(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let ready: Uint8Array[] = [];
  const decoder = new Decompress((chunk) => ready.push(chunk));
  for await (const chunk of stream) {
    decoder.push(chunk);
    yield* ready;
    ready = [];
  }
}
