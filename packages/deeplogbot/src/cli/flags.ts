import { ConfigError } from '@deeplogbot/core';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULTS } from '../options.js';

/** Reads a number; commander shows the message beside the flag. */
export const number = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
};

/** Heading of the flags of a command itself, in its help. */
export const OPTIONS = 'Options:';

/** What {@link providerFlag} gives. */
export interface ProviderFlag {
  readonly provider: string;
}

/** What {@link engineFlags} give. */
export interface EngineFlags {
  readonly quiet?: boolean;
  readonly debug?: boolean;
  readonly engine: 'auto' | 'native' | 'wasm';
  readonly memoryLimit?: string;
  readonly tempDirectory?: string;
  readonly threads?: number;
}

/** What a log is; of commands that read or judge one. */
export const providerFlag = (command: Command): Command =>
  command
    .optionsGroup(OPTIONS)
    .option('-p, --provider <name>', 'shipped provider, or a folder with a provider.yaml', DEFAULTS.provider);

/** Flags of every command that works with an engine. */
export const engineFlags = (command: Command): Command =>
  command
    .optionsGroup(OPTIONS)
    .option('--quiet', 'print no progress and no summary')
    .option('--debug', 'print the stack of an error')
    .optionsGroup('Engine:')
    .addOption(new Option('--engine <name>', 'SQL engine').choices(['auto', 'native', 'wasm']).default('auto'))
    .option('--memory-limit <size>', 'memory to keep to, for example 4GB')
    .option('--temp-directory <folder>', 'where the native engine may spill (default: the system’s)')
    .option('--threads <n>', 'threads of the native engine, 0 = all cores', number)
    .optionsGroup(OPTIONS);

/** What an engine is opened with, of all flags of a command. */
export const engineOptions = ({ engine, memoryLimit, tempDirectory, threads }: EngineFlags) => ({
  engine,
  memoryLimit,
  tempDirectory,
  threads,
});

/** The flag `-p` of commands for access logs alone. */
export const httpOnlyFlag = (command: Command): Command => command.option('-p, --provider <name>', 'http', 'http');

/** @throws ConfigError with the code, where another provider is named than the one that there is. */
export function requireHttp(provider: string, code: string, sentence: string): void {
  if (provider === 'http') return;
  throw new ConfigError(code, `${sentence} Got -p ${JSON.stringify(provider)}.`, { hint: 'Use -p http.' });
}
