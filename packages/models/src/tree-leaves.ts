import type { DecisionTrees } from './decision-trees.js';

/** What one feature must be to come to a leaf: in (low, high], or missing where `missing` says so. */
export interface Condition {
  readonly feature: number;
  readonly low: number;
  readonly high: number;
  readonly missing: boolean;
  /** Share of the training rows that its splits on the path let through. */
  readonly share: number;
}

export interface Leaf {
  readonly value: number;
  /** Share of the training rows. */
  readonly share: number;
  /** One condition per feature, in the order of first use. */
  readonly path: readonly Condition[];
}

/** The leaves of the tree that starts at `root`. */
export function leavesOf(trees: DecisionTrees, root: number): Leaf[] {
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

/** Whether a value lets a row through to the leaf. */
export const meets = ({ low, high, missing }: Condition, x: number): boolean =>
  (x > low && x <= high) || (missing && Number.isNaN(x));
