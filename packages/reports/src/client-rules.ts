import type { Reason, RunResult, Verdict } from '@deeplogbot/core';
import { withoutValues } from './reason-text.js';

/** What one rule found. */
export interface RuleCount {
  readonly id: string;
  /** The rule's sentence without the measured values. */
  readonly sentence: string;
  readonly clients: number;
  /** Clients that no other rule speaks against. */
  readonly alone: number;
  readonly requests: number;
}

/** The reasons that are pieces of evidence: those that have a weight. */
export const evidenceOf = (reasons: readonly Reason[]): readonly Reason[] =>
  reasons.filter(({ contribution }) => contribution !== undefined);

/** The same, most telling first: that a bot which hides calls itself a robot is what it hides behind, so that comes last. */
export function tellingEvidence({ reasons, subcategory }: Pick<Verdict, 'reasons' | 'subcategory'>): readonly Reason[] {
  const evidence = evidenceOf(reasons);
  if (subcategory !== 'impostor') return evidence;
  const isOwnWord = ({ id }: Reason) => id === 'ua_known_bot';
  return [...evidence.filter((reason) => !isOwnWord(reason)), ...evidence.filter(isOwnWord)];
}

/** What a learned method says of a feature is no rule. */
const isRule = ({ id }: Reason): boolean => !id.startsWith('feature:');

/** Clients per rule that fired, most first. */
export function ruleCounts({ verdicts, downloads }: Pick<RunResult, 'verdicts' | 'downloads'>): readonly RuleCount[] {
  const found = new Map<string, { id: string; sentence: string; clients: number; alone: number; requests: number }>();
  verdicts.rows.forEach(({ reasons }, i) => {
    const evidence = evidenceOf(reasons).filter(isRule);
    for (const { id, sentence } of evidence) {
      const rule = found.get(id) ?? { id, sentence: withoutValues(sentence), clients: 0, alone: 0, requests: 0 };
      rule.clients += 1;
      rule.alone += Number(evidence.length === 1);
      rule.requests += downloads[i]!;
      found.set(id, rule);
    }
  });
  return [...found.values()].sort((a, b) => b.clients - a.clients || (a.id < b.id ? -1 : 1));
}
