import { ConfigError } from '@deeplogbot/core';
import type { Command } from 'commander';
import { compareVerdicts } from '../commands/compare-verdicts.js';
import { crossValidateFeatures } from '../commands/cross-validate-features.js';
import { evaluateVerdicts } from '../commands/evaluate-verdicts.js';
import { DEFAULTS } from '../options.js';
import { comparisonText, crossValidationText, evaluationText } from './evaluation-text.js';
import { type EngineFlags, engineOptions, number } from './flags.js';
import type { Io } from './io.js';

interface EvaluateFlags extends EngineFlags {
  readonly labels: string;
  readonly verdicts?: string;
  readonly compare?: string;
  readonly features?: string;
  /** `true` where the flag has no number. */
  readonly cv?: number | true;
  readonly repeats?: number;
  readonly learningCurve?: boolean;
  readonly seed: number;
  readonly json?: boolean;
}

/** `deeplogbot evaluate`: verdicts against labels, two files of verdicts, or cross-validation of a feature table. */
export function addEvaluateCommand(command: Command, io: Io, signal: AbortSignal): void {
  command
    .description('measure verdicts against labels, compare two runs, or cross-validate the deep method')
    .requiredOption('--labels <file>', 'geo_location and label')
    .option('--verdicts <file>', 'verdicts, CSV or Parquet')
    .option('--compare <file>', 'verdicts of a second method or run, on the same keys')
    .option('--features <file>', 'feature table to cross-validate the deep method on')
    .option('--cv [folds]', 'cross-validate with so many folds, 5 if left out', number)
    .option('--repeats <n>', 'repeats of the cross-validation, 3 if left out', number)
    .option('--learning-curve', 'also macro-F1 at 20 to 100 % of the training labels')
    .option('--seed <n>', 'seed of every draw', number, DEFAULTS.randomState)
    .option('--json', 'print the measures as JSON, with the bins of a reliability diagram')
    .action(async (flags: EvaluateFlags) => io.out(await evaluated(flags, signal)));
}

async function evaluated(flags: EvaluateFlags, signal: AbortSignal): Promise<string> {
  checkFlags(flags);
  const { labels, verdicts, compare, features, seed: randomState } = flags;
  const engine = engineOptions(flags);
  const print = <T>(result: T, text: (result: T) => string) =>
    flags.json ? JSON.stringify(result, null, 2) : text(result);
  if (features !== undefined) {
    const folds = typeof flags.cv === 'number' ? { folds: flags.cv } : {};
    const repeats = flags.repeats === undefined ? {} : { repeats: flags.repeats };
    const learningCurve = flags.learningCurve ?? false;
    const options = { features, labels, ...folds, ...repeats, learningCurve, randomState, ...engine, signal };
    return print(await crossValidateFeatures(options), crossValidationText);
  }
  const options = { verdicts: verdicts!, labels, randomState, ...engine };
  return compare === undefined
    ? print(await evaluateVerdicts(options), evaluationText)
    : print(await compareVerdicts({ ...options, compare }), comparisonText);
}

/** No flag is left out of account in silence. */
function checkFlags(flags: EvaluateFlags): void {
  const needs = (flag: string, given: unknown, other: string, there: unknown) => {
    if (given !== undefined && there === undefined) throw missing(`${flag} needs ${other}.`);
  };
  if (flags.verdicts === undefined && flags.features === undefined && flags.compare === undefined) {
    throw missing('There is nothing to measure: neither --verdicts nor --features is given.');
  }
  needs('--features', flags.features, '--cv', flags.cv);
  needs('--cv', flags.cv, '--features', flags.features);
  needs('--repeats', flags.repeats, '--cv', flags.cv);
  needs('--learning-curve', flags.learningCurve, '--cv', flags.cv);
  needs('--compare', flags.compare, '--verdicts', flags.verdicts);
  if (flags.features === undefined || flags.verdicts === undefined) return;
  throw new ConfigError('CONFLICTING_FLAGS', '--features is cross-validated, --verdicts are measured as they are.', {
    hint: 'Give one of the two.',
  });
}

const missing = (message: string): ConfigError =>
  new ConfigError('MISSING_FLAG', message, {
    hint: 'Use --verdicts FILE, --verdicts FILE --compare FILE, or --features FILE --cv, each with --labels FILE.',
  });
