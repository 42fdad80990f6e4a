import { ConfigError, DeepLogBotError } from '@deeplogbot/core';
import { plain } from '@deeplogbot/reports';
import type { Io } from './io.js';

/** 1 failed, 2 asked for what cannot be done, 130 interrupted. */
export function exitCode(error: unknown): number {
  if (error instanceof DeepLogBotError && error.code === 'ABORTED') return 130;
  return error instanceof ConfigError ? 2 : 1;
}

/** Options whose flag has another name than theirs. */
const FLAGS: Readonly<Record<string, string>> = {
  folds: '--cv',
  format: '--log-format',
  input: '--input',
  itemPatterns: '--item-pattern',
  keepRawPath: '--keep-paths',
  maxMalformedRatio: '--max-malformed',
  outputParquet: '--output',
  ownHosts: '--own-host',
  pattern: '--log-pattern',
  randomState: '--seed',
  stateDir: '--state',
  trapPaths: '--trap-path',
  trustedProxies: '--trusted-proxy',
  viewPatterns: '--view-pattern',
};

/** A sentence about an option, with its flag in the place of its name. */
const byFlag = (sentence: string): string =>
  sentence.replace(/^((?:Correct |Set )?)([a-z]+[A-Za-z]*)(?= must |\.| to )/, (_, verb: string, name: string) => {
    const flag = FLAGS[name] ?? `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return verb + flag;
  });

/** An error as three lines: its code, what was asked and found, what to do. The stack only on request. */
export function printFailure(io: Io, error: unknown, debug: boolean): void {
  const known = error instanceof DeepLogBotError;
  const title = known ? `error ${error.code}` : 'error';
  const message = error instanceof Error ? error.message : String(error);
  const said = known && error.code === 'INVALID_OPTION' ? byFlag : (text: string) => text;
  const lines = [
    io.colour ? `\u001b[31m${title}\u001b[39m` : title,
    ...message.split('\n').map((line) => `  ${plain(said(line))}`),
    `  ${known ? said(error.hint) : 'Run again with --debug and report what it prints.'}`,
  ];
  io.err(`${lines.join('\n')}\n`);
  if (debug && error instanceof Error) io.err(`${error.stack ?? ''}\n`);
}
