import type { Probabilities } from './evaluate.js';

/** Rows whose top probability lies in [from, to), the last bin with its upper end. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  /** Mean top probability; null in an empty bin. */
  readonly meanConfidence: number | null;
  /** Share of rows whose class of top probability is the true one; null in an empty bin. */
  readonly shareRight: number | null;
}

/**
 * The reliability diagram of Murphy & Winkler (1977) over equal bins of the top probability, empty bins included.
 * A row of NaN (no verdict) is in no bin. `truth` holds class indexes in the order of `CLASSES`.
 */
export function reliabilityBins(truth: ArrayLike<number>, probabilities: Probabilities, bins = 15): ReliabilityBin[] {
  const sums = Array.from({ length: bins }, () => ({ rows: 0, confidence: 0, right: 0 }));
  probabilities.forEach((p, i) => {
    if (p.some(Number.isNaN)) return;
    const top = Math.max(...p);
    const bin = sums[Math.min(bins - 1, Math.floor(top * bins))]!;
    bin.rows++;
    bin.confidence += top;
    bin.right += Number(p.indexOf(top) === truth[i]);
  });
  return sums.map(({ rows, confidence, right }, i) => ({
    from: i / bins,
    to: (i + 1) / bins,
    rows,
    meanConfidence: rows > 0 ? confidence / rows : null,
    shareRight: rows > 0 ? right / rows : null,
  }));
}

/** Expected calibration error: mean |confidence − share right| of the bins, weighted by rows; NaN without rows. */
export function calibrationErrorOf(bins: readonly ReliabilityBin[]): number {
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0);
  const gaps = bins.reduce(
    (sum, bin) => sum + bin.rows * Math.abs((bin.meanConfidence ?? 0) - (bin.shareRight ?? 0)),
    0,
  );
  return gaps / rows;
}
