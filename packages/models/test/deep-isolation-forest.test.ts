import { AbortedError, createRandom } from '@deeplogbot/core';
import { deepIsolationForest, isolationForest } from '@deeplogbot/models';
import { describe, expect, it } from 'vitest';
import { normals } from '../src/vae-draws.js';
import { codeOf, correlatedColumns } from './support.js';

/** Share of pairs of an odd and an ordinary row in which the odd one, of the first `odd` rows, scores higher. */
function rocAuc(scores: Float64Array, odd: number): number {
  const ordinary = scores.slice(odd);
  const pairs = scores.slice(0, odd).map((score) => ordinary.filter((other) => other < score).length);
  return pairs.reduce((sum, n) => sum + n) / (odd * ordinary.length);
}

/** A ring of radius 2 with 40 rows in its hollow, which come first. */
function ring(): Float64Array[] {
  const random = createRandom(3);
  const noise = normals(3000, random);
  const turns = Array.from({ length: 1500 }, () => 2 * Math.PI * random.next());
  const radius = turns.map((_, i) => (i < 40 ? 0.2 * noise[i]! : 2 + 0.1 * noise[i]!));
  return [Math.cos, Math.sin].map((f) => Float64Array.from(turns, (turn, i) => radius[i]! * f(turn)));
}

const ROWS = 1200;

/** 16 columns of 4 hidden ones; the first 60 rows have the same spread and no relation. */
function unrelated(): Float64Array[] {
  const noise = normals(60 * 16, createRandom(8));
  return correlatedColumns(ROWS, 16, 4, 2).map((column, j) => {
    const sd = Math.sqrt(column.reduce((sum, x) => sum + x * x, 0) / column.length);
    return column.map((value, row) => (row < 60 ? 1.2 * sd * noise[row * 16 + j]! : value));
  });
}

describe('rows that no single column sets apart', () => {
  it.each([
    ['in the hollow of a ring', ring(), 40],
    ['without the relation between columns', unrelated(), 60],
  ] as const)('%s are found better than by an isolation forest', (_name, columns, odd) => {
    const plain = rocAuc(isolationForest({ trees: 144 }).fit(columns).scores(columns), odd);
    for (const randomState of [1, 2]) {
      const deep = rocAuc(deepIsolationForest({ randomState }).fit(columns).scores(columns), odd);
      expect(1 - deep).toBeLessThan((1 - plain) / 2);
    }
  });
});

describe('scores', () => {
  const columns = unrelated().slice(0, 5);
  const options = { representations: 4, trees: 5 };
  const scoresOf = (given: readonly Float64Array[], more = {}) =>
    deepIsolationForest({ ...options, ...more })
      .fit(given)
      .scores(given);

  it('run from 0 to 1', () => {
    const scores = scoresOf(columns);
    expect([Math.min(...scores), Math.max(...scores)]).toEqual([0, 1]);
  });

  it('rank far rows as well as an isolation forest, although units bend', () => {
    const far = columns.map((column) => column.map((value, row) => (row < 20 ? 4 * value : value)));
    const plain = rocAuc(isolationForest({ trees: 144 }).fit(far).scores(far), 20);
    for (const randomState of [1, 2]) {
      expect(rocAuc(deepIsolationForest({ randomState }).fit(far).scores(far), 20)).toBeGreaterThan(plain);
    }
  });

  it('repeat with their seed, differ with another, and leave the input alone', () => {
    const copy = columns.map((column) => column.slice());
    expect(scoresOf(columns)).toEqual(scoresOf(columns));
    expect(scoresOf(columns, { randomState: 7 })).not.toEqual(scoresOf(columns));
    expect(columns).toEqual(copy);
  });

  it('of a fitted forest keep their order among other rows, block by block', () => {
    const fitted = deepIsolationForest(options).fit(columns);
    const twice = columns.map((column) => Float64Array.from([...column, ...column]));
    const scores = fitted.scores(twice);
    expect(scores.slice(0, ROWS)).toEqual(fitted.scores(columns));
    expect(scores.slice(ROWS)).toEqual(fitted.scores(columns));
  });

  it('do not change when columns are shifted and stretched', () => {
    const moved = columns.map((column, j) => column.map((x) => 8 * j + 2 ** j * x));
    const [a, b] = [scoresOf(columns), scoresOf(moved)];
    for (const [row, score] of a.entries()) expect(b[row]).toBeCloseTo(score, 1);
  });

  it('survive NaN, infinity, constant columns, equal rows and a single row', () => {
    const odd = [...columns.map((column) => column.slice()), new Float64Array(ROWS).fill(3)];
    odd[0]![5] = Number.NaN;
    odd[1]![6] = Number.NEGATIVE_INFINITY;
    expect(scoresOf(odd).every((score) => score >= 0 && score <= 1)).toBe(true);
    expect([...scoresOf([new Float64Array(3).fill(2)])]).toEqual([0, 0, 0]);
    expect([...scoresOf([Float64Array.of(7)])]).toEqual([0]);
  });
});

it('can be cancelled', () => {
  const control = { signal: AbortSignal.abort() };
  expect(() => deepIsolationForest().fit([Float64Array.of(1, 2)], control)).toThrow(AbortedError);
});

it('says what is wrong with its input', async () => {
  const column = Float64Array.of(1, 2);
  expect(await codeOf(() => deepIsolationForest().fit([]))).toBe('NO_ROWS');
  expect(await codeOf(() => deepIsolationForest().fit([column, Float64Array.of(1)]))).toBe('COLUMN_LENGTHS');
  expect(await codeOf(() => deepIsolationForest().fit([column]).scores([column, column]))).toBe('COLUMN_COUNT');
  for (const options of [{ representations: 0 }, { trees: 1.5 }, { sampleSize: 1 }]) {
    expect(await codeOf(() => deepIsolationForest(options))).toBe('INVALID_OPTION');
  }
});
