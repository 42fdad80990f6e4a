import { ConfigError, type Engine } from '@deeplogbot/core';
import { openEngine } from '@deeplogbot/core/node';
import { type Evaluation, evaluateLabels, type Probabilities } from '@deeplogbot/models';
import { type LoadedFeatures, readFeatureTable } from './feature-table.js';

export interface EvaluateVerdictsOptions {
  /** Verdicts as `classify` or a run writes them: `geo_location`, `label`, and `p_organic`, `p_bot`, `p_hub` where known. */
  readonly verdicts: string;
  /** `geo_location` and `label`, with the labels bot, hub and organic. */
  readonly labels: string;
  readonly engine?: 'auto' | 'native' | 'wasm';
}

export interface EvaluatedVerdicts {
  readonly evaluation: Evaluation;
  /** Labelled keys that have no verdict; they are in no figure. */
  readonly unmatched: readonly string[];
}

/** Measures delivered verdicts against labels, matched by key. */
export async function evaluateVerdicts(options: EvaluateVerdictsOptions): Promise<EvaluatedVerdicts> {
  const engine = await openEngine({ engine: options.engine ?? 'auto' });
  try {
    const truth = labelled(await readFeatureTable(engine, options.labels), options.labels);
    const verdicts = await readVerdicts(engine, options.verdicts);
    const matched = [...truth].filter(([key]) => verdicts.has(key));
    const found = matched.map(([key]) => verdicts.get(key)!);
    const probabilities = found.every((row) => row.p !== undefined)
      ? (found.map((row) => row.p) as unknown as Probabilities)
      : undefined;
    return {
      evaluation: evaluateLabels(
        matched.map(([, label]) => label),
        found.map((row) => row.label),
        probabilities,
      ),
      unmatched: [...truth.keys()].filter((key) => !verdicts.has(key)),
    };
  } finally {
    await engine.close();
  }
}

interface VerdictRow {
  readonly label: string;
  readonly p?: readonly [number, number, number];
}

async function readVerdicts(engine: Engine, file: string): Promise<ReadonlyMap<string, VerdictRow>> {
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
