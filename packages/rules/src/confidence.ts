import type { ClassName } from '@deeplogbot/core';
import type { RuleSet } from './types.js';

const clip = (value: number): number => (Number.isNaN(value) ? 0 : Math.min(1, Math.max(0, value)));

/**
 * Confidence from users u, downloads per user d and share of working hours w, 0 … 1:
 * bot 0.4 + 0.3·clip(log₁₀(u+1)/5) + 0.3·clip(1 − d/200); hub 0.4 + 0.6·clip(log₁₀(d+1)/4);
 * organic 0.3 + 0.7·mean(clip(w), clip(1 − log₁₀(u+1)/4)). It ranks, it is not calibrated. A missing number counts as no support.
 */
export function formulaConfidence(label: ClassName, users: number, perUser: number, working: number): number {
  if (label === 'bot') return clip(0.4 + 0.3 * clip(Math.log10(users + 1) / 5) + 0.3 * clip(1 - perUser / 200));
  if (label === 'hub') return clip(0.4 + 0.6 * clip(Math.log10(perUser + 1) / 4));
  return clip(0.3 + 0.35 * (clip(working) + clip(1 - Math.log10(users + 1) / 4)));
}

/**
 * Probabilities in the order organic, bot, hub. The label gets the confidence (at least a hair over one third); the rest is shared
 * by the priors of the rule set, no class above the label's.
 */
export function probabilities(rules: RuleSet, label: ClassName, confidence: number): readonly [number, number, number] {
  const own = Math.max(confidence, 0.334);
  const rest = 1 - own;
  const priors = rules.confidence.priors;
  const [a, b] = (['organic', 'bot', 'hub'] as const).filter((name) => name !== label) as [ClassName, ClassName];
  const cap = own * 0.999;
  const wanted = (rest * priors[a]) / (priors[a] + priors[b]);
  const first = Math.min(cap, Math.max(wanted, rest - cap));
  const shares = { [label]: own, [a]: first, [b]: rest - first };
  return [shares.organic!, shares.bot!, shares.hub!];
}
