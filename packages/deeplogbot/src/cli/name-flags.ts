import { ConfigError } from '@deeplogbot/core';
import { chatNamer, nameCache, type PlaceNamer } from '@deeplogbot/reports/node';
import { type Command, Option } from 'commander';
import { OPTIONS } from './flags.js';

export interface NameFlags {
  readonly namesUrl?: string;
  readonly namesModel?: string;
  readonly namesApi: 'openai' | 'ollama';
  readonly namesCache?: string;
}

/** Where the key of the endpoint is looked for: a flag would stand in the list of processes. */
const KEY = 'DEEPLOGBOT_NAMES_KEY';

/** Flags that let a language model name places; without them nothing is sent. */
export const nameFlags = (command: Command): Command =>
  command
    .optionsGroup('Names of places by a language model:')
    .option(
      '--names-url <url>',
      `let a language model name places of several locations: whole URL of its chat call; country and cities are sent (key: ${KEY})`,
    )
    .option('--names-model <name>', 'model of --names-url')
    .addOption(
      new Option('--names-api <name>', 'what --names-url speaks').choices(['openai', 'ollama']).default('openai'),
    )
    .option('--names-cache <file>', 'JSON file of names that are known, so that a run asks only once')
    .optionsGroup(OPTIONS);

/** The namer that the flags ask for, and what keeps its answers; nothing where they ask for none. */
export async function namerOf(flags: NameFlags): Promise<{ readonly namer: PlaceNamer; save(): Promise<void> } | null> {
  const { namesUrl: url, namesModel: model, namesApi: api, namesCache: file } = flags;
  if (url === undefined && model === undefined && file === undefined) return null;
  if (url === undefined || model === undefined) {
    throw new ConfigError('INVALID_OPTION', '--names-url and --names-model go together.', {
      hint: 'Give both, or none of the --names flags.',
    });
  }
  const cache = file === undefined ? undefined : await nameCache(file);
  const apiKey = process.env[KEY];
  const namer = chatNamer({ url, model, api, ...(cache && { cache }), ...(apiKey && { apiKey }) });
  return { namer, save: async () => cache?.save() };
}
