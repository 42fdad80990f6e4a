/** A share with bounds, all in [0, 1]. */
export interface Share {
  readonly low: number;
  readonly value: number;
  readonly high: number;
}

/** A count with bounds. */
export type CountInterval = Share;

/**
 * How many of the kept downloads are really people's (or machines' at their behest), from how well robots are found.
 *
 * With R removed downloads, precision p and recall r of the removal: there were R·p / r downloads by robots, so
 * R·p·(1 − r) / r of them are still among the K kept ones. The share is (K − that) / K, at least 0. Bounds take p and r at their
 * own bounds: few robots missed (p low, r high) for the upper, many (p high, r low) for the lower one.
 */
export function keptPrecision(kept: number, removed: number, precision: Share, recall: Share): Share | null {
  if (kept === 0 || recall.low <= 0) return null;
  const share = (p: number, r: number) => Math.max(0, (kept - (removed * p * (1 - r)) / r) / kept);
  return {
    low: share(precision.high, recall.low),
    value: share(precision.value, recall.value),
    high: share(precision.low, recall.high),
  };
}
