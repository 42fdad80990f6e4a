import { closeSync, openSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { blocksOf, type ShownColumn, type TableFormat, tablePieces } from './table-pieces.js';

// The program of the thread that writes tables. `scripts/embed-programs.ts` makes one text of it, which `table-thread.ts` starts.

/** What the thread is started with. */
export interface TableJob {
  readonly path: string;
  readonly format: TableFormat;
  readonly table: readonly ShownColumn[];
}

/** What it says at its end: nothing where the file is whole, else why it is not. */
export type TableReply = Pick<NodeJS.ErrnoException, 'message' | 'code'> | null;

parentPort!.postMessage(reply(workerData as TableJob));

/** Errors of the system lose their code on the way to another thread; so it goes beside the message. */
function reply(job: TableJob): TableReply {
  try {
    write(job);
    return null;
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return code === undefined ? { message } : { message, code };
  }
}

function write({ path, format, table }: TableJob): void {
  const file = openSync(path, 'w');
  try {
    for (const block of blocksOf(tablePieces(format, table))) {
      for (let done = 0; done < block.length; ) done += writeSync(file, block, done);
    }
  } finally {
    closeSync(file);
  }
}
