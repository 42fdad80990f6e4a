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

/** What {@link engineFlags} give. */
export interface EngineFlags {
  readonly provider: string;
  readonly quiet?: boolean;
  readonly debug?: boolean;
  readonly engine: 'auto' | 'native' | 'wasm';
  readonly memoryLimit?: string;
  readonly tempDirectory?: string;
  readonly threads?: number;
}

/** Flags that several commands have. */
export const engineFlags = (command: Command): Command =>
  command
    .optionsGroup(OPTIONS)
    .option('-p, --provider <name>', 'shipped provider, or a folder with a provider.yaml', DEFAULTS.provider)
    .option('--quiet', 'print no progress and no summary')
    .option('--debug', 'print the stack of an error')
    .optionsGroup('Engine:')
    .addOption(new Option('--engine <name>', 'SQL engine').choices(['auto', 'native', 'wasm']).default('auto'))
    .option('--memory-limit <size>', 'memory to keep to, for example 4GB')
    .option('--temp-directory <folder>', 'where the engine may spill (default: the system’s)')
    .option('--threads <n>', 'threads of the engine, 0 = all cores', number)
    .optionsGroup(OPTIONS);
