import { LABELS, type Label, type RunResult } from '@deeplogbot/core';

/** Counts of a feature's values in bins of equal width, by class. */
export interface Histogram {
  /** The lower ends of the bins, and the upper end of the last. */
  readonly edges: readonly number[];
  readonly counts: Readonly<Record<Label, readonly number[]>>;
  /** Finite values. */
  readonly measured: number;
}

/**
 * Finite values of a feature in `bins` bins from the smallest to the largest value, or over a given range; values outside it go to the
 * nearest bin. Null when nothing is measured.
 */
export function histogram(
  run: RunResult,
  feature: string,
  bins: number,
  transform: (value: number) => number = (value) => value,
  range?: readonly [number, number],
): Histogram | null {
  const column = run.features.get(feature);
  if (column === undefined) return null;
  const values = column.map(transform);
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return null;
  const [low, high] = range ?? extent(finite);
  const width = (high > low ? high - low : 1) / bins;
  const counts = Object.fromEntries(LABELS.map((label) => [label, new Array<number>(bins).fill(0)])) as Record<
    Label,
    number[]
  >;
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((value - low) / width)));
    counts[run.verdicts.rows[i]!.label][bin]! += 1;
  });
  return { edges: Array.from({ length: bins + 1 }, (_, i) => low + i * width), counts, measured: finite.length };
}

function extent(values: Float64Array): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
