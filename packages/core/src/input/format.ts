import { open } from 'node:fs/promises';
import { constants, createGunzip } from 'node:zlib';
import { decompress } from 'fzstd';
import type { FileFormat } from '../engine.js';
import { InputError } from '../errors.js';

/** File name → format; raw logs have the names of TSV files and are told apart by their first line. */
export const FORMATS: readonly { readonly pattern: RegExp; readonly format: FileFormat }[] = [
  { pattern: /\.(parquet|pq)$/i, format: 'parquet' },
  { pattern: /\.csv(\.gz|\.zst)?$/i, format: 'csv' },
  { pattern: /\.(tsv|tab)(\.gz|\.zst)?$/i, format: 'tsv' },
  { pattern: /\.(ndjson|jsonl)(\.gz|\.zst)?$/i, format: 'ndjson' },
];

const HEAD_BYTES = 65_536;

/** The format of a file by its magic bytes, its name and its first line. */
export async function detectFormat(path: string): Promise<FileFormat> {
  const head = await readHead(path);
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') return 'parquet';
  const named = FORMATS.find(({ pattern }) => pattern.test(path))?.format;
  if (named === 'parquet') throw notParquet(path, head.length);
  const line = await firstLine(path, head);
  if (isEbiRaw(line)) return 'ebi-raw';
  if (named === 'csv' && line.includes(';') && !line.includes(',')) throw semicolons(path);
  if (named) return named;
  if (line.startsWith('{')) return 'ndjson';
  if (line.includes('\t')) return 'tsv';
  if (line.includes(',')) return 'csv';
  throw new InputError('UNKNOWN_FORMAT', `The format of ${path} is not recognised.`, {
    hint: 'Name it .parquet, .csv, .tsv or .ndjson (also with .gz or .zst). The access log of a web server needs the provider http (-p http).',
  });
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function firstLine(path: string, head: Buffer): Promise<string> {
  const bytes = await inflateHead(path, head);
  if (isUtf16(bytes)) throw utf16(path);
  const text = bytes.toString('utf8');
  return text.slice(0, text.indexOf('\n') < 0 ? undefined : text.indexOf('\n'));
}

/** The readable beginning of a compressed file. */
async function inflateHead(path: string, head: Buffer): Promise<Buffer> {
  if (head[0] === 0x1f && head[1] === 0x8b) return gunzipHead(path, head);
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528) return zstdHead(head);
  return head;
}

/** As much as a head may hold, however far it unfolds; a stream that is cut off still yields its first part. */
async function gunzipHead(path: string, head: Buffer): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  gunzip.end(head);
  try {
    for await (const part of gunzip as AsyncIterable<Buffer>) {
      parts.push(part);
      length += part.length;
      if (length >= HEAD_BYTES) break;
    }
  } catch (cause) {
    throw new InputError('UNREADABLE_INPUT', `${path} is no whole gzip file: ${(cause as Error).message}.`, {
      hint: 'The file seems damaged: compare it with where it came from, or write it again.',
      cause,
    });
  }
  return Buffer.concat(parts);
}

function zstdHead(head: Buffer): Buffer {
  try {
    return Buffer.from(decompress(head));
  } catch {
    // A frame longer than the head cannot be told from a broken one here; the engine reads it whole and reports.
    return Buffer.alloc(0);
  }
}

/** Whether text begins with the mark of UTF-16, as spreadsheets and PowerShell write it. */
const isUtf16 = (bytes: Buffer): boolean => ['fffe', 'feff'].includes(bytes.toString('hex', 0, 2));

const utf16 = (path: string) =>
  new InputError('NOT_UTF8', `${path} is text in UTF-16.`, {
    hint: 'Write it in UTF-8, such as with iconv -f UTF-16 -t UTF-8.',
  });

/** 13 fields, the first an ISO timestamp, parted by tabs or by the two characters backslash and t. */
function isEbiRaw(line: string): boolean {
  const fields = line.split(line.includes('\t') ? '\t' : '\\t');
  return fields.length === 13 && /^\d{4}-\d{2}-\d{2}T\d{2}:/.test(fields[0]!);
}

const semicolons = (path: string) =>
  new InputError('WRONG_SEPARATOR', `The fields of ${path} are parted by semicolons.`, {
    hint: 'Write it with commas between fields, or with tabs and the name .tsv.',
  });

const notParquet = (path: string, bytes: number) =>
  new InputError(
    bytes === 0 ? 'EMPTY_INPUT' : 'NOT_PARQUET',
    `${path} is named .parquet but ${bytes === 0 ? 'is empty' : 'does not begin like Parquet'}.`,
    {
      hint: 'Is the file complete? Name it by its real format.',
    },
  );
