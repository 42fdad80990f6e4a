import { createRandom } from '@deeplogbot/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BinomialGroups } from '../../src/deep/binomial-groups.js';

const groupsOf = (...groups: readonly (readonly [size: number, p: number])[]) =>
  new BinomialGroups(
    Uint32Array.from(groups, ([size]) => size),
    Float64Array.from(groups, ([, p]) => p),
  );

describe('numbers of successes by group', () => {
  it('follow the distribution: of two even trials none in a quarter, both in a quarter of the draws', () => {
    const groups = groupsOf([2, 0.5]);
    expect([0, 0.2499, 0.25, 0.7499, 0.75, 0.9999].map((u) => groups.successes(0, u))).toEqual([2, 2, 1, 1, 0, 0]);
  });

  it('are one success below the probability where there is one trial, and groups stand beside one another', () => {
    const groups = groupsOf([1, 0.3], [3, 0.5], [1, 0.9]);
    expect([0.29, 0.3].map((u) => groups.successes(0, u))).toEqual([1, 0]);
    // None, one, two, three of three even trials: 1/8, 3/8, 3/8, 1/8.
    expect([0.124, 0.126, 0.499, 0.501, 0.874, 0.876].map((u) => groups.successes(1, u))).toEqual([3, 2, 2, 1, 1, 0]);
    expect([0.89, 0.91].map((u) => groups.successes(2, u))).toEqual([1, 0]);
  });

  it.each([
    [7, 0.2],
    [100, 0.03],
    [5000, 0.9],
    [1_000_000, 0.5],
    [1_000_000, 1e-6],
    [20, 0.999],
  ])('have mean and variance of %d trials of %d', (size, p) => {
    const groups = groupsOf([size, p]);
    const draws = 20_000;
    // One draw from each of as many equal parts: no noise but what the parts' width leaves.
    const counts = Float64Array.from({ length: draws }, (_, i) => groups.successes(0, (i + 0.5) / draws));
    const mean = counts.reduce((a, b) => a + b) / draws;
    const variance = counts.reduce((sum, k) => sum + (k - mean) ** 2, 0) / draws;
    const sd = Math.sqrt(size * p * (1 - p));
    expect(Math.abs(mean - size * p) / sd).toBeLessThan(0.002);
    expect(Math.abs(variance / sd ** 2 - 1)).toBeLessThan(0.01);
  });

  it('agree with trials drawn one by one', () => {
    const random = createRandom(5);
    const groups = groupsOf([12, 0.35]);
    const share = [new Float64Array(13), new Float64Array(13)] as const;
    for (let draw = 0; draw < 40_000; draw++) {
      let single = 0;
      for (let trial = 0; trial < 12; trial++) single += Number(random.next() < 0.35);
      share[0][single]! += 1 / 40_000;
      share[1][groups.successes(0, random.next())]! += 1 / 40_000;
    }
    for (let k = 0; k <= 12; k++) expect(Math.abs(share[0][k]! - share[1][k]!)).toBeLessThan(0.02);
  });

  it('are never fewer than none or more than all, and fall as the draw grows, whatever the probability', () => {
    const probability = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), probability, probability, probability, (size, p, a, b) => {
        const groups = groupsOf([size, p]);
        const [low, high] = [a, b].sort((x, y) => x - y).map((u) => groups.successes(0, Math.min(u, 1 - 2 ** -53)));
        expect(low).toBeGreaterThanOrEqual(high!);
        expect(high).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(size);
      }),
    );
  });
});
