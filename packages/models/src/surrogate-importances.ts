import { createRandom, type Random } from '@deeplogbot/core';
import type { DecisionTrees } from './decision-trees.js';
import { forestSteps } from './random-forest.js';
import { atOnce } from './turns.js';

export interface SurrogateOptions {
  /** Trees of the forest. @defaultValue 100 */
  readonly trees?: number;
  /** Rows that a tree sees; growing takes time as its square. @defaultValue 300 */
  readonly sampleSize?: number;
  /** Rows that permutation looks at, drawn without replacement; all if there are fewer. @defaultValue 2000 */
  readonly rows?: number;
  /** Times each column is dealt out anew. @defaultValue 5 */
  readonly repeats?: number;
  /** @defaultValue 42 */
  readonly randomState?: number;
}

export interface SurrogateImportances {
  /** One per column, ≥ 0, summing to 1; all 0 where no tree has a split. */
  readonly gini: Float64Array;
  /** One per column: mean loss of area under the ROC curve, in [−1, 1]; around 0 for a column that says nothing of its own. */
  readonly permutation: Float64Array;
  /** Rows that permutation was measured on. */
  readonly rows: number;
}

/**
 * Explains flags by a stand-in: a random forest that is grown to tell flagged rows from the others, both weighing the same,
 * and then asked what it relies on. Two answers, as each misleads in its own way: the Gini importance (Breiman et al. 1984)
 * favours columns of many values, the permutation importance (Breiman 2001) splits what two alike columns have to say.
 *
 * Both are measured on the rows that the forest was grown on: they say how the flags come about, not how well they could be
 * foretold. Undefined where all rows are flagged or none is.
 */
export function surrogateImportances(
  columns: readonly Float64Array[],
  flags: ArrayLike<number>,
  options: SurrogateOptions = {},
): SurrogateImportances | undefined {
  return atOnce(surrogateSteps(columns, flags, options));
}

/** {@link surrogateImportances} one tree and one column at a time, for callers that let others run in between. */
export function* surrogateSteps(
  columns: readonly Float64Array[],
  flags: ArrayLike<number>,
  options: SurrogateOptions = {},
): Generator<undefined, SurrogateImportances | undefined> {
  const { trees = 100, sampleSize = 300, rows: most = 2000, repeats = 5, randomState = 42 } = options;
  const labels = Array.from(flags, (flag) => (flag ? 'anomaly' : 'other'));
  if (columns.length === 0 || new Set(labels).size < 2) return undefined;
  const classes = { classes: ['anomaly', 'other'], classWeights: 'balanced' } as const;
  const forest = yield* forestSteps(columns, labels, { trees, sampleSize, randomState }, classes);
  const random = createRandom(randomState);
  const drawn = random.sample(labels.length, most);
  const sample = columns.map((column) => Float64Array.from(drawn, (row) => column[row]!));
  const truth = Uint8Array.from(drawn, (row) => Number(Boolean(flags[row])));
  const auc = (table: readonly Float64Array[]) => areaUnderRoc(forest.predictProbabilities(table)[0]!, truth);
  const whole = auc(sample);
  const permutation = new Float64Array(columns.length);
  for (const [i, column] of sample.entries()) {
    for (let repeat = 0; repeat < repeats; repeat++) {
      permutation[i]! += (whole - auc(replaced(sample, i, shuffled(column, random)))) / repeats;
      yield undefined;
    }
  }
  return { gini: giniImportances(forest.trees, 2, columns.length), permutation, rows: drawn.length };
}

const replaced = (columns: readonly Float64Array[], at: number, by: Float64Array) =>
  columns.map((column, i) => (i === at ? by : column));

function shuffled(column: Float64Array, random: Random): Float64Array {
  return Float64Array.from(random.sample(column.length, column.length), (row) => column[row]!);
}

/**
 * The impurity 1 − Σ p² that splits by each feature take away, weighted by the share of rows that reach them; per tree summing to
 * 1, then the mean over trees. `trees` hold each tree `classes` times, its leaves the shares of one class.
 */
export function giniImportances(trees: DecisionTrees, classes: number, features: number): Float64Array {
  const total = new Float64Array(features);
  for (let t = 0; t < trees.roots.length; t += classes) addTree(trees, t, classes, total);
  const sum = total.reduce((a, b) => a + b, 0);
  return sum > 0 ? total.map((value) => value / sum) : total;
}

function addTree(trees: DecisionTrees, t: number, classes: number, total: Float64Array): void {
  const { roots, feature, left, right, cover } = trees;
  const root = roots[t]!;
  const nodes = (roots[t + 1] ?? feature.length) - root;
  const shares = Array.from({ length: classes }, (_, k) => classShares(trees, roots[t + k]!, nodes));
  const impurity = (node: number) => 1 - shares.reduce((sum, share) => sum + share[node - root]! ** 2, 0);
  const gains = new Float64Array(total.length);
  for (let node = root; node < root + nodes; node++) {
    if (feature[node]! < 0) continue;
    const [a, b] = [left[node]!, right[node]!];
    gains[feature[node]!]! += cover[node]! * impurity(node) - cover[a]! * impurity(a) - cover[b]! * impurity(b);
  }
  const sum = gains.reduce((a, b) => a + b, 0);
  if (sum > 0) for (const [f, gain] of gains.entries()) total[f]! += gain / sum;
}

/** The share of one class at each node; children come after their parents. */
function classShares({ feature, left, right, value, cover }: DecisionTrees, root: number, nodes: number): Float64Array {
  const share = new Float64Array(nodes);
  for (let node = root + nodes - 1; node >= root; node--) {
    if (feature[node]! < 0) {
      share[node - root] = value[node]!;
      continue;
    }
    const [a, b] = [left[node]!, right[node]!];
    share[node - root] = (cover[a]! * share[a - root]! + cover[b]! * share[b - root]!) / cover[node]!;
  }
  return share;
}

/** Share of the pairs of a flagged and another row in which the flagged one scores higher, ties counting half; NaN without pairs. */
export function areaUnderRoc(scores: Float64Array, flags: ArrayLike<number>): number {
  const order = [...scores.keys()].sort((a, b) => scores[a]! - scores[b]!);
  let [flagged, ranks] = [0, 0];
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) end++;
    const among = order.slice(start, end).filter((row) => flags[row]).length;
    flagged += among;
    ranks += (among * (start + 1 + end)) / 2;
    start = end;
  }
  const others = order.length - flagged;
  return (ranks - (flagged * (flagged + 1)) / 2) / (flagged * others);
}
