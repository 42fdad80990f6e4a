import { LABELS, type Label, type RunResult } from '@deeplogbot/core';
import { finite } from '../statistics/finite.js';

/** Counts of a feature's values in bins of equal width, by class. */
export interface Histogram {
  /** The lower ends of the bins, and the upper end of the last. */
  readonly edges: readonly number[];
  readonly counts: Readonly<Record<Label, readonly number[]>>;
  /** Finite values. */
  readonly measured: number;
}

/**
 * Finite values of a feature in about `bins` bins with round edges from the smallest to the largest value, whole numbers in bins of their own
 * where these are no more; or in `bins` bins over a given range, whose ends take what lies outside. Null when nothing is measured.
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
  const measured = finite(values);
  if (measured.length === 0) return null;
  const edges = range ? evenEdges(range, bins) : roundEdges(extent(measured), bins, measured.every(Number.isInteger));
  const last = edges.length - 2;
  const [low, width] = [edges[0]!, edges[1]! - edges[0]!];
  const counts = Object.fromEntries(LABELS.map((label) => [label, new Array<number>(last + 1).fill(0)])) as Record<
    Label,
    number[]
  >;
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const bin = Math.min(last, Math.max(0, Math.floor((value - low) / width)));
    counts[run.verdicts.rows[i]!.label][bin]! += 1;
  });
  return { edges, counts, measured: measured.length };
}

function evenEdges([low, high]: readonly [number, number], bins: number): number[] {
  const width = (high > low ? high - low : 1) / bins;
  return Array.from({ length: bins + 1 }, (_, i) => low + i * width);
}

/** Multiples of 1, 2 or 5 times a power of ten that hold the range in at most about `bins` bins. */
function roundEdges([low, high]: readonly [number, number], bins: number, whole: boolean): number[] {
  if (high === low) return evenEdges([low, high], whole ? 1 : bins);
  const least = Math.max((high - low) / bins, whole ? 1 : 0);
  const power = Number(`1e${Math.floor(Math.log10(least))}`);
  const width = power * [1, 2, 5, 10].find((step) => step * power >= least * (1 - 1e-9))!;
  const [first, end] = [Math.floor(low / width), Math.floor(high / width) + 1];
  return Array.from({ length: end - first + 1 }, (_, i) => (first + i) * width);
}

function extent(values: Float64Array): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
