import { access, constants, open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { ConfigError, InputError } from '@deeplogbot/core';
import { Decompress } from 'fzstd';

/** Texts of this size still are where young objects live; of larger ones each costs a collection of all of them. */
const CHUNK = 1 << 16;
/** Read at once: every read is a walk to another thread and back. */
const READ = 1 << 20;
/** Zstandard is unfolded so many bytes at a time: four of them may stand for a block of 128 KiB, and a limit must be seen in time. */
const ZSTD_PUSH = 1 << 12;
/** Below this an expanded file is no danger, however small it was. */
const HARMLESS_BYTES = 64 << 20;

/** Limits of what a compressed file may unfold to. */
export interface ExpansionLimits {
  /** Times its size. @defaultValue 200 */
  readonly maxExpansion: number;
  /** Bytes in all. */
  readonly maxBytesOut: number;
}

/** How a file ended. */
export interface ByteStats {
  truncated: boolean;
}

/**
 * The decompressed bytes of a file as it was when it was opened: what is appended later is not read. Compression is
 * told by the first bytes. A stream that is cut off gives what could be decoded and sets `truncated`.
 */
export async function* readBytes(path: string, limits: ExpansionLimits, stats: ByteStats): AsyncGenerator<Uint8Array> {
  // One handle from here on: when the log is rotated, the name is another file's.
  const file = await opened(path);
  const { size } = await file.stat();
  if (size === 0) {
    await file.close();
    return;
  }
  const { buffer: magic } = await file.read(Buffer.alloc(4), 0, 4, 0);
  const raw = file.createReadStream({ highWaterMark: READ, start: 0, end: size - 1 });
  const isGzip = magic[0] === 0x1f && magic[1] === 0x8b;
  const isZstd = magic.readUInt32LE(0) === 0xfd2fb528;
  try {
    if (isGzip || isZstd) yield* unfolded(isGzip ? gunzip(raw, stats) : unzstd(raw, stats), path, size, limits);
    else for await (const read of raw as AsyncIterable<Uint8Array>) yield* chunksOf(read);
  } finally {
    raw.destroy();
  }
}

function* chunksOf(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let from = 0; from < bytes.length; from += CHUNK) yield bytes.subarray(from, from + CHUNK);
}

async function* unfolded(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
  size: number,
  limits: ExpansionLimits,
): AsyncGenerator<Uint8Array> {
  let out = 0;
  for await (const chunk of chunks) {
    out += chunk.byteLength;
    // Small files may unfold far more than 200 times without being a danger.
    if (out > limits.maxBytesOut || (out > HARMLESS_BYTES && out > limits.maxExpansion * size)) {
      throw expansion(path, size, out);
    }
    yield chunk;
  }
}

const opened = (path: string) =>
  open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw notReadable(path, cause);
  });

const notReadable = (path: string, cause: NodeJS.ErrnoException) =>
  new InputError('UNREADABLE_INPUT', `Cannot read ${path}: ${cause.code ?? cause.message}.`, {
    hint: 'Logs of a web server are often readable to its group alone: check the permissions.',
    cause,
  });

/** All members of the file. Bytes behind the last member that are none are what `gzip` calls trailing garbage, and end it. */
async function* gunzip(raw: NodeJS.ReadableStream, stats: ByteStats): AsyncGenerator<Uint8Array> {
  const inflate = createGunzip({ chunkSize: CHUNK });
  raw.on('error', (error) => inflate.destroy(error));
  raw.pipe(inflate);
  try {
    yield* inflate as AsyncIterable<Uint8Array>;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'Z_BUF_ERROR' && code !== 'Z_DATA_ERROR') throw error;
    stats.truncated = true;
  }
}

async function* unzstd(raw: AsyncIterable<Uint8Array>, stats: ByteStats): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let last = false;
  const decompress = new Decompress((piece, final) => {
    pieces.push(piece);
    last = final ?? false;
  });
  try {
    for await (const read of raw) {
      for (let from = 0; from < read.length; from += ZSTD_PUSH) {
        decompress.push(read.subarray(from, from + ZSTD_PUSH));
        yield* pieces.splice(0);
      }
    }
    decompress.push(new Uint8Array(0), true);
    yield* pieces.splice(0);
    if (!last) stats.truncated = true;
  } catch (error) {
    if (!(error instanceof Error) || 'syscall' in error) throw error;
    stats.truncated = true;
    yield* pieces.splice(0);
  }
}

const expansion = (path: string, size: number, out: number) =>
  new InputError('EXPANSION_LIMIT', `${path} (${size} bytes) unfolds to more than ${out} bytes.`, {
    hint: 'Is it a log? If it is, unpack it and name the unpacked file, or raise `maxExpansion` or `maxBytesOut` of the `http` options.',
  });

/** Fails for a path that is no file, or that the system does not let read, before anything is read. */
export async function checkReadable(path: string): Promise<void> {
  const failed = (cause: NodeJS.ErrnoException) => {
    throw notReadable(path, cause);
  };
  const found = await stat(path).catch(failed);
  if (found.isFile()) return access(path, constants.R_OK).catch(failed);
  throw new ConfigError('NOT_A_FILE', `${path} is not a file.`, { hint: 'Name log files, a glob or a folder.' });
}
