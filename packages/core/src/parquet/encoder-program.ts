import { openSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { stepBack } from '../step-back.js';
import type { EncoderJob, EncoderReply } from './encoder.js';
import type { PlacedChunk } from './footer.js';
import { RowGroups } from './row-groups.js';

// The program of the encoder's thread. `scripts/embed-programs.ts` makes one text of it, which `encoder.ts` starts.

stepBack(3);
const { path, at, columns } = workerData as EncoderJob;
const rowGroups = new RowGroups(columns, at);
const port = parentPort!;
let file: number | undefined;

port.on('message', (positions: Uint32Array) => port.postMessage(reply(positions)));

/** Errors of the system lose their code on the way to another thread; so it goes beside the message. */
function reply(positions: Uint32Array): EncoderReply {
  try {
    return { rows: positions.length, chunks: writeGroup(positions) };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return { failed: code === undefined ? { message } : { message, code } };
  }
}

function writeGroup(positions: Uint32Array): PlacedChunk[] {
  file ??= openSync(path, 'r+');
  const chunks: PlacedChunk[] = [];
  for (const { bytes, chunk } of rowGroups.encode(positions)) {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(file, bytes, done, bytes.length - done, chunk.at + done);
    }
    chunks.push(chunk);
  }
  return chunks;
}
