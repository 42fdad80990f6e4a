import type { DecisionTrees } from './decision-trees.js';
import { LeafGame } from './leaf-game.js';
import { addLookedUp } from './leaf-shares.js';
import { type Leaf, meets } from './tree-leaves.js';

/** Splits up to which all patterns of their sides fit a table of some kilobytes. */
export const MOST_SPLITS = 8;

/** Nodes from `root` on that have children. */
export function splitsOf(trees: DecisionTrees, root: number): number[] {
  if (trees.feature[root]! < 0) return [];
  return [root, ...splitsOf(trees, trees.left[root]!), ...splitsOf(trees, trees.right[root]!)];
}

/**
 * What a tree of few splits adds for each of its features, by the pattern of sides that a row takes at all of them. Two rows of one pattern
 * meet the same conditions, so each pattern is worked out when a row first shows it.
 */
export class TreeTable {
  private readonly known: Uint8Array;
  /** Per feature of the tree, a value per pattern. */
  private readonly values = new Map<number, Float64Array>();
  private readonly games: readonly (readonly [Leaf, LeafGame])[];

  constructor(
    private readonly trees: DecisionTrees,
    private readonly splits: readonly number[],
    leaves: readonly Leaf[],
    scale: number,
  ) {
    const patterns = 2 ** splits.length;
    this.known = new Uint8Array(patterns);
    for (const split of splits) this.values.set(trees.feature[split]!, new Float64Array(patterns));
    this.games = leaves.map((leaf) => [leaf, new LeafGame(leaf.path, scale * leaf.value)]);
  }

  /** Adds what each feature adds to the score, for each row. */
  add(columns: readonly Float64Array[], into: readonly Float64Array[]): void {
    const patterns = this.patternsOf(columns, into[0]!.length);
    for (const [row, pattern] of patterns.entries()) {
      if (this.known[pattern] === 0) this.learn(pattern, columns, row);
    }
    for (const [feature, values] of this.values) addLookedUp(into[feature]!, values, patterns);
  }

  /** A bit per split, set where the row goes left. */
  private patternsOf(columns: readonly Float64Array[], rows: number): Int32Array {
    const { feature, threshold, missingLeft } = this.trees;
    const patterns = new Int32Array(rows);
    for (const [i, split] of this.splits.entries()) {
      const column = columns[feature[split]!]!;
      const cut = threshold[split]!;
      const side = 1 << i;
      const missing = missingLeft[split] === 1 ? side : 0;
      for (let row = 0; row < rows; row++) {
        const x = column[row]!;
        patterns[row]! |= x <= cut ? side : x > cut ? 0 : missing;
      }
    }
    return patterns;
  }

  private learn(pattern: number, columns: readonly Float64Array[], row: number): void {
    this.known[pattern] = 1;
    for (const [{ path }, game] of this.games) {
      const met = Uint8Array.from(path, (condition) => Number(meets(condition, columns[condition.feature]![row]!)));
      for (const [i, value] of game.play(met).entries()) this.values.get(path[i]!.feature)![pattern]! += value;
    }
  }
}
