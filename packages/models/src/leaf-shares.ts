import { LeafGame } from './leaf-game.js';
import { type Condition, type Leaf, meets } from './tree-leaves.js';

/** Longer paths have too many patterns to keep. */
const LONGEST_KEPT = 12;

/** Adds what each feature adds to the score by the leaves of a tree, for each row. */
export function addLeaves(
  leaves: readonly Leaf[],
  scale: number,
  columns: readonly Float64Array[],
  into: readonly Float64Array[],
): void {
  for (const { path, value } of leaves) {
    const game = new LeafGame(path, scale * value);
    if (path.length <= LONGEST_KEPT) addByPattern(path, game, columns, into);
    else addByRow(path, game, columns, into);
  }
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
  for (let row = 0; row < patterns.length; row++) {
    if (meets(condition, column[row]!)) patterns[row]! |= bit;
  }
}

/** Adds to each row the value of its pattern. */
export function addLookedUp(total: Float64Array, values: Float64Array, patterns: Int32Array): void {
  for (let row = 0; row < patterns.length; row++) total[row]! += values[patterns[row]!]!;
}

function addByRow(
  path: readonly Condition[],
  game: LeafGame,
  columns: readonly Float64Array[],
  into: readonly Float64Array[],
): void {
  for (let row = 0; row < into[0]!.length; row++) {
    const met = Uint8Array.from(path, (condition) => Number(meets(condition, columns[condition.feature]![row]!)));
    game.play(met).forEach((value, i) => {
      into[path[i]!.feature]![row]! += value;
    });
  }
}
