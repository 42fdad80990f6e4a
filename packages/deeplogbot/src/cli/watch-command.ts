import { type Command, InvalidArgumentError } from 'commander';
import { watch } from '../commands/watch.js';
import type { WatchEvent } from '../commands/window-judge.js';
import { httpOnlyFlag, type ProviderFlag, requireHttp } from './flags.js';
import { type HttpFlags, httpFlags, httpOptions } from './http-flags.js';
import type { Io } from './io.js';

const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
};

interface WatchFlags extends HttpFlags, ProviderFlag {
  readonly window?: number;
  readonly everyLines?: number;
  readonly everySeconds?: number;
}

/** JSON without the control characters that JSON leaves as they are and a terminal may obey. */
const asLine = (event: WatchEvent): string =>
  JSON.stringify(event).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** `tail -F access.log | deeplogbot watch -p http`: verdicts as NDJSON while the log is written. */
export function addWatchCommand(program: Command, io: Io, signal: AbortSignal): void {
  httpFlags(httpOnlyFlag(program.command('watch')))
    .description('judge the clients of an access log from standard input while it is written; prints NDJSON')
    .option('--window <lines>', 'so many of the latest lines count', positive)
    .option('--every-lines <n>', 'judge again after so many new lines', positive)
    .option('--every-seconds <n>', 'judge new lines after so many seconds at the latest', positive)
    .action(async (flags: WatchFlags) => {
      requireHttp(flags.provider, 'WATCH_PROVIDER', 'Only access logs can be watched.');
      const { window, everyLines, everySeconds } = flags;
      const everyMs = everySeconds === undefined ? undefined : everySeconds * 1000;
      const http = await httpOptions(flags);
      // Nobody reads the verdicts any more: there is nothing to go on for.
      const unread = new AbortController();
      process.stdout.once('error', () => unread.abort());
      const options = { http, window, everyLines, everyMs, signal: AbortSignal.any([signal, unread.signal]) };
      await watch(io.input ?? process.stdin, options, (event) => io.out(asLine(event)));
      // What pours the log in may go on for ever, and would keep the process alive.
      if (io.input === undefined) process.stdin.destroy();
    });
}
