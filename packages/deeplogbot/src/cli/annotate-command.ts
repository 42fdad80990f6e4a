import { nearestName, OutputError } from '@deeplogbot/core';
import { consoleSummary, plain } from '@deeplogbot/reports';
import type { Command } from 'commander';
import { type AnnotatorOptions, DEFAULTS } from '../options.js';
import { listProviders } from '../providers/builtin.js';
import { runBotAnnotator } from '../run-bot-annotator.js';
import {
  type EngineFlags,
  engineFlags,
  engineOptions,
  number,
  OPTIONS,
  type ProviderFlag,
  providerFlag,
} from './flags.js';
import { type HttpFlags, httpFlags, providerOf } from './http-flags.js';
import type { Io } from './io.js';
import { type NameFlags, nameFlags, namerOf } from './name-flags.js';
import { progressLine } from './progress-line.js';
import { runJson } from './run-json.js';
import { withStandardInput } from './standard-input.js';

/** `deeplogbot -i LOG`: the whole job. */
export function addAnnotateCommand(program: Command, io: Io, signal: AbortSignal): void {
  program
    .optionsGroup(OPTIONS)
    .option(
      '-i, --input <path...>',
      'log: file, several, glob or folder (Parquet, CSV, TSV, NDJSON, raw EBI log, access log); - is standard input, for access logs',
    )
    .option('-O, --output <file>', 'annotated Parquet file (also -out)')
    .option('-o, --output-dir <folder>', 'folder of the reports', DEFAULTS.outputDir);
  nameFlags(httpFlags(engineFlags(providerFlag(program))))
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
        const run = await withStandardInput(flags.input, io, piped, (paths, told) =>
          runBotAnnotator({
            ...annotatorOptions({ ...flags, input: [...paths] }),
            placeNamer: names?.namer,
            provider: typeof provider === 'string' ? provider : told(provider),
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

/** What the command line gives. */
interface Flags extends EngineFlags, HttpFlags, NameFlags, ProviderFlag {
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
    provider: flags.provider,
    ...engineOptions(flags),
  };
}
