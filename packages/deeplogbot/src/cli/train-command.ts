import type { Command } from 'commander';
import { trainedText, trainModelFile } from '../commands/train-model.js';
import { DEFAULTS } from '../options.js';
import { type EngineFlags, engineOptions, number, type ProviderFlag } from './flags.js';
import type { Io } from './io.js';

interface Flags extends EngineFlags, ProviderFlag {
  readonly features: string;
  readonly labels?: string;
  readonly output: string;
  readonly seed: number;
}

/** `deeplogbot train`: a model file out of a feature table and labels. */
export function addTrainCommand(command: Command, io: Io): void {
  command
    .description('fit a model for the deep method on labelled rows of a feature table')
    .requiredOption('--features <file>', 'feature table, CSV or Parquet')
    .option('--labels <file>', 'key and label; left out if the feature table has a column label')
    .requiredOption('-o, --output <file>', 'model file, JSON')
    .option('--seed <n>', 'seed of every draw', number, DEFAULTS.randomState)
    .action(async (flags: Flags) => {
      const { features, labels, output, provider, seed } = flags;
      const trained = await trainModelFile({
        features,
        output,
        provider,
        randomState: seed,
        ...engineOptions(flags),
        ...(labels !== undefined && { labels }),
      });
      if (!flags.quiet) io.out(trainedText(trained));
    });
}
