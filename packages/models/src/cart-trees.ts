import type { CartNode } from 'ml-cart';
import { concatTrees, type DecisionTrees, emptyTrees } from './decision-trees.js';

/**
 * One tree of ml-cart as K trees of one shape, the k-th with class k's share in each leaf. A missing value goes where the
 * column's median goes; covers count the rows it was grown on. `columns` says which column each of the tree's own is, and
 * `medians` has one number for each of those.
 */
export function treesOfCart(
  root: CartNode,
  columns: ArrayLike<number>,
  table: readonly (readonly number[])[],
  medians: ArrayLike<number>,
  classes: number,
): DecisionTrees {
  const nodes = breadthFirst(root);
  const shape = emptyTrees(nodes.length, [0]);
  nodes.forEach(({ node, left }, at) => {
    if (left < 0) return;
    shape.feature[at] = node.splitColumn!;
    shape.threshold[at] = nextBelow(node.splitValue!);
    shape.left[at] = left;
    shape.right[at] = left + 1;
    shape.missingLeft[at] = Number(medians[node.splitColumn!]! < node.splitValue!);
  });
  for (const row of table) countPath(shape, row);
  return concatTrees(
    Array.from({ length: classes }, (_, k) => ({
      ...shape,
      feature: shape.feature.map((column) => (column < 0 ? -1 : columns[column]!)),
      value: Float64Array.from(nodes, ({ node, left }) => (left < 0 ? shareOf(node, k) : 0)),
    })),
  );
}

/** Nodes in an order where siblings are neighbours and follow their parent; `left` is −1 for a leaf. */
function breadthFirst(root: CartNode): { readonly node: CartNode; readonly left: number }[] {
  const queue = [root];
  const nodes: { node: CartNode; left: number }[] = [];
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at]!;
    const split = node.left !== undefined && node.right !== undefined;
    nodes.push({ node, left: split ? queue.push(node.left!, node.right!) - 2 : -1 });
  }
  return nodes;
}

function countPath({ feature, threshold, left, right, cover }: DecisionTrees, row: readonly number[]): void {
  let node = 0;
  for (;;) {
    cover[node]!++;
    const f = feature[node]!;
    if (f < 0) return;
    node = row[f]! <= threshold[node]! ? left[node]! : right[node]!;
  }
}

/** A distribution ends with the highest class that the leaf holds. */
function shareOf({ distribution }: CartNode, k: number): number {
  return distribution !== undefined && k < distribution.columns ? distribution.get(0, k) : 0;
}

/** The greatest double below a finite x, so that `value < x` where `value <= nextBelow(x)`. */
export function nextBelow(x: number): number {
  if (x === 0) return -Number.MIN_VALUE;
  const float = Float64Array.of(x);
  const bits = new BigInt64Array(float.buffer);
  bits[0]! += x > 0 ? -1n : 1n;
  return float[0]!;
}
