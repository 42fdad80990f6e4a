import type { ClassName } from './verdicts.js';

/**
 * How an importance was measured.
 *
 * - `permutation`: mean absolute change of the anomaly score when the feature's values are dealt out anew, in units of the score.
 * - `surrogate_gini`: share of the impurity that a forest, grown to tell anomalies from the rest, takes away by the feature; they sum to 1.
 * - `surrogate_permutation`: what the area under that forest's ROC curve loses when the feature's values are dealt out anew.
 * - `shap`: mean absolute Shapley value for the raw scores (log-odds) of the model that gave the verdicts.
 */
export type ImportanceKind = 'permutation' | 'surrogate_gini' | 'surrogate_permutation' | 'shap';

/** How much something relies on one feature. */
export interface FeatureImportance {
  readonly feature: string;
  /** In the unit of its {@link ImportanceKind}; of `shap` the mean of `byClass`. */
  readonly importance: number;
  /** The same for the score of each class; of `shap` only. */
  readonly byClass?: Readonly<Record<ClassName, number>>;
}

/** What one method or score relies on. */
export interface Importances {
  readonly kind: ImportanceKind;
  /** Keys that it was measured on. */
  readonly rows: number;
  /** Most important first; equal ones by name. */
  readonly features: readonly FeatureImportance[];
}

/** The features in the order of {@link Importances}. */
export const byImportance = (features: readonly FeatureImportance[]): FeatureImportance[] =>
  [...features].sort((a, b) => b.importance - a.importance || (a.feature < b.feature ? -1 : 1));
