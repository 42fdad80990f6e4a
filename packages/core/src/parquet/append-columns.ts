import { chmod, constants, copyFile, open, stat } from 'node:fs/promises';
import { type AppendedColumn, ColumnEncoder } from './column-chunk.js';
import { extendedFooter, type Footer, type PlacedChunk, readFooter } from './footer.js';

export type { AppendedColumn } from './column-chunk.js';

/** Larger row groups are not held in memory for this. */
const MAX_GROUP_ROWS = 2 ** 24;

const OWNER_WRITES = 0o200;

/** What a Parquet file holds to which columns can be added; undefined where they cannot. */
export async function readAppendable(path: string): Promise<Pick<Footer, 'rowGroups' | 'columns'> | undefined> {
  const file = await open(path, 'r');
  try {
    const footer = await readFooter(file);
    return footer?.rowGroups.every((rows) => rows <= MAX_GROUP_ROWS) ? footer : undefined;
  } finally {
    await file.close();
  }
}

/**
 * Copies a Parquet file byte for byte and adds columns behind its own: their chunks follow the last byte of the data,
 * and a new footer names them. The same file and positions give the same bytes. Returns the rows that were given.
 *
 * Row groups, encodings, compression, statistics and Bloom filters of the file's own columns stay as they are; the new
 * ones are dictionaries compressed by Snappy.
 *
 * @param positions for every row of the file, in its order, which value of each column it has
 */
export async function appendColumns(
  source: string,
  target: string,
  columns: readonly AppendedColumn[],
  positions: AsyncIterable<ArrayLike<number>>,
): Promise<number> {
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  // A copy of a file that nobody may write to is one, too.
  await chmod(target, (await stat(target)).mode | OWNER_WRITES);
  const file = await open(target, 'r+');
  try {
    const footer = await readFooter(file);
    if (!footer) throw new TypeError(`The footer of ${source} cannot be extended.`);
    await file.truncate(footer.bodyBytes);
    let at = footer.bodyBytes;
    const write = async (bytes: Uint8Array): Promise<void> => {
      for (let done = 0; done < bytes.length; ) {
        done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
      }
      at += bytes.length;
    };
    const inFile = footer.rowGroups.reduce((sum, count) => sum + count, 0);
    const encoders = columns.map((column) => new ColumnEncoder(column, inFile));
    const placed: PlacedChunk[][] = [];
    const rows = await inGroups(positions, footer.rowGroups, async (group, count) => {
      const chunks: PlacedChunk[] = [];
      for (const encoder of encoders) {
        const { bytes, ...chunk } = encoder.encode(group, count);
        chunks.push({ ...chunk, at, compressed: bytes.length });
        await write(bytes);
      }
      placed.push(chunks);
    });
    if (placed.length === footer.rowGroups.length) await write(extendedFooter(footer, columns, placed));
    return rows;
  } finally {
    await file.close();
  }
}

/** Cuts a stream of positions at the ends of row groups; returns how many there were. */
async function inGroups(
  positions: AsyncIterable<ArrayLike<number>>,
  sizes: readonly number[],
  each: (positions: Uint32Array, rows: number) => Promise<void>,
): Promise<number> {
  const waiting = new Uint32Array(sizes.reduce((most, rows) => Math.max(most, rows), 0));
  let filled = 0;
  let group = 0;
  let rows = 0;
  for await (const batch of positions) {
    rows += batch.length;
    for (let i = 0; i < batch.length; i++) {
      if (group === sizes.length) break;
      waiting[filled++] = batch[i]!;
      if (filled < sizes[group]!) continue;
      await each(waiting, filled);
      filled = 0;
      group++;
    }
  }
  return rows;
}
