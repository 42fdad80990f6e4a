import { randomForest, treeShap } from '@deeplogbot/models';
import { DecisionTreeClassifier } from 'ml-cart';
import { describe, expect, it } from 'vitest';
import { nextBelow, treesOfCart } from '../src/cart-trees.js';
import { addLeafValues } from '../src/decision-trees.js';
import { table } from './support.js';

describe('randomForest', () => {
  it('has the leaves of the library’s trees', () => {
    const { columns, labels } = table(120, 1);
    const rows = labels.map((_, row) => columns.map((column) => column[row]! || 0.5));
    const cart = new DecisionTreeClassifier();
    cart.train(
      rows,
      labels.map((label) => ['bot', 'hub', 'organic'].indexOf(label)),
    );
    // In the second half of what it scores one value lies exactly on a cut.
    const cuts = [...JSON.stringify(cart.root).matchAll(/"splitValue":([^,]+)/g)].map(([, cut]) => Number(cut));
    const scored = [...rows, ...rows.map((row, i) => row.map((x, f) => (f === i % 4 ? cuts[i % cuts.length]! : x)))];
    const trees = treesOfCart(cart.root, [0, 1, 2, 3], rows, [0, 0, 0, 0], 3);
    const filled = columns.map((_, f) => Float64Array.from(scored, (row) => row[f]!));
    const shares = [0, 1, 2].map((k) => {
      const share = new Float64Array(scored.length);
      addLeafValues(trees, trees.roots[k]!, filled, share);
      return share;
    });
    cart.predict(scored).forEach((label, row) => {
      const own = shares.map((share) => share[row]!);
      expect(own.indexOf(Math.max(...own))).toBe(label);
    });
  });

  it('gives the mean of its trees, explained exactly', () => {
    const { columns, labels } = table(150, 2);
    const model = randomForest({ trees: 12 }).fit(columns, labels);
    expect(model.trees.roots).toHaveLength(36);
    const p = model.predictProbabilities(columns);
    const { base, contributions } = treeShap(model, columns);
    p.forEach((values, k) => {
      values.forEach((value, row) => {
        const sum = contributions[k]!.reduce((total, of) => total + of[row]!, base[k]!);
        expect(Math.abs(sum - value)).toBeLessThan(1e-9);
      });
    });
  });

  it('treats a missing value as the median', () => {
    const { columns, labels } = table(151, 3);
    const model = randomForest({ trees: 10 }).fit(columns, labels);
    const sorted = columns[0]!.toSorted();
    const at = (x: number) =>
      model.predictProbabilities([Float64Array.of(x), ...columns.slice(1).map((c) => c.slice(0, 1))]);
    expect(at(Number.NaN)).toEqual(at(sorted[75]!));
    expect(at(Number.NaN)).not.toEqual(at(sorted[0]!));
  });

  it('draws as many rows per tree as asked for', () => {
    const { columns, labels } = table(300, 4);
    const { trees } = randomForest({ trees: 3, sampleSize: 100 }).fit(columns, labels);
    expect([...trees.roots].map((root) => trees.cover[root])).toEqual(new Array(9).fill(100));
  });

  it('gives each tree the share of columns asked for', () => {
    const { columns, labels } = table(200, 5);
    for (const [columnSample, wanted] of [
      [0.1, 1],
      [0.5, 2],
      [1, 4],
    ] as const) {
      const { trees } = randomForest({ trees: 6, columnSample, minSamplesSplit: 5 }).fit(columns, labels);
      const used = [...trees.roots].map(
        (root, t) => new Set(trees.feature.subarray(root, trees.roots[t + 1]).filter((f) => f >= 0)).size,
      );
      expect(Math.max(...used)).toBe(wanted);
    }
  });

  it.each([
    [{ trees: 0 }, 'trees must be an integer of at least 1. Got 0.'],
    [{ columnSample: 0 }, 'columnSample must be a number in (0, 1]. Got 0.'],
  ])('refuses %j', (options, message) => {
    expect(() => randomForest(options)).toThrow(message);
  });
});

describe('nextBelow', () => {
  it.each([1, -1, 0, 1e300, -1e-300, 5e-324, 0.1])('has nothing between it and %d', (x) => {
    const below = nextBelow(x);
    expect(below).toBeLessThan(x);
    const middle = below / 2 + x / 2;
    expect(middle === below || middle === x || Math.abs(x) < 1e-320).toBe(true);
  });
});
