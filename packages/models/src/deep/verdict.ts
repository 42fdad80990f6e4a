import {
  CLASSES,
  type ClassName,
  categoriesOf,
  insufficientEvidence,
  type Reason,
  type Verdict,
} from '@deeplogbot/core';
import { isCertain } from './conformal.js';
import { type ProtectionVersion, protectHub } from './hub-protection.js';
import type { RowOf } from './measures.js';
import { reconcile, softPriors, withPriors } from './priors.js';

/** Stages of the reference that change a label after the fusion. All are off unless asked for. */
export interface Stages {
  /** Weight of the soft priors, ≥ 0. @defaultValue 0 */
  readonly priors: number;
  /** Lets obvious cases stand unless the model is sure. @defaultValue false */
  readonly reconciliation: boolean;
  /** Makes places that transfer much a hub whatever the model says. @defaultValue 'off' */
  readonly hubProtection: 'off' | ProtectionVersion;
}

/** What is delivered for one row, and whether a stage changed what the model said. */
export interface DeliveredLabel {
  readonly label: ClassName;
  readonly probabilities: readonly [number, number, number];
  readonly overruledBy: 'reconciliation' | 'hub_protection' | null;
}

/**
 * Classes are unequally frequent among labelled locations; the label is the class that is most probable against its
 * share raised to this power, which costs the rare ones less than the plain maximum does.
 */
const BALANCE = 0.2;
/** Organic, bot and hub among the 625 labelled locations. */
const SHARES = [0.219, 0.653, 0.128];

/** The class of the highest balanced probability; the first of equals. */
export function balancedLabel(probabilities: readonly number[]): ClassName {
  const weighed = probabilities.map((p, k) => p / Math.exp(BALANCE * Math.log(SHARES[k]!)));
  return CLASSES[weighed.indexOf(Math.max(...weighed))]!;
}

/** Applies the stages behind the fusion to one row. */
export function delivered(fused: readonly number[], row: RowOf, stages: Partial<Stages>): DeliveredLabel {
  const { priors: weight = 0, reconciliation = false, hubProtection = 'off' } = stages;
  const needed = weight > 0 || reconciliation;
  const priors = needed ? softPriors(row) : undefined;
  const probabilities = (priors && weight > 0 ? withPriors(fused, priors, weight) : fused) as [number, number, number];
  const said = balancedLabel(probabilities);
  const settled = priors && reconciliation ? reconcile(said, Math.max(...probabilities), priors) : said;
  if (hubProtection === 'off') {
    return { label: settled, probabilities, overruledBy: settled === said ? null : 'reconciliation' };
  }
  const label = protectHub(settled, row, hubProtection);
  const overruledBy = label !== settled ? 'hub_protection' : settled !== said ? 'reconciliation' : null;
  return { label, probabilities, overruledBy };
}

/** Puts a delivered label into words and asks for review where more than one class could be true. */
export function verdictOf(
  { label, probabilities, overruledBy }: DeliveredLabel,
  reasons: readonly Reason[],
  threshold: number,
  subcategory: string | null,
): Verdict {
  const overruled: readonly Reason[] = overruledBy
    ? [{ id: overruledBy, sentence: `${overruledBy.replace('_', ' ')} made it ${label} whatever the model says.` }]
    : [];
  // Named one by one: spreading an object here is what a log's verdicts would wait for.
  const { behaviorType, automationCategory } = categoriesOf(label);
  return {
    label,
    behaviorType,
    automationCategory,
    subcategory,
    confidence: probabilities[CLASSES.indexOf(label)]!,
    probabilities,
    reasons: overruled.length > 0 ? [...overruled, ...reasons] : reasons,
    needsReview: !isCertain(probabilities, CLASSES.indexOf(label), threshold),
  };
}

/** The verdict of a key with too few events to say anything. */
export function insufficientVerdict(total: number, minimum: number): Verdict {
  const known = !Number.isNaN(total);
  return insufficientEvidence({
    id: 'insufficient_evidence',
    feature: 'total_downloads',
    ...(known && { value: total }),
    threshold: minimum,
    sentence: known
      ? `Too few downloads for the deep method (${total} < ${minimum}).`
      : 'The number of downloads is not known.',
  });
}
