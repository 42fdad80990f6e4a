import { countBelow } from './boosting/bins.js';
import { addLeafValues, type DecisionTrees } from './decision-trees.js';
import { infiniteValue } from './model.js';

/** Rows scored together, so that their ranks stay in the fastest cache. A multiple of 4. */
const BLOCK = 64;

/** Adds the values of the leaves each row falls into: tree t to `totals[t mod totals.length]`, in the order of trees. */
export type TreeScorer = (columns: readonly Float64Array[], totals: readonly Float64Array[]) => void;

/**
 * Trees laid out for speed. Each value is first ranked among the thresholds that the trees use for its feature, so that
 * a step down a tree compares two integers without a branch; a leaf is its own child, so that four rows walk a tree in
 * step until all have come to a leaf. Missing values get the lowest rank in one copy of a feature and the highest in another: a split reads the copy
 * that sends them where it wants them.
 *
 * @throws ConfigError `INFINITE_VALUE` while scoring, if a feature that the trees use is ±∞.
 */
export function treeScorer(trees: DecisionTrees): TreeScorer {
  const compiled = compile(trees);
  if (!compiled) return (columns, totals) => plainScores(trees, columns, totals);
  return (columns, totals) => {
    const rows = totals[0]!.length;
    const ranks = new Uint16Array(2 * BLOCK * Math.max(1, compiled.features.length));
    for (let start = 0; start < rows; start += BLOCK) {
      const size = Math.min(BLOCK, rows - start);
      compiled.features.forEach((each, i) => {
        rankBlock(each, columns[each.feature]!, start, size, ranks, 2 * i * BLOCK);
      });
      scoreBlock(compiled, ranks, totals, start, size);
    }
  };
}

function plainScores(trees: DecisionTrees, columns: readonly Float64Array[], totals: readonly Float64Array[]): void {
  trees.roots.forEach((root, t) => {
    addLeafValues(trees, root, columns, totals[t % totals.length]!);
  });
}

/** A feature that the trees use: two blocks of ranks, missing values lowest in the first and highest in the second. */
interface Ranked {
  readonly feature: number;
  readonly cuts: number;
  /** Its thresholds, ascending, then ∞. */
  readonly table: Float64Array;
}

interface Compiled {
  readonly features: readonly Ranked[];
  readonly roots: Int32Array;
  /**
   * Two numbers per node: block of ranks · 2^16 + rank, and twice the left child, which the right one follows. A row goes right
   * where its own rank is greater. A leaf has the highest rank, which no split has, and is its own left child.
   */
  readonly nodes: Int32Array;
  readonly value: Float64Array;
}

/** The bits of a rank. */
const RANK = 0xffff;

/** Undefined where a feature has more thresholds, or the trees more features, than fit in 16 bits. */
function compile(trees: DecisionTrees): Compiled | undefined {
  const { feature, threshold, left, missingLeft } = trees;
  const thresholds = distinctThresholds(trees);
  if (2 * thresholds.size > RANK || [...thresholds.values()].some((cuts) => cuts.length >= RANK)) return undefined;
  const blocks = new Map([...thresholds.keys()].map((f, i) => [f, 2 * i]));
  const nodes = new Int32Array(2 * feature.length);
  feature.forEach((f, node) => {
    const block = f < 0 ? 0 : blocks.get(f)! + 1 - missingLeft[node]!;
    nodes[2 * node] = f < 0 ? RANK : (block << 16) | countBelow(thresholds.get(f)!, threshold[node]!);
    nodes[2 * node + 1] = 2 * (f < 0 ? node : left[node]!);
  });
  const features = [...thresholds].map(([f, cuts]) => ({ feature: f, cuts: cuts.length, table: padded(cuts) }));
  return { features, roots: trees.roots, nodes, value: trees.value };
}

function padded(thresholds: Float64Array): Float64Array {
  const table = new Float64Array(2 ** Math.ceil(Math.log2(thresholds.length + 1)) - 1).fill(Number.POSITIVE_INFINITY);
  table.set(thresholds);
  return table;
}

function distinctThresholds({ feature, threshold }: DecisionTrees): Map<number, Float64Array> {
  const sets = new Map<number, Set<number>>();
  feature.forEach((f, node) => {
    if (f < 0) return;
    const set = sets.get(f) ?? new Set();
    sets.set(f, set.add(threshold[node]!));
  });
  return new Map([...sets].map(([f, set]) => [f, Float64Array.from(set).sort()]));
}

/**
 * Ranks of `size` values from `start` on, four at a time. The table is padded with ∞ to a power of two less one, so that
 * the search halves a fixed number of times and needs no branch. NaN is below nothing and so gets rank 0.
 */
function rankBlock(
  { feature, table, cuts }: Ranked,
  column: Float64Array,
  start: number,
  size: number,
  ranks: Uint16Array,
  at: number,
): void {
  const last = start + size - 1;
  const half = (table.length + 1) >> 1;
  for (let i = 0; i < size; i += 4) {
    const x = column[start + i]!;
    const y = column[Math.min(start + i + 1, last)]!;
    const z = column[Math.min(start + i + 2, last)]!;
    const w = column[Math.min(start + i + 3, last)]!;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let step = half; step > 0; step >>= 1) {
      a += step * Number(table[a + step - 1]! < x);
      b += step * Number(table[b + step - 1]! < y);
      c += step * Number(table[c + step - 1]! < z);
      d += step * Number(table[d + step - 1]! < w);
    }
    ranks[at + i] = a;
    ranks[at + i + 1] = b;
    ranks[at + i + 2] = c;
    ranks[at + i + 3] = d;
  }
  for (let i = 0; i < size; i++) {
    const x = column[start + i]!;
    if (x - x === 0) ranks[at + BLOCK + i] = ranks[at + i]!;
    else if (Number.isNaN(x)) ranks[at + BLOCK + i] = cuts;
    else throw infiniteValue(feature, start + i);
  }
}

function scoreBlock(trees: Compiled, ranks: Uint16Array, totals: readonly Float64Array[], start: number, size: number) {
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
