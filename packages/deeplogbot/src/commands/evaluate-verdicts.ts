import { ConfigError, type Engine, type EngineOptions } from '@deeplogbot/core';
import { openEngine } from '@deeplogbot/core/node';
import { type Evaluation, evaluateLabels, type Predictions, type Probabilities } from '@deeplogbot/models';
import { type LoadedFeatures, readFeatureTable } from './feature-table.js';

export interface EvaluateVerdictsOptions extends EngineOptions {
  /** Verdicts as `classify` or a run writes them: `geo_location`, `label`, and `p_organic`, `p_bot`, `p_hub` where known. */
  readonly verdicts: string;
  /** `geo_location` and `label`, with the labels bot, hub and organic. */
  readonly labels: string;
  /** Seed of the bootstrap. @defaultValue 42 */
  readonly randomState?: number;
  readonly engine?: 'auto' | 'native' | 'wasm';
}

export interface EvaluatedVerdicts {
  readonly evaluation: Evaluation;
  /** Labelled keys that have no verdict; they are in no figure. */
  readonly unmatched: readonly string[];
}

/**
 * Measures delivered verdicts against labels, matched by key.
 *
 * @throws ConfigError `NO_COMMON_KEYS`, `MISSING_LABEL_COLUMN`, `CONTRADICTING_LABELS`, `UNKNOWN_LABEL`,
 * `INVALID_PROBABILITIES`.
 */
export async function evaluateVerdicts(options: EvaluateVerdictsOptions): Promise<EvaluatedVerdicts> {
  const engine = await openEngine(options);
  try {
    const truth = await readTruth(engine, options.labels);
    const verdicts = await readVerdicts(engine, options.verdicts);
    const keys = [...truth.keys()].filter((key) => verdicts.has(key));
    requireCommonKeys(keys, [options.labels, options.verdicts]);
    const { labels, probabilities } = predictionsOf(verdicts, keys);
    const truths = keys.map((key) => truth.get(key)!);
    return {
      evaluation: evaluateLabels(truths, labels, probabilities, { randomState: options.randomState ?? 42 }),
      unmatched: [...truth.keys()].filter((key) => !verdicts.has(key)),
    };
  } finally {
    await engine.close();
  }
}

/** @throws ConfigError `NO_COMMON_KEYS` that names the files. */
export function requireCommonKeys(keys: readonly string[], files: readonly string[]): void {
  if (keys.length > 0) return;
  throw new ConfigError('NO_COMMON_KEYS', `No key is in all of ${files.join(', ')}.`, {
    hint: 'Are the keys spelt alike in the files?',
  });
}

/** Labels of the keys, in their order; probabilities where every one of them has some. */
export function predictionsOf(verdicts: ReadonlyMap<string, VerdictRow>, keys: readonly string[]): Predictions {
  const found = keys.map((key) => verdicts.get(key)!);
  const labels = found.map((row) => row.label);
  if (found.some((row) => row.p === undefined)) return { labels };
  return { labels, probabilities: found.map((row) => row.p!) satisfies Probabilities };
}

/** True labels by key. */
export async function readTruth(engine: Engine, file: string): Promise<ReadonlyMap<string, string>> {
  return labelled(await readFeatureTable(engine, file), file);
}

/** A delivered label and, where the file has them, probabilities in the order of `CLASSES`. */
export interface VerdictRow {
  readonly label: string;
  readonly p?: readonly [number, number, number];
}

/** Verdicts by key. */
export async function readVerdicts(engine: Engine, file: string): Promise<ReadonlyMap<string, VerdictRow>> {
  const table = await readFeatureTable(engine, file);
  const [organic, bot, hub] = ['p_organic', 'p_bot', 'p_hub'].map((name) => table.features.get(name));
  const labels = labelled(table, file);
  const rows = table.features.keys.map((key, i): [string, VerdictRow] => {
    const label = labels.get(key)!;
    return [key, organic && bot && hub ? { label, p: [organic[i]!, bot[i]!, hub[i]!] } : { label }];
  });
  return new Map(rows);
}

/** Key → label; a key that stands there twice with different labels is refused. */
function labelled({ features, textColumns }: LoadedFeatures, file: string): ReadonlyMap<string, string> {
  const labels = textColumns.label;
  if (!labels) {
    throw new ConfigError(
      'MISSING_LABEL_COLUMN',
      `${file} has no column "label". It has: ${Object.keys(textColumns).join(', ')}.`,
      { hint: 'Name the column of labels "label".' },
    );
  }
  const byKey = new Map<string, string>();
  features.keys.forEach((key, i) => {
    const known = byKey.get(key);
    if (known !== undefined && known !== labels[i]) {
      throw new ConfigError(
        'CONTRADICTING_LABELS',
        `${file} labels ${JSON.stringify(key)} both ${known} and ${labels[i]}.`,
        { hint: 'Keep one row per key.' },
      );
    }
    byKey.set(key, labels[i] ?? '');
  });
  return byKey;
}
