import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ShownColumn, TableFormat } from './table-pieces.js';
import { tableProgram } from './table-program.generated.js';
import type { TableFile, TableReply } from './table-program.js';

/** Nearly all that the thread makes is garbage at once: more room for it would only be more memory. */
const YOUNG_MB = 6;

/** Threads at work, by the table that they have a copy of. */
const threads = new WeakMap<readonly ShownColumn[], TableThread>();

/**
 * Writes a table to a file by a thread of its own, while the caller does other work. The thread has a copy of the columns; it
 * also writes the files of the table that are asked for meanwhile, one after another. Its program is text, for the reasons of the encoder's.
 */
export async function writeByThread(path: string, format: TableFormat, table: readonly ShownColumn[]): Promise<void> {
  const thread = threads.get(table) ?? new TableThread(table);
  threads.set(table, thread);
  try {
    await thread.write({ path, format });
  } finally {
    if (thread.isDone) {
      if (threads.get(table) === thread) threads.delete(table);
      await thread.close();
    }
  }
}

class TableThread {
  private readonly worker: Worker;
  /** Rejected where the thread dies. */
  private readonly death: Promise<never>;
  private last: Promise<void> = Promise.resolve();
  private asked = 0;

  constructor(table: readonly ShownColumn[]) {
    const { doubles, table: workerData } = copied(table);
    this.worker = new Worker(tableProgram, {
      eval: true,
      execArgv: [],
      workerData,
      transferList: [doubles],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.death = new Promise((_, reject) => this.worker.on('error', reject));
    this.death.catch(() => {}); // Told to whoever waits for a file.
  }

  /** Whether all files that were asked for are written or failed. */
  get isDone(): boolean {
    return this.asked === 0;
  }

  async write(file: TableFile): Promise<void> {
    this.asked++;
    const written = this.last.then(() => this.writeNext(file));
    this.last = written.catch(() => {});
    await written.finally(() => this.asked--);
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private async writeNext(file: TableFile): Promise<void> {
    this.worker.postMessage(file);
    const [failed] = (await Promise.race([once(this.worker, 'message'), this.death])) as [TableReply];
    if (failed) throw Object.assign(new TypeError(failed.message), failed);
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
