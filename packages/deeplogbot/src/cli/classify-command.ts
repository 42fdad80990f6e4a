import type { Command } from 'commander';
import { classifyFeatures } from '../commands/classify-features.js';
import { DEFAULTS } from '../options.js';
import { type EngineFlags, engineOptions, number, type ProviderFlag } from './flags.js';
import type { Io } from './io.js';

interface Flags extends EngineFlags, ProviderFlag {
  readonly features: string;
  readonly output: string;
  readonly classificationMethod: string;
  readonly model?: string;
  readonly labels?: string;
  readonly rules: string;
  readonly contamination: number;
  readonly seed: number;
}

/** `deeplogbot classify`: verdicts on the rows of a feature table. */
export function addClassifyCommand(command: Command, io: Io): void {
  command
    .description('give the rows of a feature table verdicts')
    .requiredOption('--features <file>', 'feature table, CSV or Parquet')
    .requiredOption('-o, --output <file>', 'verdicts, CSV')
    .option('-m, --classification-method <name>', 'rules or deep', DEFAULTS.classificationMethod)
    .option('--model <file>', 'model file for deep; the provider has one of its own')
    .option('--labels <file>', 'labels of some keys, for deep')
    .option('--rules <name>', 'default, reference or a YAML file', DEFAULTS.rules)
    .option('-c, --contamination <share>', 'expected share of anomalous locations', number, DEFAULTS.contamination)
    .option('--seed <n>', 'seed of every draw', number, DEFAULTS.randomState)
    .action(async (flags: Flags) => {
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
        ...engineOptions(flags),
      });
      for (const warning of warnings) io.err(`note: ${warning}\n`);
      if (!flags.quiet) io.out(`wrote ${path}`);
    });
}
