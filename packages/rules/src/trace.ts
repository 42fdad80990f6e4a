import type { FeatureTable } from '@deeplogbot/core';
import { disabledWarnings, runRules } from './run-rules.js';
import type { RuleSet } from './types.js';

/** Which rules fired where. */
export interface RulesTrace {
  /** Ids of all patterns of every level that match the row, in the order of the file, whether or not they decided. */
  readonly fired: readonly (readonly string[])[];
  readonly summary: readonly RuleSummary[];
  readonly warnings: readonly string[];
}

/** How many rows a rule matches; `missing` names the columns for want of which it is disabled. */
export interface RuleSummary {
  readonly id: string;
  readonly rows: number;
  readonly missing: readonly string[];
}

/** Runs every pattern over a feature table and reports all matches, for debugging a rule file. */
export function rulesTrace(rules: RuleSet, features: FeatureTable): RulesTrace {
  const { evaluations } = runRules(rules, features);
  const fired: string[][] = Array.from({ length: features.rows }, () => []);
  const summary = evaluations.map(({ pattern, mask, missing }) => {
    let rows = 0;
    mask.forEach((hit, row) => {
      if (hit === 0) return;
      fired[row]!.push(pattern.id);
      rows++;
    });
    return { id: pattern.id, rows, missing };
  });
  return { fired, summary, warnings: disabledWarnings(evaluations) };
}
