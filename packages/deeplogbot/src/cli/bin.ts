#!/usr/bin/env node
import { processIo } from './io.js';
import { main } from './main.js';

/** The first interrupt asks the run to stop; the second ends the process. */
const controller = new AbortController();
process.once('SIGINT', () => controller.abort());
process.once('SIGTERM', () => controller.abort());
/** Whoever reads the output may stop reading; the work goes on. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
process.exitCode = await main(process.argv.slice(2), processIo, controller.signal);
