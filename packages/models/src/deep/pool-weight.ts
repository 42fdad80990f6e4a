import { CLASSES, type ClassName } from '@deeplogbot/core';
import { conformalThreshold } from './conformal.js';
import type { Exemplars } from './exemplars.js';
import { pooled } from './pooling.js';
import { ramp } from './rhythm.js';

/** Exemplars of a class from which on they say how well a model fits it. */
const FEWEST = 5;
const MOST = 0.5;

/**
 * What weight a model fitted elsewhere gets beside what is learned here, 0 … ½, by the mean probability that it gives the
 * class of the log's own exemplars, each class alike: none at ½, half at 1. Half where there are no exemplars to ask.
 */
export function weightByExemplars(base: readonly Float64Array[], exemplars: Exemplars): number {
  const recalls = CLASSES.flatMap((name, k) => {
    if (exemplars.counts[name] < FEWEST) return [];
    const weights = exemplars[name];
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return [weights.reduce((sum, weight, row) => sum + weight * base[k]![row]!, 0) / total];
  });
  if (recalls.length === 0) return MOST;
  return MOST * ramp(recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length, 0.5, 1);
}

/** Labels that exemplars, and the weight of a model, can be checked by. */
export const ENOUGH_LABELS = 40;

/** Whether so many labels check anything: forty, and not all of one class. */
export const canCheck = (labels: readonly (ClassName | null)[]): boolean => {
  const known = labels.filter((label) => label !== null);
  return known.length >= ENOUGH_LABELS && new Set(known).size >= 2;
};

const STEPS = 20;

/** Probabilities for rows with a label, from a fit that did not see the row. */
export interface HeldOut {
  readonly rows: readonly number[];
  readonly probabilities: readonly Float64Array[];
}

/**
 * The weight with the least log-loss on labelled rows, in twentieths; undefined where there are fewer than forty labels, or of one class.
 *
 * @param held probabilities of what was learned here, in the order of its rows
 */
export function weightByLabels(
  base: readonly Float64Array[],
  held: HeldOut,
  labels: readonly (ClassName | null)[],
): number | undefined {
  if (!canCheck(held.rows.map((row) => labels[row]!))) return undefined;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let step = 0; step <= STEPS; step++) {
    const weight = step / STEPS;
    const loss = held.rows.reduce((sum, row, i) => {
      const pool = CLASSES.map(
        (_, k) => logOf(base[k]![row]!) * weight + logOf(held.probabilities[k]![i]!) * (1 - weight),
      );
      const most = Math.max(...pool);
      const norm = most + Math.log(pool.reduce((total, value) => total + Math.exp(value - most), 0));
      return sum + norm - pool[CLASSES.indexOf(labels[row]!)]!;
    }, 0);
    if (loss < least - 1e-12) [best, least] = [weight, loss];
  }
  return best;
}

const logOf = (p: number) => Math.log(Math.max(p, 1e-6));

/** Coverage that sets of classes promise. */
const COVERAGE = 0.9;

/**
 * The threshold of conformal sets by rows with a label, from probabilities that did not see the row, pooled as verdicts are;
 * undefined where there are fewer than forty labels, or of one class.
 *
 * @param weight of `base`, where there is one
 */
export function thresholdByLabels(
  base: readonly Float64Array[] | undefined,
  held: HeldOut,
  weight: number,
  labels: readonly (ClassName | null)[],
): number | undefined {
  const known = held.rows.map((row) => labels[row]!);
  if (!canCheck(known)) return undefined;
  const told = base?.map((column) => Float64Array.from(held.rows, (row) => column[row]!));
  const probabilities = told ? pooled(told, held.probabilities, weight) : held.probabilities;
  return conformalThreshold(
    probabilities,
    Int32Array.from(known, (name) => CLASSES.indexOf(name)),
    COVERAGE,
  );
}
