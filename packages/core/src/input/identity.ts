import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Source } from '../engine.js';
import type { InputIdentity } from '../run-result.js';
import { fewAtOnce } from './few-at-once.js';
import { notReadable } from './not-readable.js';

const WHOLE_UP_TO = 64 * 2 ** 20;
const END_BYTES = 2 ** 20;

/** What the input of a run was; empty for a table of the caller's connection. */
export async function inputIdentity(source: Source): Promise<readonly InputIdentity[]> {
  if (source.kind === 'files') return fewAtOnce(source.paths, identityOfInput);
  if (source.kind === 'arrow') return [bytesIdentity('arrow', source.ipc)];
  if (source.kind === 'buffers') return source.buffers.map(({ name, bytes }) => bytesIdentity(name, bytes));
  return [];
}

const bytesIdentity = (path: string, bytes: Uint8Array): InputIdentity => ({
  path,
  bytes: bytes.byteLength,
  digest: createHash('sha256').update(bytes).digest('hex'),
});

const identityOfInput = (path: string): Promise<InputIdentity> =>
  fileIdentity(path).catch((error) => {
    throw notReadable(path, error);
  });

/** Size and digest of a file. */
export async function fileIdentity(path: string): Promise<InputIdentity> {
  const { size } = await stat(path);
  const hash = createHash('sha256');
  const file = await open(path, 'r');
  try {
    const ranges =
      size <= WHOLE_UP_TO
        ? [[0, size]]
        : [
            [0, END_BYTES],
            [size - END_BYTES, size],
          ];
    for (const [start, end] of ranges) await update(hash, file, start!, end!);
  } finally {
    await file.close();
  }
  if (size > WHOLE_UP_TO) hash.update(String(size));
  return { path: resolve(path), bytes: size, digest: hash.digest('hex') };
}

async function update(
  hash: ReturnType<typeof createHash>,
  file: Awaited<ReturnType<typeof open>>,
  start: number,
  end: number,
) {
  const buffer = Buffer.alloc(Math.min(END_BYTES, end - start));
  for (let position = start; position < end; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - position), position);
    if (bytesRead === 0) return;
    hash.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}
