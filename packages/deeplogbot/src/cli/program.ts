import { nearestName, OutputError } from '@deeplogbot/core';
import { consoleSummary, plain } from '@deeplogbot/reports';
import { Command } from 'commander';
import { version } from '../../package.json';
import { classifyFeatures } from '../commands/classify-features.js';
import { featuresToFile } from '../commands/extract-to-file.js';
import { describeProvider, initProvider, rulesOf, validateProvider } from '../commands/providers.js';
import { type AnnotatorOptions, DEFAULTS } from '../options.js';
import { listProviders } from '../providers/builtin.js';
import { runBotAnnotator } from '../run-bot-annotator.js';
import { addDiffCommand } from './diff-command.js';
import { docsFolder } from './docs-folder.js';
import { addEvaluateCommand } from './evaluate-command.js';
import { engineFlags, number, OPTIONS } from './flags.js';
import { type HttpFlags, httpFlags, providerOf } from './http-flags.js';
import type { Io } from './io.js';
import { type NameFlags, nameFlags, namerOf } from './name-flags.js';
import { progressLine } from './progress-line.js';
import { addRecordsCommand } from './records-command.js';
import { runJson } from './run-json.js';
import { withStandardInput } from './standard-input.js';
import { trainCommand } from './train-command.js';
import { addUsageCommand } from './usage-command.js';
import { watchCommand } from './watch-command.js';

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
  annotateCommand(program, io, signal);
  featuresCommand(program, io, signal);
  classifyCommand(program, io);
  trainCommand(engineFlags(program.command('train')), io);
  addEvaluateCommand(engineFlags(program.command('evaluate')), io, signal);
  addUsageCommand(engineFlags(program.command('usage')), io);
  addRecordsCommand(engineFlags(program.command('records')), io, signal);
  watchCommand(program, io, signal);
  addDiffCommand(engineFlags(program.command('diff')), io);
  providersCommand(program, io);
  return program;
}

function annotateCommand(program: Command, io: Io, signal: AbortSignal): void {
  program
    .optionsGroup(OPTIONS)
    .option(
      '-i, --input <path...>',
      'log: file, several, glob or folder (Parquet, CSV, TSV, NDJSON, raw EBI log, access log); - is standard input, for access logs',
    )
    .option('-O, --output <file>', 'annotated Parquet file (also -out)')
    .option('-o, --output-dir <folder>', 'folder of the reports', DEFAULTS.outputDir);
  nameFlags(httpFlags(engineFlags(program)))
    .option('-m, --classification-method <name>', 'rules or deep', DEFAULTS.classificationMethod)
    .option('--model <file>', 'model file for deep; the provider has one of its own')
    .option('--labels <file>', 'labels of some keys, for deep')
    .option('-c, --contamination <share>', 'expected share of anomalous locations', number, DEFAULTS.contamination)
    .option(
      '-s, --sample-size <rows>',
      'use about so many rows, whole locations only; writes no annotated file',
      number,
    )
    .option('--output-strategy <name>', 'new_file, overwrite or reports_only', DEFAULTS.outputStrategy)
    .option('--reports-only', 'the same as --output-strategy reports_only')
    .option('--min-location-downloads <n>', 'locations with fewer downloads get no verdict', number)
    .option('--compute-importances', 'write which features drive the anomaly score')
    .option(
      '--group-radius-km <km>',
      'locations of a class and country so near are one place in the reports, 0 = off',
      number,
      DEFAULTS.groupRadiusKm,
    )
    .option('--rules <name>', 'default, reference or a YAML file', DEFAULTS.rules)
    .option('--definitions <name>', 'clean or reference', DEFAULTS.definitions)
    .option('--seed <n>', 'seed of every draw', number, DEFAULTS.randomState)
    .option('--profile <file>', 'write time, memory and rows of every step as JSON, and a picture (.svg) beside it')
    .option('--resume', 'keep finished steps in the output folder, and go on from those of a killed run')
    .option('--state <folder>', 'keep the events of each file there; later runs read new files only and cover all')
    .option('--json', 'print the result as JSON')
    .option('--list-providers', 'print the shipped providers and stop')
    .action(async (flags: Flags, command: Command) => {
      if (flags.listProviders) return io.out(['Providers', ...listProviders().map((name) => `  - ${name}`)].join('\n'));
      if (!flags.input || command.args.length > 0) return void command.error(misuse(command), { exitCode: 2 });
      const names = await namerOf(flags);
      const progress = progressLine(io);
      try {
        const provider = await providerOf(flags.provider, flags);
        const piped = { provider: flags.provider, signal, tempDirectory: flags.tempDirectory };
        const run = await withStandardInput(flags.input, io, piped, (paths) =>
          runBotAnnotator({
            ...annotatorOptions({ ...flags, input: [...paths] }),
            placeNamer: names?.namer,
            provider,
            signal,
            ...(flags.quiet ? {} : { onProgress: progress.show }),
          }),
        );
        await names?.save();
        progress.done();
        if (flags.json) io.out(JSON.stringify(runJson(run), null, 2));
        else if (!flags.quiet) io.out(consoleSummary(run));
        refuseFailedReports(run.warnings);
      } finally {
        progress.done();
      }
    });
}

/** A run goes on without a report that fails; the exit code tells. */
function refuseFailedReports(warnings: readonly string[]): void {
  const failed = warnings.filter((warning) => warning.startsWith('report "'));
  if (failed.length === 0) return;
  throw new OutputError('REPORT_FAILED', failed.join('\n'), {
    hint: 'The other files are whole. Put right what is named here, and run it again.',
  });
}

/** A word that is no command is more likely a misspelt one than a missing input. */
function misuse(command: Command): string {
  const [word] = command.args;
  if (word === undefined) return 'error: no input; name a log with -i, or see --help';
  const near = nearestName(
    word,
    command.commands.map((sub) => sub.name()),
  );
  return `error: unknown command "${plain(word)}"${near ? `\n(Did you mean ${near}?)` : '; a log is named with -i'}`;
}

interface Flags extends HttpFlags, NameFlags {
  readonly input?: string[];
  readonly output?: string;
  readonly outputDir: string;
  readonly classificationMethod: string;
  readonly model?: string;
  readonly labels?: string;
  readonly contamination: number;
  readonly sampleSize?: number;
  readonly outputStrategy: string;
  readonly reportsOnly?: boolean;
  readonly minLocationDownloads?: number;
  readonly computeImportances?: boolean;
  readonly groupRadiusKm: number;
  readonly rules: string;
  readonly definitions: string;
  readonly seed: number;
  readonly resume?: boolean;
  readonly profile?: string;
  readonly state?: string;
  readonly json?: boolean;
  readonly listProviders?: boolean;
  readonly engine: 'auto' | 'native' | 'wasm';
  readonly memoryLimit?: string;
  readonly tempDirectory?: string;
  readonly threads?: number;
  readonly provider: string;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

/** Flags to options; what they hold is checked by `runBotAnnotator` itself. */
function annotatorOptions(flags: Flags): AnnotatorOptions {
  return {
    input: flags.input!.length === 1 ? flags.input![0]! : flags.input!,
    outputParquet: flags.output,
    outputDir: flags.outputDir,
    classificationMethod: flags.classificationMethod as 'rules',
    model: flags.model,
    labels: flags.labels,
    contamination: flags.contamination,
    sampleSize: flags.sampleSize,
    outputStrategy: (flags.reportsOnly ? 'reports_only' : flags.outputStrategy) as 'new_file',
    minLocationDownloads: flags.minLocationDownloads,
    computeImportances: flags.computeImportances,
    groupRadiusKm: flags.groupRadiusKm,
    rules: flags.rules,
    definitions: flags.definitions as 'clean',
    randomState: flags.seed,
    resume: flags.resume,
    profile: flags.profile,
    stateDir: flags.state,
    engine: flags.engine,
    memoryLimit: flags.memoryLimit,
    tempDirectory: flags.tempDirectory,
    threads: flags.threads,
    provider: flags.provider,
  };
}

function featuresCommand(program: Command, io: Io, signal: AbortSignal): void {
  httpFlags(engineFlags(program.command('features')))
    .description('write the features of each location of a log')
    .requiredOption('-i, --input <path...>', 'log: file, several, glob or folder')
    .requiredOption('-o, --output <file>', 'feature table, CSV')
    .option('--definitions <name>', 'clean or reference', 'clean')
    .option('--min-location-downloads <n>', 'leave out locations with fewer downloads', number)
    .action(async (flags: Flags & { output: string }) => {
      const { path, rows } = await featuresToFile({
        ...flags,
        provider: await providerOf(flags.provider, flags),
        input: flags.input!,
        definitions: flags.definitions as 'clean',
        signal,
      });
      if (!flags.quiet) io.out(`${rows} locations, wrote ${path}`);
    });
}

function classifyCommand(program: Command, io: Io): void {
  engineFlags(program.command('classify'))
    .description('give the rows of a feature table verdicts')
    .requiredOption('--features <file>', 'feature table, CSV or Parquet')
    .requiredOption('-o, --output <file>', 'verdicts, CSV')
    .option('-m, --classification-method <name>', 'rules or deep', DEFAULTS.classificationMethod)
    .option('--model <file>', 'model file for deep; the provider has one of its own')
    .option('--labels <file>', 'labels of some keys, for deep')
    .option('--rules <name>', 'default, reference or a YAML file', DEFAULTS.rules)
    .option('-c, --contamination <share>', 'expected share of anomalous locations', number, DEFAULTS.contamination)
    .option('--seed <n>', 'seed of every draw', number, DEFAULTS.randomState)
    .action(async (flags: Flags & { features: string; output: string }) => {
      const { path, warnings } = await classifyFeatures({
        features: flags.features,
        output: flags.output,
        provider: flags.provider,
        classificationMethod: flags.classificationMethod as 'rules',
        model: flags.model,
        labels: flags.labels,
        rules: flags.rules,
        contamination: flags.contamination,
        randomState: flags.seed,
        engine: flags.engine,
      });
      for (const warning of warnings) io.err(`note: ${warning}\n`);
      if (!flags.quiet) io.out(`wrote ${path}`);
    });
}

function providersCommand(program: Command, io: Io): void {
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
