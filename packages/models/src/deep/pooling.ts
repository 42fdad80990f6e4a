import { CLASSES, type ClassName } from '@deeplogbot/core';

/** Place of the most probable class of a row; the first of equals. */
export const mostProbable = (probabilities: readonly Float64Array[], row: number): number =>
  CLASSES.reduce((best, _, k) => (probabilities[k]![row]! > probabilities[best]![row]! ? k : best), 0);

const SMALLEST = 1e-6;

/**
 * Logarithmic pool: the normalised geometric mean of two sets of probabilities, one array per class.
 *
 * @param weight of the first set, 0 … 1; the second has the rest
 */
export function pooled(a: readonly Float64Array[], b: readonly Float64Array[], weight = 0.5): Float64Array[] {
  // By exp: engines of JavaScript disagree about the last digit of a power with a fraction.
  const log = (p: number) => Math.log(Math.max(p, SMALLEST));
  const result = a.map((column, k) =>
    column.map((p, row) => Math.exp(weight * log(p) + (1 - weight) * log(b[k]![row]!))),
  );
  const rows = result[0]?.length ?? 0;
  for (let row = 0; row < rows; row++) {
    const sum = result.reduce((total, column) => total + column[row]!, 0);
    for (const column of result) column[row]! /= sum;
  }
  return result;
}

/** {@link pooled} where there is a first set. */
export const poolOf = (
  a: readonly Float64Array[] | undefined,
  b: readonly Float64Array[],
  weight: number,
): readonly Float64Array[] => (a ? pooled(a, b, weight) : b);

/** What an exemplar's weight leaves to the other classes. */
const DOUBT = 0.02;
/** Exemplars of a class from which on each is believed in full; a lone one among hundreds of another class is an oddity. */
const IN_FULL = 5;

/**
 * Probabilities from exemplars alone, for a log in which nothing can be learned: an exemplar is of its class with its
 * weight, less where its class has fewer than five; every other row follows the shares of the exemplars, or is even where there are none.
 */
export function exemplarProbabilities(
  weights: Readonly<Record<ClassName, Float64Array>>,
  rows: number,
): Float64Array[] {
  const sums = CLASSES.map((name) => weights[name].reduce((a, b) => a + b, 0) + DOUBT);
  const total = sums.reduce((a, b) => a + b, 0);
  const trust = CLASSES.map((name) => Math.min(1, weights[name].filter((weight) => weight > 0).length / IN_FULL));
  const result = CLASSES.map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    const own = CLASSES.map((name, k) => trust[k]! * weights[name][row]!);
    const believed = Math.min(1 - DOUBT, Math.max(...own));
    const sum = own.reduce((a, b) => a + b, 0);
    for (const [k, column] of result.entries()) {
      const share = sums[k]! / total;
      column[row] = sum > 0 ? believed * (own[k]! / sum) + (1 - believed) * share : share;
    }
  }
  return result;
}
