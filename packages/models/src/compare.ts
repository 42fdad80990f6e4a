import { createRandom } from '@deeplogbot/core';
import {
  classIndex,
  counts,
  type EvaluateOptions,
  type Evaluation,
  evaluateLabels,
  type Interval,
  measures,
  type Probabilities,
  percentiles,
} from './evaluate.js';

/** McNemar's test of two methods on the same rows. */
export interface McNemar {
  /** Rows that only the first method has right (b). */
  readonly onlyFirst: number;
  /** Rows that only the second method has right (c). */
  readonly onlySecond: number;
  /** χ² with one degree of freedom; null for the exact test. */
  readonly statistic: number | null;
  /** Two-sided, in [0, 1]; 1 where the methods never differ. */
  readonly pValue: number;
  readonly test: 'exact' | 'continuity-corrected';
}

export interface Comparison {
  readonly first: Evaluation;
  readonly second: Evaluation;
  readonly mcNemar: McNemar;
  /** Macro-F1 of the second less that of the first, in [−1, 1], with its paired bootstrap interval. */
  readonly macroF1Difference: Interval;
}

/** Labels of one method, with probabilities where it has them. */
export interface Predictions {
  readonly labels: readonly string[];
  readonly probabilities?: Probabilities;
}

/** Compares two methods on the same rows. Errors are those of `evaluateLabels`. */
export function compareLabels(
  truth: readonly string[],
  first: Predictions,
  second: Predictions,
  options: EvaluateOptions = {},
): Comparison {
  const evaluations = [first, second].map((each) => evaluateLabels(truth, each.labels, each.probabilities, options));
  const t = truth.map((label) => classIndex(label, false));
  const [a, b] = [first, second].map((each) => each.labels.map((label) => classIndex(label, true)));
  const right = (p: readonly number[], i: number) => p[i] === t[i];
  return {
    first: evaluations[0]!,
    second: evaluations[1]!,
    mcNemar: mcNemar(
      t.filter((_, i) => right(a!, i) && !right(b!, i)).length,
      t.filter((_, i) => !right(a!, i) && right(b!, i)).length,
    ),
    macroF1Difference: {
      value: evaluations[1]!.macroF1.value - evaluations[0]!.macroF1.value,
      ...percentiles(differences(t, a!, b!, options)),
    },
  };
}

/** Macro-F1 of b less that of a, on the same rows drawn with replacement. */
function differences(
  t: readonly number[],
  a: readonly number[],
  b: readonly number[],
  { resamples = 1000, randomState = 42 }: EvaluateOptions,
): number[] {
  const random = createRandom(randomState);
  return Array.from({ length: resamples }, () => {
    const rows = Int32Array.from(t, () => random.int(t.length));
    const truth = rows.map((row) => t[row]!);
    const macroF1 = (p: readonly number[]) =>
      measures(
        counts(
          truth,
          rows.map((row) => p[row]!),
        ),
      ).macroF1;
    return macroF1(b) - macroF1(a);
  });
}

/** Discordant rows from which on χ² stands for the binomial distribution (McNemar 1947; usual choice 25). */
const ENOUGH_FOR_CHI_SQUARE = 25;

/**
 * McNemar's test of b and c discordant rows: below 25 of them exact, p = min(1, 2 · P(X ≤ min(b, c))) with
 * X ~ Binomial(b + c, ½); otherwise (|b − c| − 1)² / (b + c) (Edwards 1948), 0 for b = c.
 */
export function mcNemar(b: number, c: number): McNemar {
  const found = { onlyFirst: b, onlySecond: c };
  const n = b + c;
  if (n < ENOUGH_FOR_CHI_SQUARE) {
    return { ...found, statistic: null, pValue: Math.min(1, 2 * binomialTail(n, Math.min(b, c))), test: 'exact' };
  }
  const statistic = Math.max(0, Math.abs(b - c) - 1) ** 2 / n;
  return { ...found, statistic, pValue: erfc(Math.sqrt(statistic / 2)), test: 'continuity-corrected' };
}

/** P(X ≤ k) of Binomial(n, ½). */
function binomialTail(n: number, k: number): number {
  let term = 2 ** -n;
  let sum = term;
  for (let i = 1; i <= k; i++) {
    term *= (n - i + 1) / i;
    sum += term;
  }
  return sum;
}

/** erfc(x) for x ≥ 0: the Maclaurin series below 2, the continued fraction above (Abramowitz & Stegun 7.1.5, 7.1.14). */
function erfc(x: number): number {
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 60; n++) {
      term *= -(x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = x;
  for (let n = 60; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}
