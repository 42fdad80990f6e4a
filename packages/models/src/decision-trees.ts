import type { FlatTrees } from './flat-trees.js';

/**
 * {@link FlatTrees} of a classifier: the tree at position t scores class t mod K. NaN goes where `missingLeft` says, so
 * `value <= threshold` goes left, `value > threshold` right, NaN left if `missingLeft[i] = 1` else right. A child comes
 * after its parent and the right child right after the left one. Leaves have threshold 0; splits have value 0.
 */
export interface DecisionTrees extends FlatTrees {
  readonly missingLeft: Uint8Array;
  /** Training rows that reached the node, > 0; that of a split is the sum of its children's. */
  readonly cover: Float64Array;
}

/** Lays trees one after another. */
export function concatTrees(trees: readonly DecisionTrees[]): DecisionTrees {
  const offsets: number[] = [];
  let nodes = 0;
  for (const tree of trees) {
    offsets.push(nodes);
    nodes += tree.feature.length;
  }
  const all = emptyTrees(
    nodes,
    trees.flatMap((tree, i) => Array.from(tree.roots, (root) => root + offsets[i]!)),
  );
  trees.forEach((tree, i) => {
    const at = offsets[i]!;
    all.feature.set(tree.feature, at);
    all.threshold.set(tree.threshold, at);
    all.left.set(
      tree.left.map((child) => (child < 0 ? -1 : child + at)),
      at,
    );
    all.right.set(
      tree.right.map((child) => (child < 0 ? -1 : child + at)),
      at,
    );
    all.value.set(tree.value, at);
    all.missingLeft.set(tree.missingLeft, at);
    all.cover.set(tree.cover, at);
  });
  return all;
}

/** Trees with room for `nodes` nodes, each a leaf of value 0. */
export function emptyTrees(nodes: number, roots: ArrayLike<number>): DecisionTrees {
  return {
    roots: Int32Array.from(roots),
    feature: new Int32Array(nodes).fill(-1),
    threshold: new Float64Array(nodes),
    left: new Int32Array(nodes).fill(-1),
    right: new Int32Array(nodes).fill(-1),
    value: new Float64Array(nodes),
    missingLeft: new Uint8Array(nodes),
    cover: new Float64Array(nodes),
  };
}

/** Adds the value of each row's leaf to `total`, for the tree that starts at `root`. */
export function addLeafValues(
  { feature, threshold, left, right, value, missingLeft }: DecisionTrees,
  root: number,
  columns: readonly Float64Array[],
  total: Float64Array,
): void {
  for (let row = 0; row < total.length; row++) {
    let node = root;
    let f = feature[node]!;
    while (f >= 0) {
      const x = columns[f]![row]!;
      const goesLeft = x <= threshold[node]! || (missingLeft[node] === 1 && Number.isNaN(x));
      node = goesLeft ? left[node]! : right[node]!;
      f = feature[node]!;
    }
    total[row]! += value[node]!;
  }
}
