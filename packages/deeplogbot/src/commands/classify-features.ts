import { basename, dirname } from 'node:path';
import { ConfigError, type EngineOptions, reasonText, type Verdict } from '@deeplogbot/core';
import { openEngine, openOutputDir } from '@deeplogbot/core/node';
import { csvLines } from '@deeplogbot/reports';
import { loadProvider } from '../providers/load-provider.js';
import { classify } from '../steps/classify.js';
import { resolveClassifier } from '../steps/resolve-classifier.js';
import { readFeatureTable } from './feature-table.js';

export interface ClassifyFeaturesOptions extends EngineOptions {
  /** Feature table, CSV or Parquet; features that it lacks are not measurable. */
  readonly features: string;
  /** The verdicts, CSV. */
  readonly output: string;
  readonly provider?: string;
  /** @defaultValue 'rules' */
  readonly classificationMethod?: 'rules' | 'deep';
  readonly rules?: string;
  /** Model file, for the deep method. @defaultValue the provider's own */
  readonly model?: string;
  /** Labels of some rows, for the deep method. */
  readonly labels?: string;
  readonly contamination?: number;
  readonly randomState?: number;
  readonly engine?: 'auto' | 'native' | 'wasm';
}

/** Classifies the rows of a feature table and writes one verdict per row, in its order; returns the path and the warnings. */
export async function classifyFeatures(
  options: ClassifyFeaturesOptions,
): Promise<{ readonly path: string; readonly warnings: readonly string[] }> {
  if (!options.output.endsWith('.csv')) {
    throw new ConfigError('INVALID_OPTION', `The verdicts are written as CSV; ${options.output} is not named so.`, {
      hint: 'Name the output FILE.csv.',
    });
  }
  const { provider } = await loadProvider(options.provider ?? 'ebi');
  const known = provider.extractors.flatMap((node) => Object.keys(node.columns));
  const { classificationMethod = 'rules', rules = 'default', model, labels } = options;
  const target = await openOutputDir(dirname(options.output));
  const engine = await openEngine(options);
  try {
    const choice = { classificationMethod, rules, ...(model && { model }), ...(labels && { labels }) };
    const classifier = await resolveClassifier(choice, provider, [...known, 'anomaly_score', 'is_anomaly'], engine);
    const { features, textColumns } = await readFeatureTable(engine, options.features);
    const { contamination = 0.15, randomState = 42 } = options;
    const verdicts = await classify(features, classifier, { contamination, randomState });
    const found = verdictColumns(verdicts.rows);
    const own = Object.entries(textColumns).filter(([name]) => !(name in found));
    const columns = { ...Object.fromEntries(own), ...found };
    const path = await target.write(basename(options.output), csvLines(Object.keys(columns), Object.values(columns)));
    return { path, warnings: verdicts.warnings };
  } finally {
    await engine.close();
  }
}

const verdictColumns = (rows: readonly Verdict[]) => ({
  label: rows.map((verdict) => verdict.label),
  confidence: rows.map((verdict) => orNull(verdict.confidence)),
  p_bot: rows.map((verdict) => orNull(verdict.probabilities[1])),
  p_hub: rows.map((verdict) => orNull(verdict.probabilities[2])),
  p_organic: rows.map((verdict) => orNull(verdict.probabilities[0])),
  needs_review: rows.map((verdict) => verdict.needsReview),
  reasons: rows.map(reasonText),
});

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
