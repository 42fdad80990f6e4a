import { checkAborted, createRandom, invalidOption, type Random, type RunControl } from '@deeplogbot/core';
import { checkColumns, checkedRowCount, checkFinite, checkInteger } from './checked-columns.js';
import { type FlatTrees, TreeBuilder } from './flat-trees.js';
import { rowMajor } from './scoring/row-major.js';
import { atOnce } from './turns.js';

export interface IsolationForestOptions {
  /** Trees in the forest; variance falls as 1/trees. @defaultValue 200 */
  readonly trees?: number;
  /** Rows drawn per tree, without replacement; capped at the row count. @defaultValue 256 */
  readonly sampleSize?: number;
  /** Seed of every random draw: same seed, same columns, same scores. @defaultValue 42 */
  readonly randomState?: number;
}

const DEFAULTS = { trees: 200, sampleSize: 256, randomState: 42 } satisfies Required<IsolationForestOptions>;

/** Finds rows unlike the others. Higher scores are always more anomalous. */
export interface Detector {
  fit(columns: readonly Float64Array[], control?: RunControl): FittedDetector;
}

export interface FittedDetector {
  /** One score per row of columns in the order of fitting. */
  scores(columns: readonly Float64Array[]): Float64Array;
}

/**
 * Isolation forest (Liu, Ting & Zhou, ICDM 2008).
 *
 * score(x) = 2^(−E[h(x)] / c(ψ)), in (0, 1]: h is the depth at which a random tree isolates x, plus c(m) for a leaf
 * that still holds m rows; c(n) is the mean depth of an unsuccessful search among n rows. Near 0.5 is ordinary, near 1
 * is isolated at once. Trees stop at depth ⌈log₂ ψ⌉.
 *
 * Weak against anomalies that come in dense groups: they shield one another. Fit costs O(trees · ψ log ψ), scoring
 * O(trees · log ψ) per row. NaN goes left at every split and takes no part in choosing one, so a missing value never
 * isolates a row by itself. Infinite values are refused.
 */
export function isolationForest(options: IsolationForestOptions = {}): Detector {
  const { trees, sampleSize, randomState } = { ...DEFAULTS, ...options };
  checkInteger('trees', trees, 1);
  checkInteger('sampleSize', sampleSize, 2);
  return {
    fit: (columns, control = {}) => atOnce(isolationSteps(columns, { trees, sampleSize, randomState }, control)),
  };
}

/** The fit of {@link isolationForest} a tree at a time, for callers that let others run in between. */
export function* isolationSteps(
  columns: readonly Float64Array[],
  options: IsolationForestOptions,
  control: RunControl = {},
): Generator<undefined, FittedDetector> {
  const { trees, sampleSize, randomState } = { ...DEFAULTS, ...options };
  const rows = checkedRowCount(columns, 'An isolation forest');
  for (const [i, column] of columns.entries()) checkFinite(column, i);
  const psi = Math.min(sampleSize, rows);
  const builder = new TreeBuilder();
  const random = createRandom(randomState);
  for (let tree = 0; tree < trees; tree++) {
    checkAborted(control, 'isolation forest');
    builder.beginTree();
    grow(builder, columns, random.sample(rows, psi), Math.ceil(Math.log2(Math.max(psi, 2))), random);
    yield undefined;
  }
  return fittedForest(builder.build(), psi);
}

/** Grows the subtree of the sampled rows and returns its first node. */
function grow(
  builder: TreeBuilder,
  columns: readonly Float64Array[],
  rows: Int32Array,
  depthLeft: number,
  random: Random,
): number {
  const split = depthLeft > 0 && rows.length > 1 ? chooseSplit(columns, rows, random) : undefined;
  if (!split) return builder.leaf(rows.length);
  const { feature, threshold } = split;
  const column = columns[feature]!;
  const node = builder.split(feature, threshold);
  const left = grow(
    builder,
    columns,
    rows.filter((row) => !(column[row]! > threshold)),
    depthLeft - 1,
    random,
  );
  const right = grow(
    builder,
    columns,
    rows.filter((row) => column[row]! > threshold),
    depthLeft - 1,
    random,
  );
  builder.children(node, left, right);
  return node;
}

/** A feature drawn among those that vary here, and a threshold drawn uniformly in [min, max); none if no feature varies. */
function chooseSplit(columns: readonly Float64Array[], rows: Int32Array, random: Random) {
  const order = random.sample(columns.length, columns.length);
  for (const feature of order) {
    const column = columns[feature]!;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (const row of rows) {
      const value = column[row]!;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    if (min >= max) continue;
    const threshold = min + random.next() * (max - min);
    return { feature, threshold: threshold < max ? threshold : min };
  }
  return undefined;
}

/** Scores a forest that exists, with the ψ it was grown with. Leaf values are row counts. */
export function fittedForest(trees: FlatTrees, psi: number): FittedDetector {
  const depth = leafDepths(trees);
  const scale = meanPathLength(psi);
  const asked = 1 + trees.feature.reduce((a, b) => Math.max(a, b), -1);
  // By exp: engines of JavaScript disagree about the last digit of a power with a fraction.
  const score = (sum: number) => Math.exp((-Math.LN2 * sum) / trees.roots.length / scale);
  return {
    scores(columns) {
      if (columns.length < asked) checkColumns(columns, asked);
      const total = new Float64Array(columns[0]?.length ?? 0);
      for (let from = 0; from < total.length; from += BLOCK) {
        const part = total.subarray(from, from + BLOCK);
        const values = rowMajor(columns, from, from + part.length);
        for (const root of trees.roots) addDepths(trees, root, depth, values, part);
      }
      return total.map((sum) => (scale === 0 ? 0.5 : score(sum)));
    },
  };
}

/** Rows that all trees see one after another: their values stay in a cache, and a tree does while it sees them. */
const BLOCK = 128;

/** @param values of the rows that `total` is of, one row behind the other */
function addDepths(
  { feature, threshold, left, right }: FlatTrees,
  root: number,
  depth: Float64Array,
  values: Float64Array,
  total: Float64Array,
): void {
  const width = values.length / total.length;
  for (let row = 0; row < total.length; row++) {
    const at = row * width;
    let node = root;
    let f = feature[node]!;
    while (f >= 0) {
      node = values[at + f]! > threshold[node]! ? right[node]! : left[node]!;
      f = feature[node]!;
    }
    total[row]! += depth[node]!;
  }
}

/** Path length of every leaf: its depth plus what a tree of its rows would add. */
function leafDepths({ roots, feature, left, right, value }: FlatTrees): Float64Array {
  const depths = new Float64Array(feature.length);
  const visit = (node: number, depth: number): void => {
    if (feature[node]! < 0) depths[node] = depth + meanPathLength(value[node]!);
    else {
      visit(left[node]!, depth + 1);
      visit(right[node]!, depth + 1);
    }
  };
  for (const root of roots) visit(root, 0);
  return depths;
}

const EULER_GAMMA = 0.5772156649015329;

/** c(m) = 2(ln(m − 1) + γ) − 2(m − 1)/m for m > 2, c(2) = 1, else 0: mean depth of an unsuccessful search among m rows. */
export function meanPathLength(m: number): number {
  if (m <= 1) return 0;
  if (m === 2) return 1;
  return 2 * (Math.log(m - 1) + EULER_GAMMA) - (2 * (m - 1)) / m;
}

export interface AnomalyScores {
  /** Forest score minus its threshold: above 0 is anomalous. */
  readonly score: Float64Array;
  /** 1 where the score is above 0. */
  readonly isAnomaly: Uint8Array;
  /** The forest score at which anomalies begin: its (1 − contamination) quantile, linearly interpolated. */
  readonly threshold: number;
}

/** Cuts forest scores so that about the share `contamination` lies above 0. */
export function anomalyScores(scores: Float64Array, contamination: number): AnomalyScores {
  if (!(contamination > 0 && contamination <= 0.5)) {
    throw invalidOption('contamination', contamination, 'a number in (0, 0.5]');
  }
  const sorted = scores.toSorted();
  const position = (sorted.length - 1) * (1 - contamination);
  const below = Math.floor(position);
  const lower = sorted[below]!;
  const threshold = lower + (position - below) * ((sorted[below + 1] ?? lower) - lower);
  const score = scores.map((value) => value - threshold);
  return { score, isAnomaly: Uint8Array.from(score, (value) => (value > 0 ? 1 : 0)), threshold };
}
