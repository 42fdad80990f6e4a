import { ConfigError, DeepLogBotError } from '@deeplogbot/core';
import { plain } from '@deeplogbot/reports';
import type { Io } from './io.js';

/** 1 failed, 2 asked for what cannot be done, 130 interrupted. */
export function exitCode(error: unknown): number {
  if (error instanceof DeepLogBotError && error.code === 'ABORTED') return 130;
  return error instanceof ConfigError ? 2 : 1;
}

/** An error as three lines: its code, what was asked and found, what to do. The stack only on request. */
export function printFailure(io: Io, error: unknown, debug: boolean): void {
  const known = error instanceof DeepLogBotError;
  const title = known ? `error ${error.code}` : 'error';
  const message = error instanceof Error ? error.message : String(error);
  const lines = [
    io.colour ? `\u001b[31m${title}\u001b[39m` : title,
    ...message.split('\n').map((line) => `  ${plain(line)}`),
    `  ${known ? error.hint : 'Run again with --debug and report what it prints.'}`,
  ];
  io.err(`${lines.join('\n')}\n`);
  if (debug && error instanceof Error) io.err(`${error.stack ?? ''}\n`);
}
