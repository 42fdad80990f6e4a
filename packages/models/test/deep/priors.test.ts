import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { humanRhythm, reconcile, softPriors, withPriors, withRhythm } from '../../src/index.js';
import { row } from './rows.js';

describe('soft priors', () => {
  it('are ½ on a threshold and beyond it the more the farther', () => {
    const at = (u: number, d: number) =>
      softPriors(row({ unique_users: u, downloads_per_user: d, total_downloads: u * d }));
    expect(at(2000, 500).bot).toBeCloseTo(0.5, 12);
    expect(at(3000, 500).bot).toBeCloseTo(1 / (1 + Math.exp(-2.5)), 12);
    expect(at(1, 1).organic).toBeGreaterThan(0.9);
    expect(at(10, 1000).hub).toBeCloseTo(1 / (1 + Math.exp(-4.5)), 12);
  });

  it('never lock a class out', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 0.998, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (p, u) => {
          const rest = (1 - p) / 2;
          const q = withPriors(
            [p, rest, rest],
            softPriors(row({ unique_users: u, downloads_per_user: 3, total_downloads: 3 * u })),
            1,
          );
          expect(q.every((value) => value > 0)).toBe(true);
          expect(q.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
        },
      ),
    );
  });

  it('let an obvious case stand below 0.7, and an obvious bot below 0.8 when it would become organic', () => {
    const bot = { organic: 0.1, bot: 0.95, hub: 0.1 };
    expect(reconcile('hub', 0.69, bot)).toBe('bot');
    expect(reconcile('hub', 0.7, bot)).toBe('hub');
    expect(reconcile('organic', 0.79, bot)).toBe('bot');
    expect(reconcile('organic', 0.8, bot)).toBe('organic');
    expect(reconcile('organic', 0.3, { organic: 0.4, bot: 0.4, hub: 0.4 })).toBe('organic');
  });
});

describe('the rhythm of people', () => {
  it('is 1 for many visits on working days only, 0 for an even clock, negative for nights', () => {
    const visits = 1e9;
    const rhythm = (night: number, weekend: number) =>
      humanRhythm(row({ num_sessions: visits, night_activity_ratio_local: night, weekend_ratio_local: weekend }));
    expect(rhythm(0, 0)).toBeCloseTo(1, 6);
    expect(rhythm(1 / 3, 2 / 7)).toBeCloseTo(0, 6);
    expect(rhythm(1, 1)).toBeCloseTo(-1, 6);
  });

  it('is believed by half at ten visits and not measurable without weekends or local hours', () => {
    expect(humanRhythm(row({ num_sessions: 10, weekend_ratio: 0 }))).toBeCloseTo(0.5, 12);
    expect(humanRhythm(row({ num_sessions: 10, night_activity_ratio: 0.1 }))).toBeNaN();
  });

  it('lowers the probability of a bot and leaves rows alone where it is not measurable or ordinary', () => {
    const p = [Float64Array.of(0.1, 0.1, 0.1), Float64Array.of(0.8, 0.8, 0.8), Float64Array.of(0.1, 0.1, 0.1)];
    const [organic, bot, hub] = withRhythm(p, Float64Array.of(0.95, Number.NaN, 0.3));
    expect(bot![0]).toBeLessThan(0.06);
    expect(organic![0]! + bot![0]! + hub![0]!).toBeCloseTo(1, 12);
    expect([bot![1], bot![2]]).toEqual([0.8, 0.8]);
  });
});
