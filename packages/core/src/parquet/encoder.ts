import { type FileHandle, open } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { AbortedError, OutputError } from '../errors.js';
import type { CodedColumn } from './coded-column.js';
import { encoderProgram } from './encoder-program.generated.js';
import type { PlacedChunk } from './footer.js';
import { RowGroups } from './row-groups.js';

/** What is to be written, and where. */
export interface EncoderJob {
  readonly path: string;
  /** Where in the file the first chunk begins. */
  readonly at: number;
  readonly columns: readonly CodedColumn[];
}

/** Encodes row groups and writes their chunks into a file. */
export interface Encoder {
  /** Takes over the positions of the rows of the next group; resolves once more may come. */
  push(positions: Uint32Array): Promise<void>;
  /** The chunks of all groups, once they are in the file. */
  finish(): Promise<readonly (readonly PlacedChunk[])[]>;
  /** To be called whatever happened before. */
  close(): Promise<void>;
}

/** What the worker says of a group, or of why it stopped. */
export type EncoderReply =
  | { readonly rows: number; readonly chunks: readonly PlacedChunk[] }
  | { readonly failed: Pick<NodeJS.ErrnoException, 'message' | 'code'> };

/** From this many rows on a worker gains more than its start costs, about 30 ms. */
export const WORKER_ROWS = 250_000;

/**
 * Encodes in a thread of its own, so that the caller can go on with other work.
 *
 * The program of the thread is text in this package: a path would have to hold in sources, in both builds and in bundles
 * that others make of them.
 *
 * @param ahead rows that may wait for the thread, four bytes each
 * @param ready once it is fulfilled the file may be written to; what it is rejected with ends the work
 */
export class WorkerEncoder implements Encoder {
  private readonly worker: Worker;
  private readonly groups: (readonly PlacedChunk[])[] = [];
  private pushed = 0;
  private waiting = 0;
  private failure: { readonly reason: unknown } | undefined;
  private wake = () => {};

  constructor(
    { path, at, columns }: EncoderJob,
    private readonly ahead: number,
    private readonly signal?: AbortSignal,
    private readonly ready: Promise<unknown> = Promise.resolve(),
  ) {
    this.worker = new Worker(encoderProgram, {
      eval: true,
      execArgv: [],
      workerData: { path, at, columns } satisfies EncoderJob,
      transferList: columns.flatMap(buffersOf),
    });
    this.worker.on('message', (reply: EncoderReply) => this.take(reply));
    this.worker.on('error', (cause) => this.fail(threadFailed(cause)));
    signal?.addEventListener('abort', this.abort);
    if (signal?.aborted) this.abort();
  }

  async push(positions: Uint32Array): Promise<void> {
    this.pushed++;
    this.waiting += positions.length;
    this.ready.then(
      () => this.worker.postMessage(positions, [positions.buffer as ArrayBuffer]),
      (reason) => this.fail(reason),
    );
    await this.until(() => this.waiting <= this.ahead);
  }

  async finish(): Promise<readonly (readonly PlacedChunk[])[]> {
    await this.until(() => this.groups.length === this.pushed);
    return this.groups;
  }

  async close(): Promise<void> {
    this.signal?.removeEventListener('abort', this.abort);
    await this.worker.terminate();
  }

  private async until(ready: () => boolean): Promise<void> {
    while (!this.failure && !ready()) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    if (this.failure) throw this.failure.reason;
  }

  private take(reply: EncoderReply): void {
    if ('failed' in reply) this.fail(Object.assign(new TypeError(reply.failed.message), reply.failed));
    else {
      this.groups.push(reply.chunks);
      this.waiting -= reply.rows;
      this.wake();
    }
  }

  private fail(reason: unknown): void {
    this.failure ??= { reason };
    this.wake();
  }

  private readonly abort = () => this.fail(new AbortedError('annotate'));
}

const threadFailed = (cause: Error) =>
  new OutputError('ENCODER_FAILED', `The thread that encodes the verdicts has stopped: ${cause.message}.`, {
    hint: 'If memory ran out, give the process more of it; otherwise report this with the message.',
    cause,
  });

/** Encodes where it is called. */
export class HostEncoder implements Encoder {
  private readonly file: Promise<FileHandle>;
  private readonly rowGroups: RowGroups;
  private readonly groups: (readonly PlacedChunk[])[] = [];

  constructor({ path, at, columns }: EncoderJob) {
    this.file = open(path, 'r+');
    this.rowGroups = new RowGroups(columns, at);
  }

  async push(positions: Uint32Array): Promise<void> {
    const chunks: PlacedChunk[] = [];
    for (const { bytes, chunk } of this.rowGroups.encode(positions)) {
      await writeAt(await this.file, bytes, chunk.at);
      chunks.push(chunk);
    }
    this.groups.push(chunks);
  }

  async finish(): Promise<readonly (readonly PlacedChunk[])[]> {
    return this.groups;
  }

  async close(): Promise<void> {
    await (await this.file).close();
  }
}

/** Writes all of it, however many calls the system makes of that. */
export async function writeAt(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  }
}

/** What can be given away without a copy. */
function buffersOf(column: CodedColumn): ArrayBuffer[] {
  if (column.kind === 'numbers') return [];
  const arrays = column.kind === 'flags' ? [column.values] : [column.codes, column.bytes, column.starts];
  return arrays.map(({ buffer }) => buffer as ArrayBuffer);
}
