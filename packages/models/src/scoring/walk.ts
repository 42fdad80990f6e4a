import { countBelow } from '../boosting/bins.js';
import type { DecisionTrees } from '../decision-trees.js';
import { type RankedFeature, raiseMissing, rankBlock, rankedFeatures } from './ranks.js';
import type { TreeScorer } from './tree-scorer.js';

/** Rows scored together, so that their ranks stay in the fastest cache. A multiple of 4. */
const BLOCK = 64;

/** The bits of a rank. */
const RANK = 0xffff;

/**
 * Walks trees of any depth: a step down compares two ranks without a branch; a leaf is its own child, so that four rows
 * walk a tree in step until all have come to a leaf. A split reads the copy of a feature's ranks that sends missing values
 * where it wants them.
 *
 * Undefined where a feature has more thresholds, or the trees more features, than fit in 16 bits.
 */
export function walkScorer(trees: DecisionTrees): TreeScorer | undefined {
  const features = rankedFeatures(trees);
  if (2 * features.length > RANK || features.some(({ cuts }) => cuts.length >= RANK)) return undefined;
  const walked = compile(trees, features);
  const ranks = new Uint16Array(2 * BLOCK * Math.max(1, features.length));
  return (columns, totals) => {
    const rows = totals[0]!.length;
    for (let start = 0; start < rows; start += BLOCK) {
      const size = Math.min(BLOCK, rows - start);
      features.forEach((each, i) => {
        const column = columns[each.feature]!;
        const at = 2 * i * BLOCK;
        const missing = rankBlock(each, column, start, size, ranks, at);
        ranks.copyWithin(at + BLOCK, at, at + BLOCK);
        if (missing) raiseMissing(each, column, start, size, ranks, at + BLOCK);
      });
      scoreBlock(walked, ranks, totals, start, size);
    }
  };
}

interface Walked {
  readonly roots: Int32Array;
  /**
   * Two numbers per node: block of ranks · 2^16 + rank, and twice the left child, which the right one follows. A row goes right
   * where its own rank is greater. A leaf has the highest rank, which no split has, and is its own left child.
   */
  readonly nodes: Int32Array;
  readonly value: Float64Array;
}

function compile(trees: DecisionTrees, features: readonly RankedFeature[]): Walked {
  const { feature, threshold, left, missingLeft } = trees;
  const places = new Map(features.map((each, i) => [each.feature, i]));
  const nodes = new Int32Array(2 * feature.length);
  feature.forEach((f, node) => {
    nodes[2 * node] = RANK;
    nodes[2 * node + 1] = 2 * (f < 0 ? node : left[node]!);
    if (f < 0) return;
    const place = places.get(f)!;
    const block = 2 * place + 1 - missingLeft[node]!;
    nodes[2 * node] = (block << 16) | countBelow(features[place]!.cuts, threshold[node]!);
  });
  return { roots: trees.roots, nodes, value: trees.value };
}

function scoreBlock(trees: Walked, ranks: Uint16Array, totals: readonly Float64Array[], start: number, size: number) {
  const { roots, nodes, value } = trees;
  for (let t = 0; t < roots.length; t++) {
    const total = totals[t % totals.length]!;
    const root = 2 * roots[t]!;
    for (let i = 0; i < size; i += 4) {
      let a = root;
      let b = root;
      let c = root;
      let d = root;
      for (;;) {
        const ta = nodes[a]!;
        const tb = nodes[b]!;
        const tc = nodes[c]!;
        const td = nodes[d]!;
        if ((ta & tb & tc & td & RANK) === RANK) break;
        a = nodes[a + 1]! + ((((ta & RANK) - ranks[(ta >>> 16) * BLOCK + i]!) >> 31) & 2);
        b = nodes[b + 1]! + ((((tb & RANK) - ranks[(tb >>> 16) * BLOCK + i + 1]!) >> 31) & 2);
        c = nodes[c + 1]! + ((((tc & RANK) - ranks[(tc >>> 16) * BLOCK + i + 2]!) >> 31) & 2);
        d = nodes[d + 1]! + ((((td & RANK) - ranks[(td >>> 16) * BLOCK + i + 3]!) >> 31) & 2);
      }
      const row = start + i;
      total[row]! += value[a >> 1]!;
      if (i + 1 < size) total[row + 1]! += value[b >> 1]!;
      if (i + 2 < size) total[row + 2]! += value[c >> 1]!;
      if (i + 3 < size) total[row + 3]! += value[d >> 1]!;
    }
  }
}
