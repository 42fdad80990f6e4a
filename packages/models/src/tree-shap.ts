import { checkColumns } from './checked-columns.js';
import type { DecisionTrees } from './decision-trees.js';
import { addLeaves } from './leaf-shares.js';
import { leavesOf } from './tree-leaves.js';
import { MOST_SPLITS, splitsOf, TreeTable } from './tree-table.js';
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
 * What a tree adds depends on a row only through the sides it takes at the splits, so each pattern of sides that occurs is
 * worked out once, for a tree of few splits; for others once per leaf, by which of the path's d features lead to it: O(patterns · d³) and
 * then O(d) per row and leaf. Missing values follow the trees. Of two features that say the same, the one that the trees split on gets the
 * credit.
 */
export function treeShap(
  ensemble: TreeEnsemble,
  columns: readonly Float64Array[],
  options: TreeShapOptions = {},
): TreeExplanation {
  return atOnce(treeShapSteps(ensemble, columns, options));
}

/** {@link treeShap} one tree at a time, for callers that let others run in between. */
export const treeShapSteps = (
  ensemble: TreeEnsemble,
  columns: readonly Float64Array[],
  options: TreeShapOptions = {},
): Generator<undefined, TreeExplanation> => new TreeShap(ensemble).steps(columns, options);

/** Explains rows part by part, and keeps what it worked out of small trees for the next part. */
export class TreeShap {
  private readonly tables = new Map<number, Explained>();

  constructor(private readonly ensemble: TreeEnsemble) {}

  /** {@link treeShap} of some rows, one tree at a time. */
  *steps(columns: readonly Float64Array[], options: TreeShapOptions = {}): Generator<undefined, TreeExplanation> {
    const rows = checkColumns(columns, this.ensemble.features);
    const base = this.ensemble.baseline.slice();
    const contributions = Array.from(base, () => columns.map(() => new Float64Array(rows)));
    const wanted = new Set(options.classes ?? base.keys());
    for (const [t, root] of this.ensemble.trees.roots.entries()) {
      const k = t % base.length;
      const tree = this.tables.get(root) ?? this.explained(root);
      base[k]! += tree.mean;
      if (wanted.has(k)) tree.add(columns, contributions[k]!);
      yield undefined;
    }
    return { base, contributions };
  }

  private explained(root: number): Explained {
    const { trees, scale } = this.ensemble;
    const leaves = leavesOf(trees, root);
    const mean = leaves.reduce((sum, { value, share }) => sum + scale * value * share, 0);
    const splits = splitsOf(trees, root);
    if (splits.length > MOST_SPLITS) return { mean, add: (...rows) => addLeaves(leaves, scale, ...rows) };
    const table = new TreeTable(trees, splits, leaves, scale);
    const found: Explained = { mean, add: (...rows) => table.add(...rows) };
    this.tables.set(root, found);
    return found;
  }
}

/** A tree ready to explain rows. */
interface Explained {
  /** Over the training rows. */
  readonly mean: number;
  /** Adds what each feature adds to the score, for each row. */
  readonly add: (columns: readonly Float64Array[], into: readonly Float64Array[]) => void;
}
