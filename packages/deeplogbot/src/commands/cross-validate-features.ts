import { ConfigError, type EngineOptions, type RunControl } from '@deeplogbot/core';
import { openEngine } from '@deeplogbot/core/node';
import { type CrossValidation, crossValidate, type LearningPoint, learningCurve } from '@deeplogbot/models';
import { readLabels } from '../steps/read-labels.js';
import { requireCommonKeys } from './evaluate-verdicts.js';
import { readFeatureTable } from './feature-table.js';

export interface CrossValidateFeaturesOptions extends EngineOptions, RunControl {
  /** Feature table, CSV or Parquet, as `features` writes it. */
  readonly features: string;
  /** Key and label. */
  readonly labels: string;
  /** @defaultValue 5 */
  readonly folds?: number;
  /** @defaultValue 3 */
  readonly repeats?: number;
  /** Also the learning curve; takes five times as long again. @defaultValue false */
  readonly learningCurve?: boolean;
  /** @defaultValue 42 */
  readonly randomState?: number;
  readonly engine?: 'auto' | 'native' | 'wasm';
}

export interface CrossValidatedFeatures {
  readonly crossValidation: CrossValidation;
  readonly learningCurve?: readonly LearningPoint[];
  /** Labelled keys that the feature table does not have. */
  readonly unmatched: readonly string[];
}

/**
 * Cross-validates the deep method on the labelled rows of a feature table.
 *
 * @throws ConfigError `NO_COMMON_KEYS`, `DUPLICATE_KEY`, `TOO_FEW_ROWS_OF_CLASS`, `TOO_FEW_LABELS`, `INVALID_OPTION`, and those of the
 * labels; AbortedError.
 */
export async function crossValidateFeatures(options: CrossValidateFeaturesOptions): Promise<CrossValidatedFeatures> {
  const engine = await openEngine(options);
  try {
    const { features } = await readFeatureTable(engine, options.features);
    const { byKey: truth } = await readLabels(options.labels, engine);
    const known = new Set(features.keys);
    requireCommonKeys(
      [...truth.keys()].filter((key) => known.has(key)),
      [options.labels, options.features],
    );
    refuseTwice(features.keys.filter((key) => truth.has(key)));
    const { features: _file, learningCurve: withCurve = false, ...rest } = options;
    const settings = { ...rest, labels: features.keys.map((key) => truth.get(key) ?? null) };
    const crossValidation = await crossValidate(features, settings);
    return {
      crossValidation,
      ...(withCurve && { learningCurve: await learningCurve(features, settings) }),
      unmatched: [...truth.keys()].filter((key) => !known.has(key)),
    };
  } finally {
    await engine.close();
  }
}

/** A key in two folds would be judged by a model that saw it. */
function refuseTwice(keys: readonly string[]): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) {
      throw new ConfigError('DUPLICATE_KEY', `The feature table has ${JSON.stringify(key)} more than once.`, {
        hint: 'Keep one row per key.',
      });
    }
    seen.add(key);
  }
}
