import type { BinnedColumns } from './bins.js';
import { SLOT } from './histogram.js';

/** What a node knows of its rows, and the values its leaves may take. */
export interface NodeSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
  readonly lower: number;
  readonly upper: number;
}

export interface SplitRules {
  readonly minSamplesLeaf: number;
  readonly minHessianLeaf: number;
  readonly minGain: number;
  readonly l2: number;
  /** Direction of the score along each feature: −1, 0 or +1. */
  readonly monotone: Int8Array;
}

/** The left child's sums; the right one has the rest. */
export interface Split {
  readonly gain: number;
  readonly feature: number;
  /** Last bin that goes left. */
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}

/** −G / (H + λ), the value with the least loss, within the node's bounds. */
export function leafValue(gradient: number, hessian: number, l2: number, lower: number, upper: number): number {
  const value = -gradient / (hessian + l2 + 1e-15);
  return Math.min(Math.max(value, lower), upper);
}

/** Second-order loss of giving all rows one value: G v + (H + λ) v² / 2. */
const lossOf = (gradient: number, hessian: number, l2: number, value: number) =>
  gradient * value + ((hessian + l2) * value * value) / 2;

/**
 * The split with the greatest loss reduction, or undefined if none is allowed. Ties go to the feature listed first, then
 * to missing values on the right, then to the lowest bin. A feature without missing values in the node sends them to
 * the larger child. A split that only parts missing from other values is exempt from monotone constraints.
 */
export function findSplit(
  histogram: Float64Array,
  { thresholds, offsets }: BinnedColumns,
  features: Int32Array,
  node: NodeSums,
  rules: SplitRules,
): Split | undefined {
  const search = new SplitSearch(histogram, node, rules);
  for (const feature of features) {
    const cuts = thresholds[feature]!.length;
    const missing = (offsets[feature]! + cuts + 1) * SLOT;
    const hasMissing = histogram[missing + 2]! > 0;
    search.scan(feature, offsets[feature]!, hasMissing ? cuts + 1 : cuts, cuts, -1);
    if (hasMissing) search.scan(feature, offsets[feature]!, cuts, cuts, missing);
  }
  return search.best();
}

class SplitSearch {
  private gain: number;
  private feature = -1;
  private bin = -1;
  private missingLeft = false;
  private gradient = 0;
  private hessian = 0;
  private rows = 0;
  private readonly parentLoss: number;

  constructor(
    private readonly histogram: Float64Array,
    private readonly node: NodeSums,
    private readonly rules: SplitRules,
  ) {
    const { gradient, hessian, lower, upper } = node;
    this.gain = rules.minGain;
    this.parentLoss = lossOf(gradient, hessian, rules.l2, leafValue(gradient, hessian, rules.l2, lower, upper));
  }

  /** Tries to send bins 0 … b left, for each b below `end`; missing values go along if `missingSlot` is theirs, not −1. */
  scan(feature: number, offset: number, end: number, cuts: number, missingSlot: number): void {
    const { histogram, node, rules } = this;
    const { minSamplesLeaf, minHessianLeaf, l2 } = rules;
    const { lower, upper } = node;
    const direction = rules.monotone[feature]!;
    let g = missingSlot < 0 ? 0 : histogram[missingSlot]!;
    let h = missingSlot < 0 ? 0 : histogram[missingSlot + 1]!;
    let n = missingSlot < 0 ? 0 : histogram[missingSlot + 2]!;
    for (let bin = 0, slot = offset * SLOT; bin < end; bin++, slot += SLOT) {
      const here = histogram[slot + 2]!;
      if (here === 0) continue;
      g += histogram[slot]!;
      h += histogram[slot + 1]!;
      n += here;
      if (n < minSamplesLeaf || h < minHessianLeaf) continue;
      if (node.rows - n < minSamplesLeaf || node.hessian - h < minHessianLeaf) break;
      const left = leafValue(g, h, l2, lower, upper);
      const right = leafValue(node.gradient - g, node.hessian - h, l2, lower, upper);
      if (direction * (right - left) < 0 && bin < cuts) continue;
      const gain = this.parentLoss - lossOf(g, h, l2, left) - lossOf(node.gradient - g, node.hessian - h, l2, right);
      if (!(gain > this.gain)) continue;
      this.gain = gain;
      this.feature = feature;
      this.bin = bin;
      this.missingLeft = missingSlot >= 0 || (end === cuts && n > node.rows - n);
      this.gradient = g;
      this.hessian = h;
      this.rows = n;
    }
  }

  best(): Split | undefined {
    if (this.feature < 0) return undefined;
    const { gain, feature, bin, missingLeft, gradient, hessian, rows } = this;
    return { gain, feature, bin, missingLeft, gradient, hessian, rows };
  }
}
