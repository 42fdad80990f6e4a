import { type Classifier, checkAborted, nextTurn, type Verdict } from '@deeplogbot/core';
import { columnsByPart } from './evaluate.js';
import { rowSignatures } from './row-signature.js';
import { disabledWarnings, runRulesOn } from './run-rules.js';
import type { RuleSet } from './types.js';
import { verdictOf } from './verdict.js';

export interface RulesOptions {
  /** Say which rules fired as reasons; without, a verdict has none but why there is too little evidence. @defaultValue true */
  readonly inWords?: boolean;
}

/**
 * A classifier that applies a rule set: level 1 and 2 patterns, fallbacks, hub protection where the file has it, subcategory, and
 * for every key the rules that fired as reasons. Rules whose columns are missing are disabled and named in `warnings`.
 */
export function rulesClassifier(rules: RuleSet, { inWords = true }: RulesOptions = {}): Classifier {
  return {
    name: 'rules',
    classify: async (features, context) => {
      checkAborted(context, 'classify');
      const part = columnsByPart(features);
      const rows: Verdict[] = [];
      const [share, known] = [sharing(), new Map<string, Verdict>()];
      let run = runRulesOn(rules, part(0, Math.min(PART, features.rows)));
      for (let from = 0; from < features.rows; from += PART) {
        const columns = part(from, Math.min(from + PART, features.rows));
        if (from > 0) {
          await nextTurn();
          checkAborted(context, 'classify');
          run = runRulesOn(rules, columns);
        }
        const signature = rules.evidence.length > 0 ? rowSignatures(run) : undefined;
        for (let row = 0; row < columns.rows; row++) {
          const like = signature?.(row);
          const verdict = (like !== undefined && known.get(like)) || share(verdictOf(run, row, inWords));
          if (like !== undefined && known.size < MOST_KNOWN) known.set(like, verdict);
          rows.push(verdict);
          if (row % TURN === TURN - 1) {
            await nextTurn();
            checkAborted(context, 'classify');
          }
        }
      }
      context.onProgress?.({ step: 'classify', done: features.rows, total: features.rows, unit: 'locations' });
      return { method: 'rules', rows, warnings: disabledWarnings(run.evaluations) };
    },
  };
}

/** Rows that are evaluated at once: some 50 ms. */
const PART = 16_384;

/** Verdicts that are remembered for rows like theirs, where evidence is weighed; other rule sets read measures that no two keys share. */
const MOST_KNOWN = 20_000;

/** Rows put into words between two turns of the event loop: some 20 ms. */
const TURN = 2048;

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
