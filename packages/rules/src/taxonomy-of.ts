import type { ClassName, FeatureTable } from '@deeplogbot/core';
import { columnsOf } from './evaluate.js';
import { subcategories } from './taxonomy.js';
import type { RuleSet } from './types.js';

/** Level 3 of a rule set, for classifiers that find the label in another way: the subcategory of a row and its label. */
export function taxonomyOf(
  rules: RuleSet,
): (features: FeatureTable) => (row: number, label: ClassName) => string | null {
  return (features) => subcategories(rules, columnsOf(features)).nameOf;
}
