import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Forecast, type Part } from '../../src/progress/forecast.js';

/** A moment of a run that has the machine's one core for itself. */
const at = (seconds: number, work = seconds) => ({ seconds, work });
const parts = (...costs: number[]): Part[] => costs.map((cost, i) => ({ name: `part ${i}`, cost }));

/** Lets parts take their times one after another; what was foretold at each end, and `share` of the way through each. */
function follow(list: readonly Part[], times: readonly number[], share = 0.5) {
  const forecast = new Forecast(list, at(0), at(0));
  const whole = times.reduce((sum, time) => sum + time, 0);
  const seen: { readonly left: number; readonly truth: number }[] = [];
  let now = 0;
  for (const [i, time] of times.entries()) {
    const middle = now + share * time;
    seen.push({ left: forecast.secondsLeft(at(middle)), truth: whole - middle });
    now += time;
    forecast.done(list[i]!.name, at(now));
    seen.push({ left: forecast.secondsLeft(at(now)), truth: whole - now });
  }
  return seen;
}

describe('Forecast', () => {
  it('is right at once on the machine that the costs are from', () => {
    for (const { left, truth } of follow(parts(1, 5, 2, 8), [1, 5, 2, 8])) expect(left).toBeCloseTo(truth, 9);
  });

  it('learns from what is done how much slower this machine is', () => {
    // 1 of 16 is done and took 3 times as long: 3.0 − a little, because 1 % of the whole speaks for the other machine.
    const forecast = new Forecast(parts(1, 5, 2, 8), at(100), at(100));
    forecast.done('part 0', at(103));
    // (3 + 0.16) / (1 + 0.16) = 2.724; times 15
    expect(forecast.secondsLeft(at(103))).toBeCloseTo(40.86, 2);
  });

  it('knows a busy machine from a part that is more work', () => {
    // Half of the work is done at half the pace: 10 of 20 in 20 s. The rest is 10 at that pace, not 10 · 2 · 2.
    const forecast = new Forecast(parts(10, 10), at(0, 0), at(0, 0));
    forecast.done('part 0', at(20, 10));
    expect(forecast.secondsLeft(at(20, 10))).toBeCloseTo(20, 9);
  });

  it('goes by the pace of the last minute once the machine is free, and not by that of the whole run', () => {
    const forecast = new Forecast(parts(50, 100), at(0, 0), at(0, 0));
    for (let second = 1; second <= 60; second++) forecast.secondsLeft(at(second, second / 6)); // 10 of 150, six times too slow
    for (let second = 61; second <= 100; second++) forecast.secondsLeft(at(second, 10 + (second - 60)));
    forecast.done('part 0', at(100, 50));
    // In the last minute 43.3 of work, 20 s at a sixth and 40 s at full pace: 100 · 60 / 43.3 = 138.5, where 200 would be the whole run's.
    expect(forecast.secondsLeft(at(100, 50))).toBeCloseTo((100 * 60) / (50 - 40 / 6), 9);
  });

  it('takes a part that lasts longer than foretold as a sign for the others', () => {
    const forecast = new Forecast(parts(10, 10), at(0), at(0));
    expect(forecast.secondsLeft(at(30))).toBeGreaterThan(25);
    expect(forecast.secondsLeft(at(30))).toBeLessThan(35);
  });

  it('does not take it as a faster machine when parts come from earlier work', () => {
    const forecast = new Forecast(parts(10, 10, 10), at(0), at(0));
    forecast.done('part 0', at(0.01));
    forecast.done('part 1', at(0.02));
    expect(forecast.secondsLeft(at(0.02))).toBeCloseTo(10, 1);
  });

  it('takes ends in any order, and ends that nobody foretold', () => {
    const forecast = new Forecast(parts(4, 2), at(0), at(0));
    forecast.done('something else', at(1));
    forecast.done('part 1', at(2));
    expect(forecast.secondsLeft(at(2))).toBeCloseTo(4, 1);
    forecast.done('part 0', at(6));
    forecast.done('part 0', at(7));
    expect(forecast.secondsLeft(at(8))).toBe(0);
  });

  it('is within a tenth of the whole once a tenth is done, on a machine from twice as fast to five times slower', () => {
    // With a share c ≥ 0.1 done the factor f is off by |1 − f| · 0.01 / (c + 0.01), which is at most f / 11 here.
    const costs = fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(costs, fc.double({ min: 0.5, max: 5, noNaN: true }), (list, factor) => {
        const times = list.map((cost) => cost * factor);
        const whole = times.reduce((sum, time) => sum + time, 0);
        const ends = follow(parts(...list), times).filter((_, i) => i % 2 === 1);
        for (const { left, truth } of ends) {
          if (whole - truth >= whole / 10) expect(Math.abs(left - truth)).toBeLessThan(whole / 10);
        }
      }),
    );
  });

  it('is never negative nor unknown, however the parts go', () => {
    const pair = fc.tuple(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1 }), (pairs) => {
        const list = parts(...pairs.map(([cost]) => cost), 1);
        const seen = follow(list, [...pairs.map(([, time]) => time), 1]);
        for (const { left } of seen) expect(left).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
