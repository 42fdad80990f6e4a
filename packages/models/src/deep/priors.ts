import { CLASSES, type ClassName } from '@deeplogbot/core';
import type { RowOf } from './measures.js';

/** Slope of the sigmoid that turns a margin into a prior; documented by the reference, never built there. */
const STEEPNESS = 5;

/**
 * What the reference's pre-filter thresholds say of a row, as continuous priors in (0, 1) per class: σ(5 · margin), the
 * margin being the distance to the threshold in units of it, −1 or more. NaN where nothing can be measured.
 */
export function softPriors(row: RowOf): Readonly<Record<ClassName, number>> {
  const u = row('unique_users');
  const d = row('downloads_per_user');
  const t = row('total_downloads');
  const bot = Math.max(over(u, 2000), Math.min(over(u, 500), under(d, 100)), Math.min(over(u, 100), under(d, 200)));
  const organic = Math.min(under(u, 5), under(d, 3), under(t, 50));
  const hub = Math.max(over(d, 1000), Math.min(over(d, 500), under(u, 100)));
  return { organic: sigmoid(organic), bot: sigmoid(bot), hub: sigmoid(hub) };
}

const clip = (margin: number) => Math.max(-1, Math.min(1, margin));
const over = (value: number, threshold: number) => clip(value / threshold - 1);
const under = (value: number, threshold: number) => clip(1 - value / threshold);
const sigmoid = (margin: number) => 1 / (1 + Math.exp(-STEEPNESS * margin));

/** Confidence that a model needs to overrule an obvious case, and to call an obvious bot organic. */
const OVERRIDE = 0.7;
const STRICT_OVERRIDE = 0.8;

/** Multiplies probabilities with priors to a power and normalises; weight 0 leaves them alone. */
export function withPriors(
  probabilities: readonly number[],
  priors: Readonly<Record<ClassName, number>>,
  weight: number,
): number[] {
  const raised = CLASSES.map((name, k) => {
    const prior = Number.isNaN(priors[name]) ? 0.5 : priors[name];
    return probabilities[k]! * (weight === 0 ? 1 : Math.exp(weight * Math.log(prior)));
  });
  const sum = raised.reduce((a, b) => a + b, 0);
  return raised.map((value) => value / sum);
}

/**
 * The label where the pre-filter has an opinion: an obvious class (prior above ½) stands unless the model is sure
 * enough to overrule it, with 0.7, or 0.8 for calling an obvious bot organic.
 */
export function reconcile(
  predicted: ClassName,
  confidence: number,
  priors: Readonly<Record<ClassName, number>>,
): ClassName {
  const obvious = CLASSES.filter((name) => priors[name] > 0.5).sort((a, b) => priors[b] - priors[a])[0];
  if (obvious === undefined || obvious === predicted) return predicted;
  const needed = obvious === 'bot' && predicted === 'organic' ? STRICT_OVERRIDE : OVERRIDE;
  return confidence >= needed ? predicted : obvious;
}
