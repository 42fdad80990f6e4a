import { infiniteValue } from '../checked-columns.js';
import type { DecisionTrees } from '../decision-trees.js';

/**
 * A feature that trees split on. A value's rank is how many of the thresholds are below it, so that a split sends a value
 * left exactly where its rank is at most that of the split's threshold.
 */
export interface RankedFeature {
  readonly feature: number;
  /** Its thresholds, ascending and different. */
  readonly cuts: Float64Array;
  /** The same, padded with ∞ to a power of two less one. */
  readonly table: Float64Array;
}

/** The features that trees split on, in the order of first use. */
export function rankedFeatures({ feature, threshold }: DecisionTrees): RankedFeature[] {
  const sets = new Map<number, Set<number>>();
  feature.forEach((f, node) => {
    if (f < 0) return;
    const set = sets.get(f) ?? new Set();
    sets.set(f, set.add(threshold[node]!));
  });
  return [...sets].map(([f, set]) => rankedFeature(f, Float64Array.from(set).sort()));
}

/** @param cuts ascending and different */
export function rankedFeature(feature: number, cuts: Float64Array): RankedFeature {
  const table = new Float64Array(2 ** Math.ceil(Math.log2(cuts.length + 1)) - 1).fill(Number.POSITIVE_INFINITY);
  table.set(cuts);
  return { feature, cuts, table };
}

/**
 * Ranks of `size` values from `start` on, into `ranks` from `at` on, where there must be room for `size` rounded up to a
 * multiple of 4. A missing value has rank 0. Says whether one is missing.
 *
 * Four values at a time, and each search halves the table a fixed number of times, so that nothing branches on data. NaN
 * is above no threshold and so gets rank 0.
 *
 * @throws ConfigError `INFINITE_VALUE`
 */
export function rankBlock(
  { feature, table }: RankedFeature,
  column: Float64Array,
  start: number,
  size: number,
  ranks: Uint16Array,
  at: number,
): boolean {
  const last = start + size - 1;
  const half = (table.length + 1) >> 1;
  let odd = 0;
  for (let i = 0; i < size; i += 4) {
    const x = column[start + i]!;
    const y = column[Math.min(start + i + 1, last)]!;
    const z = column[Math.min(start + i + 2, last)]!;
    const w = column[Math.min(start + i + 3, last)]!;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let step = half; step > 0; step >>= 1) {
      a += step * Number(table[a + step - 1]! < x);
      b += step * Number(table[b + step - 1]! < y);
      c += step * Number(table[c + step - 1]! < z);
      d += step * Number(table[d + step - 1]! < w);
    }
    ranks[at + i] = a;
    ranks[at + i + 1] = b;
    ranks[at + i + 2] = c;
    ranks[at + i + 3] = d;
    odd += x - x + (y - y) + (z - z) + (w - w);
  }
  if (odd === 0) return false;
  checkFinite(feature, column, start, size);
  return true;
}

function checkFinite(feature: number, column: Float64Array, start: number, size: number): void {
  for (let row = start; row < start + size; row++) {
    if (Math.abs(column[row]!) === Number.POSITIVE_INFINITY) throw infiniteValue(feature, row);
  }
}

/** Gives missing values the highest rank. */
export function raiseMissing(
  { cuts }: RankedFeature,
  column: Float64Array,
  start: number,
  size: number,
  ranks: Uint16Array,
  at: number,
): void {
  for (let i = 0; i < size; i++) if (Number.isNaN(column[start + i]!)) ranks[at + i] = cuts.length;
}
