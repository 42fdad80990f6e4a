import { CommanderError } from 'commander';
import { exitCode, printFailure } from './failure.js';
import { type Io, processIo } from './io.js';
import { createProgram } from './program.js';

/** Runs the command line and returns its exit code: 0, 1 failed, 2 usage, 130 interrupted. */
export async function main(
  argv: readonly string[],
  io: Io = processIo,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  const words = argv.map((word) => (word === '-out' ? '--output' : word));
  try {
    await createProgram(io, signal).parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (signal.aborted) {
      io.err('interrupted\n');
      return 130;
    }
    printFailure(io, error, words.includes('--debug'));
    return exitCode(error);
  }
}
