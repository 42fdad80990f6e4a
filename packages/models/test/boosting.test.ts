import { type BoostingJson, type BoostingModel, boostingFromJson, gradientBoosting } from '@deeplogbot/models';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binThresholds } from '../src/boosting/bins.js';
import { addLeafValues } from '../src/decision-trees.js';
import { logLossOf, rowsOf, table } from './support.js';

const rowsUpTo = (n: number) => Int32Array.from({ length: n }, (_, row) => row);

describe('binThresholds', () => {
  it('cuts in the middle between few distinct values', () => {
    expect([...binThresholds(Float64Array.of(3, 1, Number.NaN, 1, 2), rowsUpTo(5), 255)]).toEqual([1.5, 2.5]);
    expect([...binThresholds(Float64Array.of(Number.NaN, Number.NaN), rowsUpTo(2), 255)]).toEqual([]);
  });

  it('cuts at quantiles among many', () => {
    // positions 24.75, 49.5 and 74.25 of 0 … 99, each the middle of its neighbours
    expect([...binThresholds(Float64Array.from(rowsUpTo(100)), rowsUpTo(100), 4)]).toEqual([24.5, 49.5, 74.5]);
  });

  it('keeps neighbouring doubles apart', () => {
    const next = 1 + Number.EPSILON;
    expect([...binThresholds(Float64Array.of(1, next), rowsUpTo(2), 255)]).toEqual([1]);
  });
});

describe('gradientBoosting', () => {
  it('takes one Newton step per leaf', () => {
    // Two classes of 2 rows: baseline 0, p = ½, G = ∓½ per row, H = ¼. A leaf of the two rows of b: −(2 · −½) / (2 · ¼) = 2.
    const columns = [Float64Array.of(1, 2, 3, 4)];
    const options = { rounds: 1, learningRate: 0.5, minSamplesLeaf: 1 };
    const rounded = (model: BoostingModel) =>
      Array.from(model.rawScores(columns)[1]!, (x) => Math.round(x * 1e9) / 1e9);
    const model = gradientBoosting(options).fit(columns, ['a', 'a', 'b', 'b']);
    expect(rounded(model)).toEqual([-1, -1, 1, 1]);
    expect(model.trees.threshold[0]).toBe(2.5);
    // With λ = ½ the step halves: 1 / (½ + ½).
    const shrunk = gradientBoosting({ ...options, l2: 0.5 }).fit(columns, ['a', 'a', 'b', 'b']);
    expect(rounded(shrunk)).toEqual([-0.5, -0.5, 0.5, 0.5]);
  });

  it('begins with the logarithms of the shares', () => {
    const columns = [Float64Array.of(5, 5, 5, 5)];
    const model = gradientBoosting().fit(columns, ['a', 'b', 'b', 'b']);
    model.predictProbabilities(columns).forEach((p, k) => {
      expect(p[0]).toBeCloseTo([0.25, 0.75][k]!, 12);
    });
  });

  it('learns where missing values belong, on either side', () => {
    const x = Float64Array.of(1, 2, 3, 4, Number.NaN, Number.NaN);
    const options = { rounds: 5, minSamplesLeaf: 1, maxLeaves: 2 };
    for (const missing of ['low', 'high']) {
      const labels = ['low', 'low', 'high', 'high', missing, missing];
      const model = gradientBoosting(options).fit([x], labels);
      const p = model.predictProbabilities([Float64Array.of(Number.NaN)]);
      expect(p[model.classes.indexOf(missing)]![0]).toBeGreaterThan(0.6);
    }
    const apart = gradientBoosting(options).fit([x], ['a', 'a', 'a', 'a', 'b', 'b']);
    expect(apart.trees.threshold[0]).toBe(Number.MAX_VALUE);
    expect(apart.predictProbabilities([Float64Array.of(Number.NaN, 1e300)])[1]![0]).toBeGreaterThan(0.6);
    expect(apart.predictProbabilities([Float64Array.of(Number.NaN, 1e300)])[1]![1]).toBeLessThan(0.3);
  });

  it('sends a missing value that training never saw to the larger child', () => {
    const model = gradientBoosting({ rounds: 1, minSamplesLeaf: 1 }).fit(
      [Float64Array.of(1, 2, 3, 4, 5)],
      ['a', 'b', 'b', 'b', 'b'],
    );
    const [missing, large] = model.rawScores([Float64Array.of(Number.NaN, 5)])[1]!;
    expect(missing).toBe(large);
  });

  it('scores like a plain walk down its trees', () => {
    const { columns, labels } = table(777, 4);
    const model = gradientBoosting({ rounds: 15, minSamplesLeaf: 5 }).fit(columns, labels);
    const plain = model.classes.map((_, k) => new Float64Array(777).fill(model.baseline[k]!));
    model.trees.roots.forEach((root, t) => {
      addLeafValues(model.trees, root, columns, plain[t % 3]!);
    });
    expect(model.rawScores(columns)).toEqual(plain);
  });

  it('ends with an error where the loss would be no number, instead of with a model', () => {
    const { columns, labels } = table(50, 5);
    const weights = new Float64Array(50).fill(1e308);
    expect(() => gradientBoosting({ rounds: 2 }).fit(columns, labels, { weights })).toThrow(
      expect.objectContaining({ code: 'INVALID_WEIGHT', message: expect.stringMatching(/loss/) }),
    );
  });

  it('counts a row of weight 2 like two rows', () => {
    const data = table(200, 5);
    const doubled = rowsOf(data, [...rowsUpTo(200), ...rowsUpTo(100)]);
    const weights = Float64Array.from(rowsUpTo(200), (row) => (row < 100 ? 2 : 1));
    const learner = gradientBoosting({ rounds: 10, minSamplesLeaf: 1, minHessianLeaf: 1, maxLeaves: 4 });
    const a = learner.fit(data.columns, data.labels, { weights }).rawScores(data.columns);
    const b = learner.fit(doubled.columns, doubled.labels).rawScores(data.columns);
    a.forEach((scores, k) => {
      scores.forEach((score, row) => {
        expect(score).toBeCloseTo(b[k]![row]!, 9);
      });
    });
  });

  it('obeys its limits', () => {
    const { columns, labels } = table(500, 6);
    const { trees } = gradientBoosting({ rounds: 5, maxLeaves: 7, maxDepth: 3, minSamplesLeaf: 12 }).fit(
      columns,
      labels,
    );
    const depth = new Int32Array(trees.feature.length);
    trees.feature.forEach((f, node) => {
      expect(trees.cover[node]).toBeGreaterThanOrEqual(12);
      if (f < 0) return;
      expect(trees.cover[trees.left[node]!]! + trees.cover[trees.right[node]!]!).toBe(trees.cover[node]);
      depth[trees.left[node]!] = depth[trees.right[node]!] = depth[node]! + 1;
    });
    expect(Math.max(...depth)).toBe(3);
    const ends = [...trees.roots.subarray(1), trees.feature.length];
    expect(Math.max(...ends.map((end, t) => end - trees.roots[t]!))).toBe(13);
  });

  it('keeps monotone constraints, per class, under every other column', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom<1 | -1>(1, -1), (seed, direction) => {
        const { columns, labels } = table(200, seed);
        const monotone = { bot: [direction, 0, -1, 0], organic: [0, direction, 0, 1] } as const;
        const model = gradientBoosting({ rounds: 8, minSamplesLeaf: 3, monotone }).fit(columns, labels);
        const grid = Float64Array.from(rowsUpTo(60), (i) => i / 59);
        for (const [name, directions] of Object.entries(monotone)) {
          directions.forEach((wanted, f) => {
            for (const row of [0, 17, 101]) {
              const line = columns.map((column, j) => (j === f ? grid : new Float64Array(60).fill(column[row]!)));
              const score = model.rawScores(line)[model.classes.indexOf(name)]!;
              for (let i = 1; i < 60; i++) expect(wanted * (score[i]! - score[i - 1]!)).toBeGreaterThanOrEqual(0);
            }
          });
        }
      }),
      { numRuns: 12, seed: 1 },
    );
  });

  it('needs the constraint to be monotone', () => {
    const x = Float64Array.from(rowsUpTo(90));
    const labels = Array.from(x, (value) => (value > 30 && value < 60 ? 'bot' : 'organic'));
    const falls = (monotone: Record<string, (-1 | 0 | 1)[]>) => {
      const score = gradientBoosting({ rounds: 10, minSamplesLeaf: 2, monotone }).fit([x], labels).rawScores([x])[0]!;
      return score.some((value, i) => i > 0 && value < score[i - 1]!);
    };
    expect(falls({})).toBe(true);
    expect(falls({ bot: [1] })).toBe(false);
  });

  it('stops early at the best round', () => {
    const train = table(600, 7);
    const test = table(600, 8);
    const options = { rounds: 300, minSamplesLeaf: 5, learningRate: 0.2 };
    const lossOf = (model: ReturnType<ReturnType<typeof gradientBoosting>['fit']>) =>
      logLossOf(model.predictProbabilities(test.columns), model.classes, test.labels);
    const stopped = gradientBoosting({ ...options, earlyStopping: { validationFraction: 0.2 } }).fit(
      train.columns,
      train.labels,
    );
    const full = gradientBoosting(options).fit(train.columns, train.labels);
    expect(stopped.trees.roots.length).toBeLessThan(150);
    expect(full.trees.roots.length).toBe(900);
    expect(lossOf(stopped)).toBeLessThan(lossOf(full));
  });

  it('draws rows and columns by its seed', () => {
    const { columns, labels } = table(400, 9);
    const bytes = (options: object) =>
      JSON.stringify(
        gradientBoosting({ rounds: 4, subsample: 0.5, columnSample: 0.5, ...options }).fit(columns, labels),
      );
    expect(bytes({ randomState: 1 })).toBe(bytes({ randomState: 1 }));
    expect(bytes({ randomState: 1 })).not.toBe(bytes({ randomState: 2 }));
    const { trees } = gradientBoosting({ rounds: 3, subsample: 0.5, columnSample: 0.25 }).fit(columns, labels);
    for (const [t, root] of trees.roots.entries()) {
      expect(trees.cover[root]).toBe(200);
      const used = new Set(trees.feature.subarray(root, trees.roots[t + 1]).filter((f) => f >= 0));
      expect(used.size).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    [{ rounds: 0 }, 'rounds must be an integer of at least 1. Got 0.'],
    [{ learningRate: 0 }, 'learningRate must be a number in (0, 1]. Got 0.'],
    [{ maxLeaves: 1 }, 'maxLeaves must be an integer in [2, 1048576]. Got 1.'],
    [{ maxDepth: 0.5 }, 'maxDepth must be an integer of at least 1, or Infinity. Got 0.5.'],
    [{ maxBins: 256 }, 'maxBins must be an integer in [2, 255]. Got 256.'],
    [{ l2: -1 }, 'l2 must be a finite number ≥ 0. Got -1.'],
    [{ earlyStopping: { validationFraction: 1 } }, 'validationFraction must be a number in (0, 1). Got 1.'],
  ])('refuses %j', (options, message) => {
    expect(() => gradientBoosting(options)).toThrow(message);
  });

  it('refuses constraints on unknown classes or of another length', () => {
    const fit = (monotone: Record<string, (-1 | 0 | 1)[]>) =>
      gradientBoosting({ monotone }).fit([Float64Array.of(1, 2)], ['a', 'b']);
    expect(() => fit({ c: [1] })).toThrow('monotone names "c", which is no class.');
    expect(() => fit({ a: [1, 0] })).toThrow('monotone.a must be 1 of -1, 0 and 1. Got [1,0].');
  });
});

describe('boostingFromJson', () => {
  const { columns, labels } = table(200, 3);
  const written = JSON.stringify(gradientBoosting({ rounds: 2, maxLeaves: 4 }).fit(columns, labels));
  const read = (change: (json: { -readonly [K in keyof BoostingJson]: BoostingJson[K] }) => void) => {
    const json = JSON.parse(written) as BoostingJson;
    change(json);
    return () => boostingFromJson(json);
  };
  const set = (values: readonly number[], at: number, value: unknown) => {
    (values as unknown[])[at] = value;
  };

  it.each([
    ['an absent baseline', read((json) => set(json.baseline, 0, null)), 'has null at baseline[0]; it must be a finite'],
    [
      'a foreign feature',
      read((json) => set(json.trees.feature, 0, 4)),
      '4 at trees.feature[0]; it must be an integer',
    ],
    ['a loop', read((json) => set(json.trees.left, 0, 0)), '0 at trees.left[0]; it must be a later node'],
    ['a child of another tree', read((json) => set(json.trees.left, 0, 8)), '8 at trees.left[0]; it must be a later'],
    ['a shorter array', read((json) => (json.trees.value as number[]).pop()), 'at trees.value.length; it must be'],
    ['a wrong cover', read((json) => set(json.trees.cover, 0, 7)), 'at trees.cover[0]; it must be the sum'],
    ['a missing tree', read((json) => (json.trees.roots as number[]).pop()), 'must be a multiple of 3'],
    ['a value as text', read((json) => set(json.trees.value, 1, '1')), '"1" at trees.value[1]'],
    ['no trees', read((json) => Object.assign(json, { trees: [] })), 'it must be an object'],
  ])('names %s', (_name, call, message) => {
    expect(call).toThrow(message);
  });
});
