import { type Classifier, type ClassifyContext, ConfigError, type FeatureTable, type Verdicts } from '@deeplogbot/core';

/** One verdict per row of the table. */
export async function classify(
  features: FeatureTable,
  classifier: Classifier,
  context: ClassifyContext,
): Promise<Verdicts> {
  const verdicts = await classifier.classify(features, context);
  if (verdicts.rows.length !== features.rows) {
    throw new ConfigError(
      'WRONG_VERDICT_COUNT',
      `Classifier "${classifier.name}" gave ${verdicts.rows.length} verdicts for ${features.rows} locations.`,
      {
        hint: 'A classifier returns one verdict per row of the feature table, in its order.',
      },
    );
  }
  return verdicts;
}
