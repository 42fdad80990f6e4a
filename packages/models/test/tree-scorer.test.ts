import { createRandom, type Random } from '@deeplogbot/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addLeafValues, concatTrees, type DecisionTrees, emptyTrees } from '../src/decision-trees.js';
import { patternScorer } from '../src/scoring/patterns.js';
import { treeScorer } from '../src/scoring/tree-scorer.js';
import { walkScorer } from '../src/scoring/walk.js';

const VALUES = [-1.5, -0, 0, 0.1, 0.3, 1, 2, 1e300, Number.MAX_VALUE, Number.NaN];

/** A tree that splits a random leaf `splits` times; thresholds are of few values, so that rows land on them. */
function randomTree(random: Random, splits: number, features: number, threshold: () => number): DecisionTrees {
  const tree = emptyTrees(2 * splits + 1, [0]);
  const leaves = [0];
  let nodes = 1;
  for (let split = 0; split < splits; split++) {
    const [node] = leaves.splice(random.int(leaves.length), 1) as [number];
    tree.feature[node] = random.int(features);
    tree.threshold[node] = threshold();
    tree.missingLeft[node] = random.int(2);
    tree.left[node] = nodes;
    tree.right[node] = nodes + 1;
    leaves.push(nodes, nodes + 1);
    nodes += 2;
  }
  for (const leaf of leaves) tree.value[leaf] = random.next() - 0.5;
  return tree;
}

function plain(trees: DecisionTrees, columns: readonly Float64Array[], classes: number): Float64Array[] {
  const totals = Array.from({ length: classes }, () => new Float64Array(columns[0]!.length).fill(0.1));
  trees.roots.forEach((root, t) => {
    addLeafValues(trees, root, columns, totals[t % classes]!);
  });
  return totals;
}

const scored = (scorer: ReturnType<typeof treeScorer>, columns: readonly Float64Array[], classes: number) => {
  const totals = Array.from({ length: classes }, () => new Float64Array(columns[0]!.length).fill(0.1));
  scorer(columns, totals);
  return totals;
};

const shape = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  rows: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(63, 64, 65, 255, 256, 257, 600)),
  features: fc.integer({ min: 1, max: 4 }),
  classes: fc.integer({ min: 1, max: 4 }),
  rounds: fc.integer({ min: 1, max: 12 }),
  mostSplits: fc.constantFrom(0, 1, 3, 7),
  manyCuts: fc.boolean(),
});

describe('tree scorers', () => {
  it('give the sums of walking each tree by itself, to the last bit', () => {
    fc.assert(
      fc.property(shape, ({ seed, rows, features, classes, rounds, mostSplits, manyCuts }) => {
        const random = createRandom(seed);
        const value = () => (manyCuts ? Math.round(random.next() * 500) : VALUES[random.int(VALUES.length)]!);
        const threshold = () => (manyCuts ? random.int(500) : VALUES[random.int(VALUES.length - 1)]!);
        const wanted = manyCuts ? 200 : rounds * classes;
        const trees = concatTrees(
          Array.from({ length: wanted }, () => randomTree(random, random.int(mostSplits + 1), features, threshold)),
        );
        const columns = Array.from({ length: features }, () =>
          Float64Array.from({ length: rows }, () => (random.next() < 0.1 ? Number.NaN : value())),
        );
        const expected = plain(trees, columns, classes);
        for (const scorer of [patternScorer(trees, classes), walkScorer(trees), treeScorer(trees, classes)]) {
          if (scorer) expect(scored(scorer, columns, classes)).toEqual(expected);
        }
      }),
      { numRuns: 80, seed: 3 },
    );
  });

  it('score trees of three splits by pattern and larger ones by walking', () => {
    const random = createRandom(1);
    expect(
      patternScorer(
        randomTree(random, 3, 2, () => 1),
        1,
      ),
    ).toBeDefined();
    expect(
      patternScorer(
        randomTree(random, 4, 2, () => 1),
        1,
      ),
    ).toBeUndefined();
    expect(walkScorer(randomTree(random, 4, 2, () => 1))).toBeDefined();
  });

  it('say the same when asked again, in whatever order', () => {
    const random = createRandom(2);
    const trees = concatTrees(Array.from({ length: 9 }, () => randomTree(random, 3, 2, () => random.next())));
    const scorer = treeScorer(trees, 3);
    const long = [0, 1].map(() => Float64Array.from({ length: 300 }, () => random.next()));
    const short = long.map((column) => column.subarray(290));
    const first = scored(scorer, long, 3);
    expect(scored(scorer, short, 3)).toEqual(first.map((column) => column.subarray(290)));
    expect(scored(scorer, long, 3)).toEqual(first);
  });

  it.each([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuse %s and name its place', (infinite) => {
    for (const splits of [3, 5]) {
      const tree = randomTree(createRandom(5), splits, 1, () => 0);
      const column = new Float64Array(300);
      column[270] = infinite;
      expect(() => scored(treeScorer(tree, 1), [column], 1)).toThrow(/Column 0 is infinite in row 270/);
    }
  });
});
