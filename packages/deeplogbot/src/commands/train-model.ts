import { basename, dirname } from 'node:path';
import { CLASSES, ConfigError, type EngineOptions } from '@deeplogbot/core';
import { openEngine, openOutputDir } from '@deeplogbot/core/node';
import { modelToText, type TrainedModel, trainModel } from '@deeplogbot/models';
import { loadProvider } from '../providers/load-provider.js';
import { readLabels } from '../steps/read-labels.js';
import { readFeatureTable } from './feature-table.js';

export interface TrainModelOptions extends EngineOptions {
  /** Feature table, CSV or Parquet, as `features` writes it. */
  readonly features: string;
  /** Key and label. @defaultValue the feature table itself, if it has a column `label` */
  readonly labels?: string;
  /** The model file. */
  readonly output: string;
  readonly provider?: string;
  readonly randomState?: number;
  readonly engine?: 'auto' | 'native' | 'wasm';
}

/** A model file that was written. */
export interface TrainedFile {
  readonly path: string;
  readonly model: TrainedModel;
  /** Labels for keys that the feature table does not have. */
  readonly unmatched: number;
  /** What was odd about the rows of the labels. */
  readonly warnings: readonly string[];
}

/** Fits a model on labelled rows of a feature table and writes it; the same input and seed give the same bytes. */
export async function trainModelFile(options: TrainModelOptions): Promise<TrainedFile> {
  const { provider } = await loadProvider(options.provider ?? 'ebi');
  const target = await openOutputDir(dirname(options.output));
  const engine = await openEngine(options);
  try {
    const { features } = await readFeatureTable(engine, options.features);
    const { byKey: labels, warnings } = await readLabels(options.labels ?? options.features, engine);
    const known = features.keys.map((key) => labels.get(key) ?? null);
    const matched = new Set(features.keys.filter((key) => labels.has(key))).size;
    if (matched === 0) {
      throw new ConfigError(
        'NO_LABEL_MATCHES',
        `None of the ${labels.size} labels is for a key of the feature table.`,
        {
          hint: 'Are the keys spelt alike in both files?',
        },
      );
    }
    const { randomState = 42 } = options;
    const source = basename(options.labels ?? options.features);
    const model = trainModel(features, { labels: known, provider: provider.name, randomState, source });
    const path = await target.write(basename(options.output), modelToText(model));
    return { path, model, unmatched: labels.size - matched, warnings };
  } finally {
    await engine.close();
  }
}

/** A line about a model for the person who trained it, and one for each thing that was odd. */
export function trainedText({ path, model, unmatched, warnings }: TrainedFile): string {
  const counts = CLASSES.map((name) => `${name} ${model.manifest.labels[name]}`).join(', ');
  const lost = unmatched > 0 ? `, ${unmatched} labels matched no row` : '';
  const first = `${model.manifest.rows} labels (${counts})${lost}, ${model.features.length} features, wrote ${path}`;
  return [first, ...warnings.map((warning) => `  note: ${warning}`)].join('\n');
}
