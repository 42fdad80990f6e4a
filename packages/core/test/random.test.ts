import { createRandom } from '@deeplogbot/core';
import { describe, expect, it } from 'vitest';

describe('createRandom', () => {
  it('repeats with its seed and differs with another', () => {
    const draw = (seed: number) => Array.from({ length: 5 }, createRandom(seed).next);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('draws uniformly: mean 1/2 and variance 1/12 within five standard errors', () => {
    const { next } = createRandom(7);
    const n = 100_000;
    const draws = Array.from({ length: n }, next);
    const mean = draws.reduce((a, b) => a + b, 0) / n;
    const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / n));
  });

  it('fills places with what it would draw one by one, and goes on behind', () => {
    const [one, many] = [createRandom(5), createRandom(5)];
    for (const size of [0, 1, 2, 1000]) {
      const places = new Float64Array(size);
      many.fill(places);
      expect([...places]).toEqual(Array.from({ length: size }, one.next));
    }
    expect(many.next()).toBe(one.next());
  });

  it('samples without replacement, each element equally often', () => {
    const random = createRandom(3);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const drawn = random.sample(10, 4);
      expect(new Set(drawn).size).toBe(4);
      for (const element of drawn) counts[element]!++;
    }
    for (const count of counts) expect(Math.abs(count - 4000)).toBeLessThan(5 * Math.sqrt(10_000 * 0.4 * 0.6));
  });

  it('caps the sample at the population', () => {
    expect([...createRandom(1).sample(3, 9)].sort()).toEqual([0, 1, 2]);
  });
});
