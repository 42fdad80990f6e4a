import type { ClassName, FeatureTable } from '@deeplogbot/core';
import { applyHubRules, type Decision, decide, type HubOutcome } from './decide.js';
import { type Columns, columnsOf, type Evaluation } from './evaluate.js';
import { type Weighed, weighEvidence } from './evidence.js';
import { subcategories } from './taxonomy.js';
import type { RuleSet, SectionName } from './types.js';

/** Everything the rules say about a table, before it is put into words. */
export interface Run {
  readonly rules: RuleSet;
  readonly columns: Columns;
  readonly decision: Decision;
  readonly hub: HubOutcome;
  readonly levels: ReturnType<typeof subcategories>;
  readonly evaluations: readonly Evaluation[];
  /** Patterns that speak for a label, in the order in which they are reported. */
  readonly deciding: Readonly<Record<ClassName, readonly Evaluation[]>>;
  readonly weighed: readonly Weighed[];
}

/** Runs every pattern of a rule set over a feature table. */
export const runRules = (rules: RuleSet, features: FeatureTable): Run => runRulesOn(rules, columnsOf(features));

/** The same for a part of its rows. */
export function runRulesOn(rules: RuleSet, part: Columns): Run {
  const { columns, weighed, evaluations: evidence } = weighEvidence(rules, part);
  const decision = decide(rules, columns);
  const hub = applyHubRules(rules, columns, decision.outcome);
  const levels = subcategories(rules, columns);
  const evaluations = [
    ...evidence,
    ...Object.values(decision.sections).flat(),
    ...hub.evaluations,
    ...levels.evaluations,
  ];
  const byPriority = (name: SectionName) =>
    [...decision.sections[name]].sort((a, b) => b.pattern.priority - a.pattern.priority);
  const automated = byPriority('automated');
  const deciding = {
    organic: byPriority('organic'),
    bot: [...byPriority('bot'), ...automated],
    hub: [...byPriority('legitimate_automation'), ...automated],
  };
  return { rules, columns, decision, hub, levels, evaluations, deciding, weighed };
}

/** One sentence for all disabled rules, and what each would have to measure. */
export function disabledWarnings(evaluations: readonly Evaluation[]): string[] {
  const disabled = evaluations.filter(({ missing }) => missing.length > 0);
  if (disabled.length === 0) return [];
  const names = disabled.map(({ pattern, missing }) => `${pattern.id} (${[...new Set(missing)].join(', ')})`);
  return [`Rules that say nothing, because the log has not what they measure: ${names.join('; ')}.`];
}
