import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basisOf } from '../../src/deep/basis.js';
import { doubted } from '../../src/deep/doubt.js';

describe('doubted', () => {
  it('leaves seven tenths of the evidence: 0.9^0.7 = 0.9289 and 0.1^0.7 = 0.1995', () => {
    const [organic, bot, hub] = doubted([0.9, 0.1, 0]);
    expect(organic).toBeCloseTo(0.9289 / 1.1284, 4);
    expect(bot).toBeCloseTo(0.1995 / 1.1284, 4);
    expect(hub).toBe(0);
    expect(doubted([0, 1, 0])).toEqual([0, 1, 0]);
  });

  it('keeps the order, adds up to 1 and is never surer', () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(p, p, (x, y) => {
        const first = Math.min(x, y);
        const given = [first, Math.max(x, y) - first, 1 - Math.max(x, y)] as const;
        const left = doubted(given);
        expect(left[0] + left[1] + left[2]).toBeCloseTo(1, 9);
        expect(Math.max(...left)).toBeLessThanOrEqual(Math.max(...given) + 1e-9);
        for (const [i, a] of given.entries())
          for (const [j, b] of given.entries()) if (a > b) expect(left[i]!).toBeGreaterThanOrEqual(left[j]!);
      }),
    );
  });
});

describe('basisOf', () => {
  const none = new Float64Array(0);
  const exemplars = { organic: none, bot: none, hub: none, counts: { organic: 9, bot: 4, hub: 0 } };

  it('says what was learned from, and without labels what no interval covers', () => {
    expect(basisOf({ exemplars, labels: 0 })).toBe(
      'No labels were given: this rests on exemplars that the log shows itself (9 of people, 4 of bots, 0 of hubs). A kind of visitor that all of these misjudge as a whole is in no interval',
    );
    expect(basisOf({ exemplars, labels: 1 })).toBe(
      'This rests on 1 label and exemplars that the log shows itself (9 of people, 4 of bots, 0 of hubs)',
    );
    const model = { manifest: { rows: 625 } } as never;
    expect(basisOf({ labels: 0, model })).toBe('This rests on a model of 625 labelled locations');
    expect(basisOf({ exemplars, labels: 50, model })).toMatch(/^This rests on 50 labels and a model of 625 labelled/);
  });
});
