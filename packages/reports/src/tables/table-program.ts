import { parentPort, workerData } from 'node:worker_threads';
import { blocksOf, type ShownColumn, type TableFormat, tablePieces } from './table-pieces.js';

// The program of the thread that writes tables. `scripts/embed-programs.ts` makes one text of it, which `table-thread.ts` starts.

/** What the thread is started with. */
export interface TableJob {
  readonly format: TableFormat;
  readonly table: readonly ShownColumn[];
}

/** The answer to each message: a block, or null behind the last one. */
export type TableReply = Uint8Array | null;

const { format, table } = workerData as TableJob;
const blocks = blocksOf(tablePieces(format, table))[Symbol.iterator]();
const port = parentPort!;

port.on('message', () => {
  const { value: block } = blocks.next();
  if (block) port.postMessage(block satisfies TableReply, [block.buffer]);
  else port.postMessage(null satisfies TableReply);
});
