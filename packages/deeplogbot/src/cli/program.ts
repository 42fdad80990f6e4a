import { Command } from 'commander';
import { version } from '../../package.json';
import { addAnnotateCommand } from './annotate-command.js';
import { addClassifyCommand } from './classify-command.js';
import { addDiffCommand } from './diff-command.js';
import { docsFolder } from './docs-folder.js';
import { addEvaluateCommand } from './evaluate-command.js';
import { addFeaturesCommand } from './features-command.js';
import { engineFlags, providerFlag } from './flags.js';
import type { Io } from './io.js';
import { addProvidersCommand } from './providers-command.js';
import { addRecordsCommand } from './records-command.js';
import { addTrainCommand } from './train-command.js';
import { addUsageCommand } from './usage-command.js';
import { addWatchCommand } from './watch-command.js';

const NOTES = `
Examples:
  deeplogbot -i log.parquet -o output/june
  deeplogbot -i 'logs/*.csv.gz' --reports-only
  deeplogbot -i log.parquet -m deep
  deeplogbot -i /var/log/nginx/ -p http
  zcat access.log.*.gz | deeplogbot -i - -p http
  deeplogbot -i log.parquet --output-strategy overwrite

Exit codes:
  0  done
  1  the input could not be read, an output not written, or the engine failed
  2  asked for what cannot be done: an unknown flag, value, provider or rule
  130  interrupted; nothing is left half-written

Environment:
  NO_COLOR  no colour where it has a value`;

const documentation = (folder: string | undefined): string =>
  folder === undefined ? NOTES : `${NOTES}\n\nDocumentation:\n  ${folder}`;

/** The command line of the project. Nothing is done until it is parsed. */
export function createProgram(io: Io, signal: AbortSignal): Command {
  const program = new Command('deeplogbot')
    .description('Tells bots, hubs and people apart in download logs and gives clean usage counts')
    .exitOverride()
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', () => documentation(docsFolder()))
    .enablePositionalOptions()
    .allowExcessArguments(true)
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text) })
    .showSuggestionAfterError(true);
  addAnnotateCommand(program, io, signal);
  addFeaturesCommand(engineFlags(providerFlag(program.command('features'))), io, signal);
  addClassifyCommand(engineFlags(providerFlag(program.command('classify'))), io);
  addTrainCommand(engineFlags(providerFlag(program.command('train'))), io);
  addEvaluateCommand(engineFlags(program.command('evaluate')), io, signal);
  addUsageCommand(engineFlags(providerFlag(program.command('usage'))), io);
  addRecordsCommand(engineFlags(program.command('records')), io, signal);
  addWatchCommand(program, io, signal);
  addDiffCommand(engineFlags(program.command('diff')), io);
  addProvidersCommand(program, io);
  return program;
}
