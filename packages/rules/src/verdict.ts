import { type ClassName, categoriesOf, insufficientEvidence, type Reason, type Verdict } from '@deeplogbot/core';
import { formulaConfidence, probabilities } from './confidence.js';
import { OUTCOMES } from './decide.js';
import { type Evaluation, proof } from './evaluate.js';
import type { Run } from './run-rules.js';
import type { RuleSet } from './types.js';

/** The verdict of a row, with the rules that speak for it as reasons where it is wanted in words. */
export function verdictOf(run: Run, row: number, inWords = true): Verdict {
  const { rules, columns } = run;
  const at = (name: string) => columns.get(name)?.[row] ?? Number.NaN;
  const outcome = OUTCOMES[run.hub.outcome[row]!]!;
  const total = at('total_downloads');
  if (outcome === 'unmeasurable') return insufficientEvidence(unmeasurable());
  if (rules.minimumDownloads > 0 && !(total >= rules.minimumDownloads)) {
    return insufficientEvidence(tooFew(total, rules.minimumDownloads));
  }
  const fired = decidingRules(run, row, outcome);
  const confidence = confidenceOf(run, row, outcome, fired, at);
  return {
    ...categoriesOf(outcome),
    subcategory: run.levels.nameOf(row, outcome),
    confidence,
    probabilities: probabilities(rules, outcome, confidence),
    reasons: inWords ? reasonsOf(run, row, fired, outcome, at) : [],
    needsReview:
      confidence < rules.review.below ||
      (rules.review.anomalousOrganic && outcome === 'organic' && at('is_anomaly') === 1),
  };
}

/** What speaks for automation, then the rules that fired, or the fallback where none did. */
const reasonsOf = (run: Run, row: number, fired: readonly Evaluation[], outcome: ClassName, at: At): Reason[] => [
  ...evidenceReasons(run, row, at),
  ...(fired.length > 0 ? fired.map((rule) => ruleReason(rule, at)) : [fallbackReason(run.rules, outcome, at)]),
];

/** Patterns that fired for the outcome, the most specific level and the highest priority first. */
function decidingRules(run: Run, row: number, outcome: ClassName): readonly Evaluation[] {
  const candidates = run.hub.change[row] === 0 ? run.deciding[outcome] : run.hub.evaluations;
  return candidates.filter(({ mask }) => mask[row] === 1);
}

/** What speaks for automation, the weightiest first. */
const evidenceReasons = (run: Run, row: number, at: At): Reason[] =>
  run.weighed
    .filter(({ mask }) => mask[row] === 1)
    .sort((a, b) => b.weight - a.weight)
    .map((evidence) => ({ ...ruleReason(evidence, at), contribution: evidence.weight }));

type At = (name: string) => number;

function confidenceOf(run: Run, row: number, label: ClassName, fired: readonly Evaluation[], at: At): number {
  const { method, fallback, hubRules } = run.rules.confidence;
  if (method === 'formula') {
    return formulaConfidence(label, at('unique_users'), at('downloads_per_user'), at('working_hours_ratio'));
  }
  if (run.hub.change[row] !== 0) return hubRules;
  if (method === 'evidence' && label !== 'hub') {
    const score = at('evidence_score');
    return label === 'bot' ? score : 1 - score;
  }
  const stated = fired.flatMap(({ pattern }) => pattern.confidence ?? []);
  return stated.length > 0 ? Math.max(...stated) : fallback;
}

const shown = (value: number): string => String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));

function ruleReason({ pattern }: Evaluation, at: At): Reason {
  const leaves = proof(pattern.condition, at) ?? [];
  const [first] = leaves;
  const evidence = leaves
    .map(({ feature, operator, value }) => `${feature} ${shown(at(feature))} ${operator} ${value}`)
    .join(', ');
  if (!first) return { id: pattern.id, sentence: pattern.reason };
  const reason = pattern.reason.endsWith('.') ? pattern.reason.slice(0, -1) : pattern.reason;
  return {
    id: pattern.id,
    feature: first.feature,
    value: at(first.feature),
    threshold: first.value,
    sentence: `${reason} (${evidence}).`,
  };
}

function fallbackReason(rules: RuleSet, label: ClassName, at: At): Reason {
  const users = at('unique_users');
  const perUser = at('downloads_per_user');
  const facts = `${shown(users)} users with ${shown(perUser)} downloads each`;
  const byUsers = label === 'organic';
  return {
    id: `fallback:${label}`,
    feature: byUsers ? 'unique_users' : 'downloads_per_user',
    value: byUsers ? users : perUser,
    threshold: byUsers ? rules.fallback.organic_max_users : rules.fallback.hub_min_dl_per_user,
    sentence: `No rule matched; ${facts} is what the fallback calls ${label}.`,
  };
}

const unmeasurable = (): Reason => ({
  id: 'insufficient_evidence',
  feature: 'unique_users',
  sentence: 'No rule matched and the number of users is not known.',
});

const tooFew = (total: number, minimum: number): Reason => ({
  id: 'insufficient_evidence',
  feature: 'total_downloads',
  ...(!Number.isNaN(total) && { value: total }),
  threshold: minimum,
  sentence: Number.isNaN(total)
    ? 'The number of downloads is not known.'
    : `Only ${shown(total)} downloads; the rules ask for at least ${minimum}.`,
});
