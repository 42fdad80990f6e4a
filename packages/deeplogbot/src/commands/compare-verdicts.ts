import { openEngine } from '@deeplogbot/core/node';
import { type Comparison, compareLabels } from '@deeplogbot/models';
import {
  type EvaluateVerdictsOptions,
  predictionsOf,
  readTruth,
  readVerdicts,
  requireCommonKeys,
} from './evaluate-verdicts.js';

export interface CompareVerdictsOptions extends EvaluateVerdictsOptions {
  /** Verdicts of the second method or run, in the same form. */
  readonly compare: string;
}

export interface ComparedVerdicts {
  readonly comparison: Comparison;
  /** Labelled keys that one of the files has no verdict for; they are in no figure. */
  readonly unmatched: readonly string[];
}

/**
 * Measures two files of verdicts against the same labels, on the keys that all three have.
 *
 * @throws ConfigError `NO_COMMON_KEYS`, `MISSING_LABEL_COLUMN`, `CONTRADICTING_LABELS`, `UNKNOWN_LABEL`,
 * `INVALID_PROBABILITIES`.
 */
export async function compareVerdicts(options: CompareVerdictsOptions): Promise<ComparedVerdicts> {
  const engine = await openEngine(options);
  try {
    const truth = await readTruth(engine, options.labels);
    const first = await readVerdicts(engine, options.verdicts);
    const second = await readVerdicts(engine, options.compare);
    const keys = [...truth.keys()].filter((key) => first.has(key) && second.has(key));
    requireCommonKeys(keys, [options.labels, options.verdicts, options.compare]);
    const labels = keys.map((key) => truth.get(key)!);
    const { randomState = 42 } = options;
    return {
      comparison: compareLabels(labels, predictionsOf(first, keys), predictionsOf(second, keys), { randomState }),
      unmatched: [...truth.keys()].filter((key) => !(first.has(key) && second.has(key))),
    };
  } finally {
    await engine.close();
  }
}
