import { checkColumns } from './checked-columns.js';
import type { DecisionTrees } from './decision-trees.js';
import { atOnce } from './turns.js';

/** Trees whose leaves add up: score of class k = `baseline[k]` + `scale` · the leaves of trees k, k + K, k + 2K, … */
export interface TreeEnsemble {
  readonly trees: DecisionTrees;
  readonly features: number;
  readonly baseline: Float64Array;
  readonly scale: number;
}

export interface TreeExplanation {
  /** Mean score of each class over the training rows, as the covers of the trees have it. */
  readonly base: Float64Array;
  /** `contributions[k][f][row]`: what feature f adds to the score of class k. Zeros for a class that was not asked for. */
  readonly contributions: readonly (readonly Float64Array[])[];
}

export interface TreeShapOptions {
  /** Positions of the classes to explain; all if absent. */
  readonly classes?: readonly number[];
}

/**
 * Exact Shapley values of the features (Lundberg et al., Nature Machine Intelligence 2020, the path-dependent form): a
 * feature outside a coalition is averaged over both children of its splits by their covers. For boosting they explain
 * the raw scores, for a forest the probabilities; base + Σ contributions = score.
 *
 * A leaf's share of the game depends on a row only through which of the path's d features lead to it, so each pattern is
 * worked out once per leaf: O(patterns · d³) and then O(d) per row and leaf. Missing values follow the trees. Of two
 * features that say the same, the one that the trees split on gets the credit.
 */
export function treeShap(
  ensemble: TreeEnsemble,
  columns: readonly Float64Array[],
  options: TreeShapOptions = {},
): TreeExplanation {
  return atOnce(treeShapSteps(ensemble, columns, options));
}

/** {@link treeShap} one tree at a time, for callers that let others run in between. */
export function* treeShapSteps(
  ensemble: TreeEnsemble,
  columns: readonly Float64Array[],
  options: TreeShapOptions = {},
): Generator<undefined, TreeExplanation> {
  const rows = checkColumns(columns, ensemble.features);
  const { trees, scale } = ensemble;
  const base = ensemble.baseline.slice();
  const contributions = Array.from(base, () => columns.map(() => new Float64Array(rows)));
  const wanted = new Set(options.classes ?? base.keys());
  for (const [t, root] of trees.roots.entries()) {
    const k = t % base.length;
    for (const leaf of leavesOf(trees, root)) {
      base[k]! += scale * leaf.value * leaf.share;
      if (wanted.has(k) && leaf.path.length > 0) addLeaf(leaf, scale, columns, contributions[k]!);
    }
    yield undefined;
  }
  return { base, contributions };
}

/** What one feature must be to come to a leaf: in (low, high], or missing where `missing` says so. */
interface Condition {
  readonly feature: number;
  readonly low: number;
  readonly high: number;
  readonly missing: boolean;
  /** Share of the training rows that its splits on the path let through. */
  readonly share: number;
}

interface Leaf {
  readonly value: number;
  /** Share of the training rows. */
  readonly share: number;
  /** One condition per feature, in the order of first use. */
  readonly path: readonly Condition[];
}

function leavesOf(trees: DecisionTrees, root: number): Leaf[] {
  const { feature, threshold, left, right, value, missingLeft, cover } = trees;
  const leaves: Leaf[] = [];
  const visit = (node: number, path: readonly Condition[]): void => {
    const f = feature[node]!;
    if (f < 0) {
      leaves.push({ value: value[node]!, share: cover[node]! / cover[root]!, path });
      return;
    }
    const cut = threshold[node]!;
    const toLeft = missingLeft[node] === 1;
    const shareOf = (child: number) => cover[child]! / cover[node]!;
    visit(
      left[node]!,
      narrowed(path, { feature: f, low: -Infinity, high: cut, missing: toLeft, share: shareOf(left[node]!) }),
    );
    visit(
      right[node]!,
      narrowed(path, { feature: f, low: cut, high: Infinity, missing: !toLeft, share: shareOf(right[node]!) }),
    );
  };
  visit(root, []);
  return leaves;
}

/** The path with one more condition, merged into that of the same feature. */
function narrowed(path: readonly Condition[], next: Condition): readonly Condition[] {
  const at = path.findIndex(({ feature }) => feature === next.feature);
  if (at < 0) return [...path, next];
  const old = path[at]!;
  return path.with(at, {
    feature: old.feature,
    low: Math.max(old.low, next.low),
    high: Math.min(old.high, next.high),
    missing: old.missing && next.missing,
    share: old.share * next.share,
  });
}

/** Longer paths have too many patterns to keep. */
const LONGEST_KEPT = 12;

function addLeaf(leaf: Leaf, scale: number, columns: readonly Float64Array[], into: readonly Float64Array[]): void {
  const game = new LeafGame(leaf.path, scale * leaf.value);
  if (leaf.path.length <= LONGEST_KEPT) addByPattern(leaf.path, game, columns, into);
  else addByRow(leaf.path, game, columns, into);
}

/** Condition by condition over all rows; each pattern that occurs is played once. */
function addByPattern(
  path: readonly Condition[],
  game: LeafGame,
  columns: readonly Float64Array[],
  into: readonly Float64Array[],
): void {
  const d = path.length;
  const patterns = new Int32Array(into[0]!.length);
  path.forEach((condition, i) => {
    addBit(patterns, condition, columns[condition.feature]!, 1 << i);
  });
  const known = new Uint8Array(2 ** d);
  const values = path.map(() => new Float64Array(2 ** d));
  for (const pattern of patterns) {
    if (known[pattern] === 1) continue;
    known[pattern] = 1;
    const played = game.play(Uint8Array.from(path, (_, i) => (pattern >> i) & 1));
    for (let i = 0; i < d; i++) values[i]![pattern] = played[i]!;
  }
  path.forEach(({ feature }, i) => {
    addLookedUp(into[feature]!, values[i]!, patterns);
  });
}

function addBit(patterns: Int32Array, condition: Condition, column: Float64Array, bit: number): void {
  const { low, high, missing } = condition;
  for (let row = 0; row < patterns.length; row++) {
    const x = column[row]!;
    if ((x > low && x <= high) || (missing && Number.isNaN(x))) patterns[row]! |= bit;
  }
}

function addLookedUp(total: Float64Array, values: Float64Array, patterns: Int32Array): void {
  for (let row = 0; row < patterns.length; row++) total[row]! += values[patterns[row]!]!;
}

function addByRow(
  path: readonly Condition[],
  game: LeafGame,
  columns: readonly Float64Array[],
  into: readonly Float64Array[],
): void {
  for (let row = 0; row < into[0]!.length; row++) {
    const met = Uint8Array.from(path, ({ feature, low, high, missing }) => {
      const x = columns[feature]![row]!;
      return Number((x > low && x <= high) || (missing && Number.isNaN(x)));
    });
    game.play(met).forEach((value, i) => {
      into[path[i]!.feature]![row]! += value;
    });
  }
}

/**
 * The game of one leaf of value v with features 1 … d: a coalition S is worth v · ∏_{i ∈ S} m_i · ∏_{i ∉ S} z_i, where
 * m_i is 1 if the row meets condition i, else 0, and z_i its share. With M the features that are met, q the product of
 * the other z and w(A) = Σ_k k! (d − k − 1)! / d! · [x^k] ∏_{i ∈ A} (x + z_i):
 *
 *     φ_i = v q (1 − z_i) w(M \ i) for i in M,    φ_i = −v q w(M) for the others.
 */
class LeafGame {
  private readonly weights: Float64Array;

  constructor(
    private readonly path: readonly Condition[],
    private readonly value: number,
  ) {
    this.weights = coalitionWeights(path.length);
  }

  /** The Shapley value of each feature of the path, given which of the conditions a row meets. */
  play(met: Uint8Array): Float64Array {
    const q = this.path.reduce((product, { share }, i) => (met[i] === 1 ? product : product * share), this.value);
    const unmet = met.includes(0) ? -q * this.weighted(met, -1) : 0;
    return Float64Array.from(this.path, ({ share }, i) =>
      met[i] === 1 ? q * (1 - share) * this.weighted(met, i) : unmet,
    );
  }

  /** w(M \ without). */
  private weighted(met: Uint8Array, without: number): number {
    const coefficients = new Float64Array(met.length + 1);
    coefficients[0] = 1;
    let degree = 0;
    for (let i = 0; i < met.length; i++) {
      if (met[i] === 0 || i === without) continue;
      degree++;
      const share = this.path[i]!.share;
      for (let k = degree; k > 0; k--) coefficients[k] = coefficients[k - 1]! + share * coefficients[k]!;
      coefficients[0]! *= share;
    }
    let sum = 0;
    for (let k = 0; k <= degree && k < this.weights.length; k++) sum += this.weights[k]! * coefficients[k]!;
    return sum;
  }
}

/** k! (d − k − 1)! / d! for k = 0 … d − 1. */
function coalitionWeights(d: number): Float64Array {
  const weights = new Float64Array(d);
  weights[0] = 1 / d;
  for (let k = 1; k < d; k++) weights[k] = (weights[k - 1]! * k) / (d - k);
  return weights;
}
