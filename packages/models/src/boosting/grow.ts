import { type DecisionTrees, emptyTrees } from '../decision-trees.js';
import type { BinnedColumns } from './bins.js';
import { HistogramPool } from './histogram.js';
import { findSplit, leafValue, type NodeSums, type Split, type SplitRules } from './split.js';

export interface GrowRules extends SplitRules {
  readonly maxLeaves: number;
  readonly maxDepth: number;
  readonly learningRate: number;
}

/** Gradients and hessians of every row, the rows to grow on and the features that may split. */
export interface GrowInput {
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
  readonly rows: Int32Array;
  readonly features: Int32Array;
}

interface Node extends NodeSums {
  /** Position in the tree. */
  readonly at: number;
  readonly depth: number;
  /** Its rows, a view on the partition. */
  readonly members: Int32Array;
  readonly value: number;
}

/** A node that can be split, with its best split. */
interface Open {
  readonly node: Node;
  readonly histogram: Float64Array;
  readonly split: Split;
}

/** Grows trees leaf by leaf: always the leaf whose split lowers the loss most, the older one on a tie. */
export class TreeGrower {
  private readonly pool: HistogramPool;
  private readonly scratch: Int32Array;

  constructor(
    private readonly binned: BinnedColumns,
    rows: number,
  ) {
    this.pool = new HistogramPool(binned, rows);
    this.scratch = new Int32Array(rows);
  }

  grow(input: GrowInput, rules: GrowRules): DecisionTrees {
    const tree = emptyTrees(2 * rules.maxLeaves - 1, [0]);
    const root = rootNode(input, rules.l2);
    const open = this.openNodes(
      [root],
      this.pool.build(root.members, input.gradient, input.hessian, input.features),
      input,
      rules,
    );
    let nodes = 1;
    this.setLeaf(tree, root, rules);
    for (let leaves = 1; leaves < rules.maxLeaves && open.length > 0; leaves++) {
      const [best] = open.splice(bestOf(open), 1);
      const [left, right] = this.children(best!, nodes, rules);
      this.setSplit(tree, best!, left.at);
      this.setLeaf(tree, left, rules);
      this.setLeaf(tree, right, rules);
      nodes += 2;
      if (leaves + 1 < rules.maxLeaves) open.push(...this.openNodes([left, right], best!.histogram, input, rules));
      else this.pool.release(best!.histogram);
    }
    for (const { histogram } of open) this.pool.release(histogram);
    return trimmed(tree, nodes);
  }

  /** Those of a root, or of two siblings, that can be split; `histogram` is the root's or the parent's. */
  private openNodes(nodes: readonly Node[], histogram: Float64Array, input: GrowInput, rules: GrowRules): Open[] {
    const may = nodes.map((node) => node.depth < rules.maxDepth && node.rows >= 2 * rules.minSamplesLeaf);
    if (!may.includes(true)) {
      this.pool.release(histogram);
      return [];
    }
    const histograms = nodes.length === 1 ? [histogram] : this.childHistograms(nodes, histogram, input);
    return nodes.flatMap((node, i) => {
      const own = histograms[i]!;
      const split = may[i] ? findSplit(own, this.binned, input.features, node, rules) : undefined;
      if (split) return [{ node, histogram: own, split }];
      this.pool.release(own);
      return [];
    });
  }

  /** Sums over the smaller child's rows; the larger one's are the parent's less those. */
  private childHistograms(nodes: readonly Node[], parent: Float64Array, input: GrowInput): Float64Array[] {
    const small = nodes[0]!.members.length <= nodes[1]!.members.length ? 0 : 1;
    const own = this.pool.build(nodes[small]!.members, input.gradient, input.hessian, input.features);
    const other = this.pool.subtract(parent, own, input.features);
    return small === 0 ? [own, other] : [other, own];
  }

  private children({ node, split }: Open, at: number, rules: GrowRules): [Node, Node] {
    const members = node.members;
    const size = this.partition(members, split);
    const rest = {
      gradient: node.gradient - split.gradient,
      hessian: node.hessian - split.hessian,
      rows: node.rows - split.rows,
    };
    const leafOf = (sums: { gradient: number; hessian: number }) =>
      leafValue(sums.gradient, sums.hessian, rules.l2, node.lower, node.upper);
    const [left, right] = [leafOf(split), leafOf(rest)];
    const [leftBounds, rightBounds] = childBounds(node, this.directionOf(split, rules), (left + right) / 2);
    const depth = node.depth + 1;
    const { gradient, hessian, rows } = split;
    return [
      { at, depth, members: members.subarray(0, size), value: left, gradient, hessian, rows, ...leftBounds },
      { at: at + 1, depth, members: members.subarray(size), value: right, ...rest, ...rightBounds },
    ];
  }

  private directionOf({ feature, bin }: Split, rules: GrowRules): number {
    return bin < this.binned.thresholds[feature]!.length ? rules.monotone[feature]! : 0;
  }

  /** Moves the rows that go left to the front, each side in its old order; returns how many. */
  private partition(members: Int32Array, { feature, bin, missingLeft }: Split): number {
    const bins = this.binned.bins[feature]!;
    const missing = this.binned.thresholds[feature]!.length + 1;
    let left = 0;
    let right = 0;
    for (let i = 0; i < members.length; i++) {
      const row = members[i]!;
      const b = bins[row]!;
      if (b <= bin || (missingLeft && b === missing)) members[left++] = row;
      else this.scratch[right++] = row;
    }
    members.set(this.scratch.subarray(0, right), left);
    return left;
  }

  private setLeaf(tree: DecisionTrees, { at, value, rows }: Node, { learningRate }: GrowRules): void {
    tree.value[at] = value * learningRate;
    tree.cover[at] = rows;
  }

  private setSplit(tree: DecisionTrees, { node, split }: Open, left: number): void {
    const cuts = this.binned.thresholds[split.feature]!;
    tree.feature[node.at] = split.feature;
    tree.threshold[node.at] = cuts[split.bin] ?? Number.MAX_VALUE;
    tree.missingLeft[node.at] = Number(split.missingLeft);
    tree.left[node.at] = left;
    tree.right[node.at] = left + 1;
    tree.value[node.at] = 0;
  }
}

function rootNode({ gradient, hessian, rows }: GrowInput, l2: number): Node {
  let g = 0;
  let h = 0;
  for (const row of rows) {
    g += gradient[row]!;
    h += hessian[row]!;
  }
  const bounds = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
  const value = leafValue(g, h, l2, bounds.lower, bounds.upper);
  return { at: 0, depth: 0, members: rows.slice(), value, gradient: g, hessian: h, rows: rows.length, ...bounds };
}

function bestOf(open: readonly Open[]): number {
  let best = 0;
  for (let i = 1; i < open.length; i++) if (open[i]!.split.gain > open[best]!.split.gain) best = i;
  return best;
}

/** Below a split on a constrained feature no value may cross the middle of the two children's. */
function childBounds({ lower, upper }: Node, direction: number, mid: number) {
  if (direction === 0)
    return [
      { lower, upper },
      { lower, upper },
    ] as const;
  const [low, high] = [
    { lower, upper: mid },
    { lower: mid, upper },
  ];
  return direction > 0 ? ([low, high] as const) : ([high, low] as const);
}

function trimmed(tree: DecisionTrees, nodes: number): DecisionTrees {
  return {
    roots: tree.roots,
    feature: tree.feature.slice(0, nodes),
    threshold: tree.threshold.slice(0, nodes),
    left: tree.left.slice(0, nodes),
    right: tree.right.slice(0, nodes),
    value: tree.value.slice(0, nodes),
    missingLeft: tree.missingLeft.slice(0, nodes),
    cover: tree.cover.slice(0, nodes),
  };
}
