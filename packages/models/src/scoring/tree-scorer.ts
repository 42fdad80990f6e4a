import { addLeafValues, type DecisionTrees } from '../decision-trees.js';
import { patternScorer } from './patterns.js';
import { walkScorer } from './walk.js';

/**
 * Adds the values of the leaves each row falls into: tree t to `totals[t mod K]` for K classes, in the order of trees, so
 * that every scorer gives the same sums to the last bit.
 *
 * @throws ConfigError `INFINITE_VALUE` if a feature that the trees use is ±∞.
 */
export type TreeScorer = (columns: readonly Float64Array[], totals: readonly Float64Array[]) => void;

/**
 * The fastest scorer for the trees. All of them rank each value once among the thresholds that the trees use for its
 * feature, so that a split compares two small integers.
 */
export const treeScorer = (trees: DecisionTrees, classes: number): TreeScorer =>
  patternScorer(trees, classes) ?? walkScorer(trees) ?? ((columns, totals) => plainScores(trees, columns, totals));

function plainScores(trees: DecisionTrees, columns: readonly Float64Array[], totals: readonly Float64Array[]): void {
  trees.roots.forEach((root, t) => {
    addLeafValues(trees, root, columns, totals[t % totals.length]!);
  });
}
