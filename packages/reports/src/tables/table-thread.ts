import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ShownColumn, TableFormat } from './table-pieces.js';
import { tableProgram } from './table-program.generated.js';
import type { TableJob, TableReply } from './table-program.js';

/** Nearly all that the thread makes is garbage at once: more room for it would only be more memory. */
const YOUNG_MB = 6;

/** Blocks that the thread may be ahead of who takes them, 16 MiB: a drawing keeps the caller busy for long. */
const AHEAD = 64;

/**
 * A table as a file, in blocks that a thread of its own makes while the caller does other work. The thread has a copy of the
 * columns, and ends when the last block was taken or nobody wants more. Its program is text, for the reasons of the encoder's.
 */
export async function* tableBlocks(format: TableFormat, table: readonly ShownColumn[]): AsyncIterable<Uint8Array> {
  const { doubles, ...own } = copied(table);
  const worker = new Worker(tableProgram, {
    eval: true,
    execArgv: [],
    workerData: { format, ...own } satisfies TableJob,
    transferList: [doubles],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  try {
    const replies = repliesOf(worker);
    for (let i = 0; i < AHEAD; i++) worker.postMessage(null);
    for (;;) {
      const block = await replies();
      if (!block) return;
      worker.postMessage(null);
      yield block;
    }
  } finally {
    await worker.terminate();
  }
}

/** Hands out what the worker says, one after another; fails once the worker has failed. */
function repliesOf(worker: Worker): () => Promise<TableReply> {
  const waiting: TableReply[] = [];
  worker.on('message', (reply: TableReply) => waiting.push(reply));
  let failure: { readonly reason: unknown } | undefined;
  worker.on('error', (reason) => {
    failure = { reason };
  });
  return async () => {
    while (waiting.length === 0 && !failure) await once(worker, 'message');
    if (waiting.length === 0 && failure) throw failure.reason;
    return waiting.shift()!;
  };
}

/** The columns with a copy of all doubles in one block, which changes hands: their own stay with the caller. */
function copied(table: readonly ShownColumn[]): {
  readonly table: readonly ShownColumn[];
  readonly doubles: ArrayBuffer;
} {
  const length = table.reduce((sum, { values }) => sum + (values instanceof Float64Array ? values.length : 0), 0);
  const doubles = new Float64Array(length);
  let at = 0;
  const copy = (values: Float64Array) => {
    doubles.set(values, at);
    at += values.length;
    return doubles.subarray(at - values.length, at);
  };
  const columns = table.map(({ name, type, values }) => ({
    name,
    type,
    values: values instanceof Float64Array ? copy(values) : values,
  }));
  return { table: columns, doubles: doubles.buffer };
}
