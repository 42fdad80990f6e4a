import { createRandom } from '@deeplogbot/core';
import { surrogateImportances } from '@deeplogbot/models';
import { describe, expect, it } from 'vitest';
import { emptyTrees } from '../src/decision-trees.js';
import { areaUnderRoc, giniImportances } from '../src/surrogate-importances.js';

/** Two splits worked by hand: column 0 parts 10 rows (4 of class 0) into 4 + 6, column 1 the 6 (one of class 0) into 1 + 5. */
function twoSplits() {
  const trees = emptyTrees(10, [0, 5]);
  for (const [at, k] of [
    [0, 0],
    [5, 1],
  ] as const) {
    trees.feature.set([0, -1, 1, -1, -1], at);
    trees.left.set([at + 1, -1, at + 3, -1, -1], at);
    trees.right.set([at + 2, -1, at + 4, -1, -1], at);
    trees.cover.set([10, 4, 6, 1, 5], at);
    trees.value.set(k === 0 ? [0, 0.75, 0, 1, 0] : [0, 0.25, 0, 0, 1], at);
  }
  return trees;
}

describe('giniImportances', () => {
  it('is what splits take away of the impurity', () => {
    // Impurity times rows: root 10 · 0.48 = 4.8, first leaf 4 · 0.375 = 1.5, its sibling 6 · 10/36 = 5/3, both others 0.
    const first = 4.8 - 1.5 - 5 / 3;
    const second = 5 / 3;
    const found = giniImportances(twoSplits(), 2, 3);
    [first / (first + second), second / (first + second), 0].forEach((value, f) => {
      expect(found[f]).toBeCloseTo(value, 12);
    });
  });
});

describe('areaUnderRoc', () => {
  it.each([
    [[0.1, 0.2, 0.3], [0, 0, 1], 1],
    [[0.3, 0.2, 0.1], [0, 0, 1], 0],
    [[0.5, 0.5, 0.5], [0, 1, 0], 0.5],
    [[0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], 0.75],
  ])('of %j and %j is %d', (scores, flags, area) => expect(areaUnderRoc(Float64Array.from(scores), flags)).toBe(area));
});

describe('surrogateImportances', () => {
  const random = createRandom(3);
  const column = () => Float64Array.from({ length: 300 }, random.next);
  const columns = [column(), column(), column()];
  const flags = columns[1]!.map((value) => Number(value > 0.9));

  it('finds the column that the flags come from, in both measures', () => {
    const { gini, permutation, rows } = surrogateImportances(columns, flags, { trees: 20 })!;
    expect(gini.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(gini[1]).toBeGreaterThan(0.5);
    expect(permutation[1]).toBeGreaterThan(0.05);
    expect(Math.max(permutation[0]!, permutation[2]!)).toBeLessThan(0.02);
    expect(rows).toBe(300);
  });

  it('repeats with its seed, leaves its input alone, and has no answer where nothing is flagged', () => {
    const copy = columns.map((values) => values.slice());
    const options = { trees: 3, rows: 50 };
    expect(surrogateImportances(columns, flags, options)).toEqual(surrogateImportances(columns, flags, options));
    expect(columns).toEqual(copy);
    expect(surrogateImportances(columns, new Uint8Array(300), options)).toBeUndefined();
  });
});
