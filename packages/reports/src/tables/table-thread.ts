import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ShownColumn, TableFormat } from './table-pieces.js';
import { tableProgram } from './table-program.generated.js';
import type { TableJob, TableReply } from './table-program.js';

/** Nearly all that the thread makes is garbage at once: more room for it would only be more memory. */
const YOUNG_MB = 6;

/**
 * Writes a table to a file by a thread of its own, while the caller does other work. The thread has a copy of the columns. Its
 * program is text, for the reasons of the encoder's.
 */
export async function writeByThread(path: string, format: TableFormat, table: readonly ShownColumn[]): Promise<void> {
  const { doubles, ...own } = copied(table);
  const worker = new Worker(tableProgram, {
    eval: true,
    execArgv: [],
    workerData: { path, format, ...own } satisfies TableJob,
    transferList: [doubles],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  try {
    const [failed] = (await once(worker, 'message')) as [TableReply];
    if (failed) throw Object.assign(new TypeError(failed.message), failed);
  } finally {
    await worker.terminate();
  }
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
