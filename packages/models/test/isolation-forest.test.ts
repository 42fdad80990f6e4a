import { readFileSync } from 'node:fs';
import { createRandom } from '@deeplogbot/core';
import {
  anomalyScores,
  type Detector,
  type FlatTrees,
  fittedForest,
  isolationForest,
  meanPathLength,
  standardise,
} from '@deeplogbot/models';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

interface Fixture {
  readonly psi: number;
  readonly contamination: number;
  readonly columns: number[][];
  readonly trees: { feature: number[]; threshold: number[]; left: number[]; right: number[]; rows: number[] }[];
  readonly score_samples: number[];
  readonly decision_function: number[];
}

const fixture = JSON.parse(
  readFileSync(new URL('./fixtures/isolation_forest.json', import.meta.url), 'utf8'),
) as Fixture;

/** scikit-learn numbers nodes per tree; here they lie one tree after another. */
function flatten(trees: Fixture['trees']): FlatTrees {
  const offsets = trees.map((_, i) => trees.slice(0, i).reduce((sum, tree) => sum + tree.feature.length, 0));
  const child = (key: 'left' | 'right') =>
    Int32Array.from(trees.flatMap((tree, i) => tree[key].map((c) => (c < 0 ? -1 : c + offsets[i]!))));
  return {
    roots: Int32Array.from(offsets),
    feature: Int32Array.from(trees.flatMap((tree) => tree.feature)),
    threshold: Float64Array.from(trees.flatMap((tree) => tree.threshold)),
    left: child('left'),
    right: child('right'),
    value: Float64Array.from(trees.flatMap((tree) => tree.rows)),
  };
}

function describeDetector(name: string, detector: () => Detector): void {
  describe(`${name} as a detector`, () => {
    const random = createRandom(5);
    const cloud = () => Array.from({ length: 3 }, () => Float64Array.from({ length: 300 }, () => random.next()));

    it('ranks a far row first', () => {
      const columns = cloud();
      for (const column of columns) column[17] = 9;
      const scores = detector().fit(columns).scores(columns);
      expect(scores.indexOf(Math.max(...scores))).toBe(17);
    });

    it('repeats with its seed and leaves its input alone', () => {
      const columns = cloud();
      const copy = columns.map((column) => column.slice());
      expect(detector().fit(columns).scores(columns)).toEqual(detector().fit(columns).scores(columns));
      expect(columns).toEqual(copy);
    });

    it('survives NaN, a constant column and a single row', () => {
      const columns = cloud();
      columns[0]!.fill(Number.NaN);
      columns[1]!.fill(3);
      expect(
        detector()
          .fit(columns)
          .scores(columns)
          .every((score) => score > 0 && score <= 1),
      ).toBe(true);
      const single = [Float64Array.of(1)];
      expect([...detector().fit(single).scores(single)]).toEqual([0.5]);
    });

    it('refuses infinite values', () => {
      expect(() => detector().fit([Float64Array.of(1, Number.POSITIVE_INFINITY)])).toThrow(
        'Column 0 is infinite in row 1',
      );
    });
  });
}

describeDetector('isolationForest', () => isolationForest({ trees: 100 }));

describe('isolationForest', () => {
  it('scores a fixed forest like scikit-learn', () => {
    const columns = fixture.columns.map((column) => Float64Array.from(column));
    const scores = fittedForest(flatten(fixture.trees), fixture.psi).scores(columns);
    scores.forEach((score, i) => {
      expect(Math.abs(score + fixture.score_samples[i]!)).toBeLessThan(1e-9);
    });
    const { score } = anomalyScores(scores, fixture.contamination);
    score.forEach((value, i) => {
      expect(Math.abs(value + fixture.decision_function[i]!)).toBeLessThan(1e-9);
    });
  });

  it('has the closed form of the mean path length', () => {
    expect([0, 1, 2].map(meanPathLength)).toEqual([0, 0, 1]);
    // 2 (ln 2 + γ) − 4/3 and 2 (ln 255 + γ) − 510/256
    expect(meanPathLength(3)).toBeCloseTo(1.207392358, 9);
    expect(meanPathLength(256)).toBeCloseTo(10.2447709201, 9);
  });

  it('gives every score 0.5 where all rows are alike', () => {
    const columns = [new Float64Array(50).fill(4)];
    // Each tree is one leaf of ψ rows: E[h] = c(ψ), so 2^−1.
    for (const score of isolationForest().fit(columns).scores(columns)) expect(score).toBeCloseTo(0.5, 12);
  });

  it('flags the asked share', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 20, maxLength: 200 }),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        (values, share) => {
          const { isAnomaly } = anomalyScores(Float64Array.from(values), share);
          const flagged = isAnomaly.reduce((a, b) => a + b, 0);
          expect(Math.abs(flagged - share * values.length)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it.each([[{ trees: 0 }], [{ sampleSize: 1 }], [{ trees: 1.5 }]])('refuses %j', (options) => {
    expect(() => isolationForest(options)).toThrow('must be an integer of at least');
  });

  it('refuses a contamination outside (0, 0.5]', () => {
    for (const share of [0, 0.6, Number.NaN])
      expect(() => anomalyScores(Float64Array.of(1), share)).toThrow('(0, 0.5]');
  });
});

describe('standardise', () => {
  it('centres and scales by the population deviation, over the measurable rows', () => {
    const [column] = standardise([Float64Array.of(1, Number.NaN, 3)]);
    expect([...column!]).toEqual([-1, Number.NaN, 1]);
    expect([...standardise([Float64Array.of(7, 7)])[0]!]).toEqual([0, 0]);
  });
});
