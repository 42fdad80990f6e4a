import type { ClassName, FeatureTable } from '@deeplogbot/core';
import type { Outcome } from './decide.js';
import { type Columns, columnsOf, type Evaluation, evaluate } from './evaluate.js';
import type { RuleSet } from './types.js';

const DEFAULT_NAMES = { organic: 'individual_user', bot: 'generic_bot', hub: 'generic_automation' } as const;
const PARENT_OF = { organic: 'organic', bot: 'bot', legitimate_automation: 'hub' } as const;

/** Level 3: the first entry of the file whose parent is the row's outcome and whose pattern matches, else the parent's default. */
export function subcategories(
  rules: RuleSet,
  columns: Columns,
): { readonly nameOf: (row: number, outcome: Outcome) => string | null; readonly evaluations: readonly Evaluation[] } {
  const entries = rules.subcategories.map(({ parent, pattern }) => ({
    outcome: PARENT_OF[parent],
    evaluation: evaluate(pattern, columns),
  }));
  const nameOf = (row: number, outcome: Outcome) => {
    if (outcome === 'unmeasurable') return null;
    const found = entries.find((entry) => entry.outcome === outcome && entry.evaluation.mask[row] === 1);
    return found?.evaluation.pattern.id ?? DEFAULT_NAMES[outcome];
  };
  return { nameOf, evaluations: entries.map((entry) => entry.evaluation) };
}

/** Level 3 of a rule set, for classifiers that find the label in another way: the subcategory of a row and its label. */
export function taxonomyOf(
  rules: RuleSet,
): (features: FeatureTable) => (row: number, label: ClassName) => string | null {
  return (features) => subcategories(rules, columnsOf(features)).nameOf;
}
