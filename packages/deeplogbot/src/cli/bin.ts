#!/usr/bin/env node
import { processIo } from './io.js';
import { main } from './main.js';

/** The first interrupt asks the run to stop; the second ends the process. */
const controller = new AbortController();
process.once('SIGINT', () => controller.abort());
process.once('SIGTERM', () => controller.abort());
process.exitCode = await main(process.argv.slice(2), processIo, controller.signal);
