import { closeSync, openSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { stepBack } from '@deeplogbot/core/node';
import { blocksOf, type ShownColumn, type TableFormat, tablePieces } from './table-pieces.js';

// The program of the thread that writes tables. `scripts/embed-programs.ts` makes one text of it, which `table-thread.ts` starts.

/** A file to be written of the table that the thread is started with. */
export interface TableFile {
  readonly path: string;
  readonly format: TableFormat;
}

/** What it says of each file: nothing where that is whole, else why it is not. */
export type TableReply = Pick<NodeJS.ErrnoException, 'message' | 'code'> | null;

const table = workerData as readonly ShownColumn[];
const port = parentPort!;

stepBack(5);
port.on('message', (file: TableFile) => port.postMessage(reply(file)));

/** Errors of the system lose their code on the way to another thread; so it goes beside the message. */
function reply(file: TableFile): TableReply {
  try {
    write(file);
    return null;
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return code === undefined ? { message } : { message, code };
  }
}

function write({ path, format }: TableFile): void {
  const file = openSync(path, 'w');
  try {
    for (const block of blocksOf(tablePieces(format, table))) {
      for (let done = 0; done < block.length; ) done += writeSync(file, block, done);
    }
  } finally {
    closeSync(file);
  }
}
