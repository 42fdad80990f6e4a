import {
  type Classifier,
  type ClassifyContext,
  type ClassName,
  categoriesOf,
  checkAborted,
  type FeatureTable,
  insufficientEvidence,
  type Reason,
  type Verdict,
} from '@deeplogbot/core';
import { formulaConfidence, probabilities } from './confidence.js';
import { applyHubRules, type Decision, decide, type HubOutcome, OUTCOMES } from './decide.js';
import { type Columns, columnsByPart, columnsOf, type Evaluation, proof } from './evaluate.js';
import { type Weighed, weighEvidence } from './evidence.js';
import { rowSignatures } from './row-signature.js';
import { subcategories } from './taxonomy.js';
import type { RuleSet, SectionName } from './types.js';

/**
 * A classifier that applies a rule set: level 1 and 2 patterns, fallbacks, hub protection where the file has it, subcategory, and
 * for every key the rules that fired as reasons. Rules whose columns are missing are disabled and named in `warnings`.
 */
export function rulesClassifier(rules: RuleSet): Classifier {
  return {
    name: 'rules',
    classify: async (features, context) => {
      checkAborted(context, 'classify');
      const part = columnsByPart(features);
      const rows: Verdict[] = [];
      const [share, known] = [sharing(), new Map<string, Verdict>()];
      let run = evaluatePart(rules, part(0, Math.min(PART, features.rows)));
      for (let from = 0; from < features.rows; from += PART) {
        const columns = part(from, Math.min(from + PART, features.rows));
        if (from > 0) run = evaluatePart(rules, columns);
        const signature = rules.evidence.length > 0 ? rowSignatures(run) : undefined;
        for (let row = 0; row < columns.rows; row++) {
          const like = signature?.(row);
          const verdict = (like !== undefined && known.get(like)) || share(verdictOf(run, row));
          if (like !== undefined && known.size < MOST_KNOWN) known.set(like, verdict);
          rows.push(verdict);
          if (row % TURN === TURN - 1) await turn(context);
        }
      }
      context.onProgress?.({ step: 'classify', done: features.rows, total: features.rows, unit: 'locations' });
      return { method: 'rules', rows, warnings: disabledWarnings(run.evaluations) };
    },
  };
}

/** Rows that are evaluated at once. */
const PART = 65_536;

/** Verdicts that are remembered for rows like theirs, where evidence is weighed; other rule sets read measures that no two keys share. */
const MOST_KNOWN = 20_000;

/** Rows put into words between two turns of the event loop: some 20 ms. */
const TURN = 2048;

/** Lets progress be shown and an abort be seen. */
async function turn(context: ClassifyContext): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
  checkAborted(context, 'classify');
}

/** Equal verdicts as one object: of a hundred thousand keys most are alike to the last number, and each takes 2 KB. */
function sharing(): (verdict: Verdict) => Verdict {
  const known = new Map<string, Verdict>();
  return (verdict) => {
    let key = `${verdict.label} ${verdict.subcategory} ${verdict.confidence} ${verdict.needsReview}`;
    for (const { id, value, threshold, sentence } of verdict.reasons)
      key += `\n${id} ${value} ${threshold} ${sentence}`;
    const found = known.get(key);
    if (!found) known.set(key, verdict);
    return found ?? verdict;
  };
}

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

export const evaluateAll = (rules: RuleSet, features: FeatureTable): Run => evaluatePart(rules, columnsOf(features));

/** The same for a part of its rows. */
function evaluatePart(rules: RuleSet, part: Columns): Run {
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

function verdictOf(run: Run, row: number): Verdict {
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
    reasons: [
      ...evidenceReasons(run, row, at),
      ...(fired.length > 0 ? fired.map((rule) => ruleReason(rule, at)) : [fallbackReason(rules, outcome, at)]),
    ],
    needsReview:
      confidence < rules.review.below ||
      (rules.review.anomalousOrganic && outcome === 'organic' && at('is_anomaly') === 1),
  };
}

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
