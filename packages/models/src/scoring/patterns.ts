import { countBelow } from '../boosting/bins.js';
import type { DecisionTrees } from '../decision-trees.js';
import { type RankedFeature, raiseMissing, rankBlock, rankedFeature, rankedFeatures } from './ranks.js';
import type { TreeScorer } from './tree-scorer.js';

/** Rows whose ranks are kept at a time: a multiple of the eight that are scored together. */
const BLOCK = 256;
const WORDS = BLOCK / 4;
/** Most splits of a tree, and what they can answer. */
const SPLITS = 3;
const PATTERNS = 8;
/** Most thresholds of a part: the ranks 0 … 126 fit in seven bits, which leaves each byte a sign. */
const PART = 126;

/**
 * Scores trees of at most three splits without walking them: each split of a tree is asked about four rows by one
 * subtraction, and the answers of the three are the position of the leaf's value in a table of eight (leaves by bits, as
 * in QuickScorer, Lucchese et al., SIGIR 2015).
 *
 * Undefined for larger trees, whose tables would outgrow the cache.
 */
export function patternScorer(trees: DecisionTrees, classes: number): TreeScorer | undefined {
  const { roots, feature } = trees;
  if (roots.some((root, t) => (roots[t + 1] ?? feature.length) - root > 2 * SPLITS + 1)) return undefined;
  const parts = rankedFeatures(trees).flatMap(partsOf);
  const tables = Array.from({ length: classes }, (_, k) => tablesOf(trees, k, classes, parts));
  const words = new Int32Array(2 * WORDS * Math.max(1, parts.length));
  const ranks = new Uint16Array(BLOCK);
  const sums = new Float64Array(BLOCK);
  return (columns, totals) => {
    const rows = totals[0]!.length;
    for (let start = 0; start < rows; start += BLOCK) {
      const end = Math.min(start + BLOCK, rows);
      parts.forEach((part, i) => {
        rankPart(part, columns[part.feature]!, start, end - start, ranks, words, 2 * i * WORDS);
      });
      for (const [k, { splits, values }] of tables.entries()) {
        const total = totals[k]!;
        sums.set(total.subarray(start, end));
        for (let row = 0; row < end - start; row += 8) addEight(splits, values, words, sums, row);
        total.set(sums.subarray(0, end - start), start);
      }
    }
  };
}

/** A feature as often as its thresholds take parts. A split on it reads the ranks of the part that has its threshold. */
function partsOf({ feature, cuts }: RankedFeature): RankedFeature[] {
  const parts = Array.from({ length: Math.ceil(cuts.length / PART) }, (_, i) =>
    cuts.subarray(i * PART, (i + 1) * PART),
  );
  return parts.map((part) => rankedFeature(feature, part));
}

/** Ranks of one part, a byte per row, in two blocks of words: with missing values lowest and with missing values highest. */
function rankPart(
  part: RankedFeature,
  column: Float64Array,
  start: number,
  size: number,
  ranks: Uint16Array,
  words: Int32Array,
  at: number,
): void {
  const missing = rankBlock(part, column, start, size, ranks, 0);
  pack(ranks, words, at);
  if (missing) raiseMissing(part, column, start, size, ranks, 0);
  pack(ranks, words, at + WORDS);
}

function pack(ranks: Uint16Array, words: Int32Array, at: number): void {
  for (let w = 0, i = 0; w < WORDS; w++, i += 4) {
    words[at + w] = ranks[i]! | (ranks[i + 1]! << 8) | (ranks[i + 2]! << 16) | (ranks[i + 3]! << 24);
  }
}

/** The trees of one class. */
interface Tables {
  /** Six numbers per tree, two per split: the block of words it reads, and the highest rank that goes left, in each byte and with its sign. */
  readonly splits: Int32Array;
  /** Eight numbers per tree: the value of the leaf for each pattern. Bit j says that split j sends the row left. */
  readonly values: Float64Array;
}

function tablesOf(trees: DecisionTrees, k: number, classes: number, parts: readonly RankedFeature[]): Tables {
  const { roots, feature, value } = trees;
  const own = Array.from(roots.keys()).filter((t) => t % classes === k);
  const splits = new Int32Array(2 * SPLITS * own.length);
  const values = new Float64Array(PATTERNS * own.length);
  own.forEach((t, i) => {
    const end = roots[t + 1] ?? feature.length;
    const nodes = Array.from({ length: end - roots[t]! }, (_, n) => roots[t]! + n).filter(
      (node) => feature[node]! >= 0,
    );
    nodes.forEach((node, j) => {
      splits.set(splitOf(trees, node, parts), 2 * (SPLITS * i + j));
    });
    for (let pattern = 0; pattern < PATTERNS; pattern++) {
      values[PATTERNS * i + pattern] = value[leafOf(trees, roots[t]!, nodes, pattern)]!;
    }
  });
  return { splits, values };
}

function splitOf(trees: DecisionTrees, node: number, parts: readonly RankedFeature[]): readonly [number, number] {
  const { feature, threshold, missingLeft } = trees;
  const cut = threshold[node]!;
  const part = parts.findIndex((each) => each.feature === feature[node] && cut <= each.cuts.at(-1)!);
  const rank = countBelow(parts[part]!.cuts, cut);
  return [(2 * part + 1 - missingLeft[node]!) * WORDS, (rank | 0x80) * 0x01010101];
}

function leafOf(trees: DecisionTrees, root: number, splits: readonly number[], pattern: number): number {
  let node = root;
  while (trees.feature[node]! >= 0) {
    const goesLeft = (pattern >> splits.indexOf(node)) & 1;
    node = goesLeft ? trees.left[node]! : trees.right[node]!;
  }
  return node;
}

/**
 * Adds the trees of one class to the sums of eight rows. A byte of `cut − rank` keeps the sign of the cut where the rank is
 * not above it, and never borrows from the next byte, as cut + 128 is above every rank. Where a tree has fewer splits, its
 * values are the same whatever the others answer. Written out, as nothing else of this is slow.
 */
function addEight(splits: Int32Array, values: Float64Array, ranks: Int32Array, sums: Float64Array, row: number): void {
  const word = row >> 2;
  let s0 = sums[row]!;
  let s1 = sums[row + 1]!;
  let s2 = sums[row + 2]!;
  let s3 = sums[row + 3]!;
  let s4 = sums[row + 4]!;
  let s5 = sums[row + 5]!;
  let s6 = sums[row + 6]!;
  let s7 = sums[row + 7]!;
  const trees = values.length >> 3;
  for (let t = 0; t < trees; t++) {
    const at = t * 6;
    const a = splits[at]! + word;
    const b = splits[at + 2]! + word;
    const c = splits[at + 4]! + word;
    const cutA = splits[at + 1]!;
    const cutB = splits[at + 3]!;
    const cutC = splits[at + 5]!;
    const x =
      (((cutA - ranks[a]!) >>> 7) & 0x01010101) |
      (((cutB - ranks[b]!) >>> 6) & 0x02020202) |
      (((cutC - ranks[c]!) >>> 5) & 0x04040404);
    const y =
      (((cutA - ranks[a + 1]!) >>> 7) & 0x01010101) |
      (((cutB - ranks[b + 1]!) >>> 6) & 0x02020202) |
      (((cutC - ranks[c + 1]!) >>> 5) & 0x04040404);
    const v = t * 8;
    s0 += values[v + (x & 7)]!;
    s1 += values[v + ((x >> 8) & 7)]!;
    s2 += values[v + ((x >> 16) & 7)]!;
    s3 += values[v + (x >> 24)]!;
    s4 += values[v + (y & 7)]!;
    s5 += values[v + ((y >> 8) & 7)]!;
    s6 += values[v + ((y >> 16) & 7)]!;
    s7 += values[v + (y >> 24)]!;
  }
  sums[row] = s0;
  sums[row + 1] = s1;
  sums[row + 2] = s2;
  sums[row + 3] = s3;
  sums[row + 4] = s4;
  sums[row + 5] = s5;
  sums[row + 6] = s6;
  sums[row + 7] = s7;
}
