import { chmod, constants, copyFile, open, stat, truncate } from 'node:fs/promises';
import { type AppendedColumn, type CodedColumn, codedColumn } from './coded-column.js';
import { type Encoder, type EncoderJob, HostEncoder, WORKER_ROWS, WorkerEncoder, writeAt } from './encoder.js';
import { extendedFooter, type Footer, type PlacedChunk, readFooter } from './footer.js';

export type { AppendedColumn } from './coded-column.js';

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

/** Takes the positions of some rows over; resolves once more may come. */
export type TakePositions = (positions: ArrayLike<number>) => Promise<void>;

export interface AppendInput {
  readonly columns: readonly AppendedColumn[];
  /** Hands over, for every row of the file and in its order, which value of each column it has. */
  readonly read: (take: TakePositions) => Promise<void>;
  /** Rows that may be taken before they are written. @defaultValue 0, a row group at a time */
  readonly ahead?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Copies a Parquet file byte for byte and adds columns behind its own: their chunks follow the last byte of the data,
 * and a new footer names them. The same file and positions give the same bytes. Returns the rows that were given.
 *
 * Row groups, encodings, compression, statistics and Bloom filters of the file's own columns stay as they are; the new
 * ones are dictionaries compressed by Snappy.
 */
export async function appendColumns(source: string, target: string, input: AppendInput): Promise<number> {
  const footer = await footerOf(source);
  const copied = copyBody(source, target, footer.bodyBytes);
  copied.catch(() => {}); // Thrown where the copy is needed.
  try {
    const inFile = footer.rowGroups.reduce((sum, count) => sum + count, 0);
    const columns = input.columns.map((column) => codedColumn(column, inFile));
    const job = { path: target, at: footer.bodyBytes, columns };
    const { rows, groups } = await encodeAll(job, footer.rowGroups, { ...input, copied });
    await copied;
    if (groups.length === footer.rowGroups.length) await addFooter(target, footer, columns, groups);
    return rows;
  } finally {
    await copied.catch(() => {}); // Nobody writes to the file any more, whatever happened.
  }
}

async function footerOf(source: string): Promise<Footer> {
  const file = await open(source, 'r');
  try {
    const footer = await readFooter(file);
    if (!footer) throw new TypeError(`The footer of ${source} cannot be extended.`);
    return footer;
  } finally {
    await file.close();
  }
}

/** Copies a file but for what stands behind `bytes`. */
async function copyBody(source: string, target: string, bytes: number): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  // A copy of a file that nobody may write to is one, too.
  await chmod(target, (await stat(target)).mode | OWNER_WRITES);
  await truncate(target, bytes);
}

async function addFooter(
  target: string,
  footer: Footer,
  columns: readonly CodedColumn[],
  groups: Encoded['groups'],
): Promise<void> {
  const file = await open(target, 'r+');
  try {
    const last = groups.at(-1)!.at(-1)!;
    await writeAt(file, extendedFooter(footer, columns, groups), last.at + last.compressed);
  } finally {
    await file.close();
  }
}

interface Encoded {
  /** Positions that were given. */
  readonly rows: number;
  readonly groups: readonly (readonly PlacedChunk[])[];
}

interface EncodeInput extends AppendInput {
  /** Fulfilled once the file may be written to. */
  readonly copied: Promise<void>;
}

async function encodeAll(job: EncoderJob, sizes: readonly number[], input: EncodeInput): Promise<Encoded> {
  const encoder = await openEncoder(job, sizes, input);
  try {
    const groups = new GroupCutter(sizes, (positions) => encoder.push(positions));
    await input.read((positions) => groups.take(positions));
    return { rows: groups.rows, groups: await encoder.finish() };
  } finally {
    await encoder.close();
  }
}

async function openEncoder(job: EncoderJob, sizes: readonly number[], input: EncodeInput): Promise<Encoder> {
  const { ahead = 0, signal, copied } = input;
  const rows = sizes.reduce((sum, count) => sum + count, 0);
  if (rows >= WORKER_ROWS) return new WorkerEncoder(job, ahead, signal, copied);
  await copied;
  return new HostEncoder(job);
}

/** Cuts a stream of positions at the ends of row groups. */
class GroupCutter {
  /** Positions that came, those behind the last group too. */
  rows = 0;
  private group = 0;
  private waiting: Uint32Array;
  private filled = 0;

  constructor(
    private readonly sizes: readonly number[],
    private readonly each: (positions: Uint32Array) => Promise<void>,
  ) {
    this.waiting = new Uint32Array(sizes[0] ?? 0);
  }

  async take(positions: ArrayLike<number>): Promise<void> {
    this.rows += positions.length;
    for (let i = 0; i < positions.length && this.group < this.sizes.length; i++) {
      this.waiting[this.filled++] = positions[i]!;
      if (this.filled < this.waiting.length) continue;
      await this.each(this.waiting);
      this.waiting = new Uint32Array(this.sizes[++this.group] ?? 0);
      this.filled = 0;
    }
  }
}
