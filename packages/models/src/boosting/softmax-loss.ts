import type { Training } from '../model.js';

/** ln of the weighted share of each class among the rows, at least 1e−15, less the mean of these logarithms. */
export function baselineScores({ y, weights, classes }: Training, rows: Int32Array): Float64Array {
  const sums = new Float64Array(classes.length);
  for (const row of rows) sums[y[row]!]! += weights[row]!;
  const total = sums.reduce((a, b) => a + b, 0);
  const logs = sums.map((sum) => Math.log(Math.max(sum / total, 1e-15)));
  const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
  return logs.map((value) => value - mean);
}

/** Derivatives of w · −ln p_y by each class's raw score: first w (p_k − [y = k]), second w p_k (1 − p_k). */
export function gradients(
  raw: readonly Float64Array[],
  { y, weights, rows }: Training,
  gradient: readonly Float64Array[],
  hessian: readonly Float64Array[],
): void {
  const classes = raw.length;
  const p = new Float64Array(classes);
  for (let row = 0; row < rows; row++) {
    softmaxOfRow(raw, row, p);
    const weight = weights[row]!;
    for (let k = 0; k < classes; k++) {
      gradient[k]![row] = weight * (p[k]! - (y[row] === k ? 1 : 0));
      hessian[k]![row] = weight * p[k]! * (1 - p[k]!);
    }
  }
}

/** Weighted mean of −ln p_y over the rows. */
export function logLoss(raw: readonly Float64Array[], { y, weights }: Training, rows: Int32Array): number {
  const p = new Float64Array(raw.length);
  let sum = 0;
  let total = 0;
  for (const row of rows) {
    softmaxOfRow(raw, row, p);
    sum -= weights[row]! * Math.log(Math.max(p[y[row]!]!, 1e-15));
    total += weights[row]!;
  }
  return total === 0 ? 0 : sum / total;
}

function softmaxOfRow(raw: readonly Float64Array[], row: number, p: Float64Array): void {
  let max = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < p.length; k++) if (raw[k]![row]! > max) max = raw[k]![row]!;
  let sum = 0;
  for (let k = 0; k < p.length; k++) {
    p[k] = Math.exp(raw[k]![row]! - max);
    sum += p[k]!;
  }
  for (let k = 0; k < p.length; k++) p[k]! /= sum;
}
