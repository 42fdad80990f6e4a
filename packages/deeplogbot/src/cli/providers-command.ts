import type { Command } from 'commander';
import { describeProvider, initProvider, rulesOf, validateProvider } from '../commands/providers.js';
import { listProviders } from '../providers/builtin.js';
import type { Io } from './io.js';

/** `deeplogbot providers`: list, show, check and begin providers. */
export function addProvidersCommand(program: Command, io: Io): void {
  const providers = program
    .command('providers')
    .description('list, show, check and begin providers; print their rules');
  providers
    .command('list')
    .description('names of the shipped providers')
    .action(() => io.out(listProviders().join('\n')));
  providers
    .command('show <name>')
    .description('columns, rules and features of a provider')
    .action(async (name: string) => io.out(await describeProvider(name)));
  providers
    .command('rules <name> [set]')
    .description('print a rule set of a provider, to be copied and changed')
    .action(async (name: string, set = 'default') => io.out((await rulesOf(name, set)).trimEnd()));
  providers
    .command('validate <folder>')
    .description('check a provider folder')
    .action(async (folder: string) => io.out(await validateProvider(folder)));
  providers
    .command('init <folder>')
    .description('write a provider folder to begin with')
    .action(async (folder: string) => io.out((await initProvider(folder)).map((file) => `wrote ${file}`).join('\n')));
}
