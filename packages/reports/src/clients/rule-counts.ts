import type { Reason, RunResult, Verdict } from '@deeplogbot/core';
import { withoutValues } from '../reason-text.js';
import { clientVerdict } from './verdicts.js';

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
const evidenceOf = (reasons: readonly Reason[]): readonly Reason[] =>
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
  for (const [{ reasons }, { clients, requests }] of countedVerdicts(verdicts.rows, downloads)) {
    const evidence = evidenceOf(reasons).filter(isRule);
    for (const { id, sentence } of evidence) {
      const rule = found.get(id) ?? { id, sentence: withoutValues(sentence), clients: 0, alone: 0, requests: 0 };
      rule.clients += clients;
      if (evidence.length === 1) rule.alone += clients;
      rule.requests += requests;
      found.set(id, rule);
    }
  }
  return [...found.values()].sort((a, b) => b.clients - a.clients || (a.id < b.id ? -1 : 1));
}

/** Clients and requests of each verdict as an object, in the order of their first client: a million clients share a few. */
function countedVerdicts(rows: readonly Verdict[], downloads: Float64Array) {
  const found = new Map<Verdict, { clients: number; requests: number }>();
  for (let row = 0; row < rows.length; row++) {
    const verdict = rows[row]!;
    const counted = found.get(verdict);
    if (counted) {
      counted.clients += 1;
      counted.requests += downloads[row]!;
    } else found.set(verdict, { clients: 1, requests: downloads[row]! });
  }
  return found;
}

/** What speaks most against clients of one verdict. */
export interface Cause {
  /** The rule's sentence without the measured values. */
  readonly sentence: string;
  readonly clients: number;
  readonly requests: number;
}

/** Clients of a verdict by the weightiest piece of evidence against each, most clients first; of a learned method by its first reason. */
export function causes(run: Pick<RunResult, 'verdicts' | 'downloads'>, verdict: string): readonly Cause[] {
  const found = new Map<string, { sentence: string; clients: number; requests: number }>();
  for (const [each, { clients, requests }] of countedVerdicts(run.verdicts.rows, run.downloads)) {
    if (clientVerdict(each) !== verdict) continue;
    const [why] = [...tellingEvidence(each).filter(isRule), ...each.reasons];
    const sentence = withoutValues(why?.sentence ?? '');
    const cause = found.get(sentence) ?? { sentence, clients: 0, requests: 0 };
    cause.clients += clients;
    cause.requests += requests;
    found.set(sentence, cause);
  }
  return [...found.values()].sort((a, b) => b.clients - a.clients || (a.sentence < b.sentence ? -1 : 1));
}
