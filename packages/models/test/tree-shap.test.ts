import { gradientBoosting, type TreeEnsemble, treeShap } from '@deeplogbot/models';
import { describe, expect, it } from 'vitest';
import { table } from './support.js';

/** Expected score of class k when only the features of the coalition (a bit mask) are known. */
function expected(
  { trees, baseline, scale }: TreeEnsemble,
  k: number,
  x: readonly number[],
  coalition: number,
): number {
  const visit = (node: number): number => {
    const f = trees.feature[node]!;
    if (f < 0) return trees.value[node]!;
    const [left, right] = [trees.left[node]!, trees.right[node]!];
    if ((coalition >> f) & 1) {
      const goesLeft = Number.isNaN(x[f]) ? trees.missingLeft[node] === 1 : x[f]! <= trees.threshold[node]!;
      return visit(goesLeft ? left : right);
    }
    return (trees.cover[left]! * visit(left) + trees.cover[right]! * visit(right)) / trees.cover[node]!;
  };
  return [...trees.roots].reduce(
    (sum, root, t) => (t % baseline.length === k ? sum + scale * visit(root) : sum),
    baseline[k]!,
  );
}

/** Shapley's formula over all coalitions. */
function bruteForce(ensemble: TreeEnsemble, k: number, x: readonly number[]): number[] {
  const n = x.length;
  const factorial = (m: number): number => (m < 2 ? 1 : m * factorial(m - 1));
  const size = (set: number) => set.toString(2).replaceAll('0', '').length;
  const worth = Array.from({ length: 2 ** n }, (_, set) => expected(ensemble, k, x, set));
  return x.map((_, f) =>
    worth.reduce((sum, without, set) => {
      if ((set >> f) & 1) return sum;
      const weight = (factorial(size(set)) * factorial(n - size(set) - 1)) / factorial(n);
      return sum + weight * (worth[set | (1 << f)]! - without);
    }, 0),
  );
}

/** A split on feature 0, below it one on feature 1; a missing value to the right at the root. */
const byHand: TreeEnsemble = {
  features: 2,
  baseline: Float64Array.of(10),
  scale: 1,
  trees: {
    roots: Int32Array.of(0),
    feature: Int32Array.of(0, 1, -1, -1, -1),
    threshold: Float64Array.of(5, 1, 0, 0, 0),
    left: Int32Array.of(1, 3, -1, -1, -1),
    right: Int32Array.of(2, 4, -1, -1, -1),
    value: Float64Array.of(0, 0, 8, 2, 4),
    missingLeft: Uint8Array.of(0, 1, 0, 0, 0),
    cover: Float64Array.of(8, 4, 4, 1, 3),
  },
};

describe('treeShap', () => {
  it('gives the values worked by hand', () => {
    // E = 10 + ½ · (¼ · 2 + ¾ · 4) + ½ · 8 = 15.75. Row (0, 0) scores 12; v({0}) = 13.5, v({1}) = 10 + ½ · 2 + ½ · 8 = 15.
    // φ0 = ½ (13.5 − 15.75) + ½ (12 − 15) = −2.625, φ1 = ½ (15 − 15.75) + ½ (12 − 13.5) = −1.125.
    const { base, contributions } = treeShap(byHand, [Float64Array.of(0), Float64Array.of(0)]);
    expect(base[0]).toBeCloseTo(15.75, 12);
    expect(contributions[0]![0]![0]).toBeCloseTo(-2.625, 12);
    expect(contributions[0]![1]![0]).toBeCloseTo(-1.125, 12);
  });

  it.each([
    ['small trees', { rounds: 6, maxLeaves: 5 }],
    ['deep trees, features used again', { rounds: 3, maxLeaves: 24, minSamplesLeaf: 2 }],
  ])('equals the sum over all coalitions: %s', (_name, options) => {
    const { columns, labels } = table(300, 1);
    const model = gradientBoosting(options).fit(columns, labels);
    const sample = columns.map((column) => column.slice(0, 12));
    sample[0]![3] = sample[1]![3] = Number.NaN;
    const { contributions } = treeShap(model, sample);
    for (let row = 0; row < 12; row++) {
      const x = sample.map((column) => column[row]!);
      model.classes.forEach((_, k) => {
        bruteForce(model, k, x).forEach((wanted, f) => {
          expect(Math.abs(contributions[k]![f]![row]! - wanted)).toBeLessThan(1e-12);
        });
      });
    }
  });

  it('adds up to the raw scores, with missing values', () => {
    const { columns, labels } = table(500, 2);
    const model = gradientBoosting({ rounds: 50, minSamplesLeaf: 3 }).fit(columns, labels);
    const { base, contributions } = treeShap(model, columns);
    model.rawScores(columns).forEach((scores, k) => {
      scores.forEach((score, row) => {
        const sum = contributions[k]!.reduce((total, of) => total + of[row]!, base[k]!);
        expect(Math.abs(sum - score)).toBeLessThan(1e-9);
      });
    });
  });

  it('gives paths of more features than it keeps patterns for the same values', () => {
    // A chain of 14 splits, each on a feature of its own: row i leaves at the first feature above 0.
    const d = 14;
    const inner = (i: number) => i % 2 === 0 && i < 2 * d;
    const each = <T>(of: (i: number) => T) => Array.from({ length: 2 * d + 1 }, (_, i) => of(i));
    const coverAt = (i: number) => (i % 2 === 1 || i === 2 * d ? 1 : d + 1 - i / 2);
    const chain: TreeEnsemble = {
      features: d,
      baseline: Float64Array.of(0),
      scale: 0.5,
      trees: {
        roots: Int32Array.of(0),
        feature: Int32Array.from(each((i) => (inner(i) ? i / 2 : -1))),
        threshold: new Float64Array(2 * d + 1),
        left: Int32Array.from(each((i) => (inner(i) ? i + 1 : -1))),
        right: Int32Array.from(each((i) => (inner(i) ? i + 2 : -1))),
        value: Float64Array.from(each((i) => (inner(i) ? 0 : i * i))),
        missingLeft: new Uint8Array(2 * d + 1),
        cover: Float64Array.from(each(coverAt)),
      },
    };
    const x = Array.from({ length: d }, (_, f) => (f % 5 === 4 ? -1 : 1));
    const { contributions } = treeShap(
      chain,
      x.map((value) => Float64Array.of(value)),
    );
    bruteForce(chain, 0, x).forEach((wanted, f) => {
      expect(Math.abs(contributions[0]![f]![0]! - wanted)).toBeLessThan(1e-9);
    });
  });

  it('explains only the classes asked for, and needs the model’s columns', () => {
    const { columns, labels } = table(100, 3);
    const model = gradientBoosting({ rounds: 5 }).fit(columns, labels);
    const all = treeShap(model, columns);
    const one = treeShap(model, columns, { classes: [2] });
    expect(one.contributions[2]).toEqual(all.contributions[2]);
    expect(one.contributions[0]!.every((of) => of.every((value) => value === 0))).toBe(true);
    expect(one.base).toEqual(all.base);
    expect(() => treeShap(model, columns.slice(1))).toThrow('was fitted on 4 columns and given 3');
  });
});
