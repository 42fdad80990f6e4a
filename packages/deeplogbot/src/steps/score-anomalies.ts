import type { FeatureTable, Provider } from '@deeplogbot/core';
import { atOnce } from '@deeplogbot/models';
import { type AnomalyOptions, grownSteps, withScores } from './anomaly.js';

/** Adds `anomaly_score` and `is_anomaly` (200 trees over the provider's anomaly features, standardised) to a table. */
export function scoreAnomalies(features: FeatureTable, provider: Provider, options: AnomalyOptions): FeatureTable {
  const { forest, columns } = atOnce(grownSteps(features, provider, options));
  return withScores(features, forest.scores(columns), options);
}
