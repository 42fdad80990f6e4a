import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Forecast, type Part } from '../../src/progress/forecast.js';
import type { Between, Moment } from '../../src/progress/pace.js';

/** A moment of a run that has the machine's one core for itself. */
const at = (seconds: number, work = seconds) => ({ seconds, work });
const likely = (forecast: Forecast, now: Moment) => forecast.left(now).likely;
const parts = (...costs: number[]): Part[] => costs.map((cost, i) => ({ name: `part ${i}`, cost }));

/** Lets parts take their times one after another; what was foretold at each end, and `share` of the way through each. */
function follow(list: readonly Part[], times: readonly number[], share = 0.5) {
  const forecast = new Forecast(list, at(0), at(0));
  const whole = times.reduce((sum, time) => sum + time, 0);
  const seen: { readonly left: number; readonly truth: number }[] = [];
  let now = 0;
  for (const [i, time] of times.entries()) {
    const middle = now + share * time;
    seen.push({ left: likely(forecast, at(middle)), truth: whole - middle });
    now += time;
    forecast.done(list[i]!.name, at(now));
    seen.push({ left: likely(forecast, at(now)), truth: whole - now });
  }
  return seen;
}

describe('Forecast', () => {
  it('is right at once on the machine that the costs are from', () => {
    for (const { left, truth } of follow(parts(1, 5, 2, 8), [1, 5, 2, 8])) expect(left).toBeCloseTo(truth, 9);
  });

  it('learns from what is done how much slower this machine is', () => {
    // 1 of 16 is done and took 3 times as long: 3.0 − a little, because 0.5 % of the whole speaks for the other machine.
    const forecast = new Forecast(parts(1, 5, 2, 8), at(100), at(100));
    forecast.done('part 0', at(103));
    // (3 + 0.08) / (1 + 0.08) = 2.852; times 15
    expect(likely(forecast, at(103))).toBeCloseTo(42.78, 2);
  });

  it('knows a busy machine from a part that is more work', () => {
    // Half of the work is done at half the pace: 10 of 20 in 20 s. The rest is 10 at that pace, not 10 · 2 · 2.
    const forecast = new Forecast(parts(10, 10), at(0, 0), at(0, 0));
    forecast.done('part 0', at(20, 10));
    expect(likely(forecast, at(20, 10))).toBeCloseTo(20, 9);
  });

  it('goes by the pace of the last minute once the machine is free, and not by that of the whole run', () => {
    const forecast = new Forecast(parts(50, 100), at(0, 0), at(0, 0));
    for (let second = 1; second <= 60; second++) likely(forecast, at(second, second / 6)); // 10 of 150, six times too slow
    for (let second = 61; second <= 100; second++) likely(forecast, at(second, 10 + (second - 60)));
    forecast.done('part 0', at(100, 50));
    // In the last minute 43.3 of work, 20 s at a sixth and 40 s at full pace: 100 · 60 / 43.3 = 138.5, where 200 would be the whole run's.
    expect(likely(forecast, at(100, 50))).toBeCloseTo((100 * 60) / (50 - 40 / 6), 9);
  });

  it('takes a part that lasts longer than foretold as a sign for the others', () => {
    const forecast = new Forecast(parts(10, 10), at(0), at(0));
    expect(likely(forecast, at(30))).toBeGreaterThan(25);
    expect(likely(forecast, at(30))).toBeLessThan(35);
  });

  it('believes the last parts more than those before', () => {
    const forecast = new Forecast(parts(10, 10, 20), at(0), at(0));
    forecast.done('part 0', at(10));
    forecast.done('part 1', at(40));
    // A quarter of the whole ago weighs half: (10 / 2 + 30 + 0.2) / (10 / 2 + 10 + 0.2) times 20, where 40 / 20 would be all alike.
    expect(likely(forecast, at(40))).toBeCloseTo((35.2 / 15.2) * 20, 9);
  });

  it('never takes a part to end at once', () => {
    // Ten times what was foretold, and what is left of it is a twentieth of what it has taken.
    expect(likely(new Forecast(parts(10), at(0), at(0)), at(100))).toBeCloseTo(5, 9);
  });

  it('does not take it as a faster machine when parts come from earlier work', () => {
    const forecast = new Forecast(parts(10, 10, 10), at(0), at(0));
    forecast.done('part 0', at(0.01));
    forecast.done('part 1', at(0.02));
    expect(likely(forecast, at(0.02))).toBeCloseTo(10, 1);
  });

  it('takes ends in any order, and ends that nobody foretold', () => {
    const forecast = new Forecast(parts(4, 2), at(0), at(0));
    forecast.done('something else', at(1));
    forecast.done('part 1', at(2));
    expect(likely(forecast, at(2))).toBeCloseTo(4, 1);
    forecast.done('part 0', at(6));
    forecast.done('part 0', at(7));
    expect(likely(forecast, at(8))).toBe(0);
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

/** Speed of a made-up machine at a second of the run: seconds of processor time that a second by the clock gives, 0 while it waits. */
type Machine = (second: number) => number;

const NODES = 40;
/** Forty nodes of costs between 2 and 24 s, and the outputs, a quarter of the whole. */
const RUN = [...parts(...Array.from({ length: NODES }, (_, i) => 2 + ((i * 7) % 23))), { name: 'outputs', cost: 165 }];
/** What they cost here: the first machine's times a factor, and each its own up to a fifth more or less. */
const costsHere = (factor: number) => RUN.map(({ cost }, i) => cost * factor * (1 + 0.2 * Math.sin(i * 2.4)));

interface Told {
  readonly at: number;
  readonly left: Between;
  readonly truth: number;
  /** By how much of the run the end was misjudged. */
  readonly error: number;
}

/** Runs the parts on a machine, asks every second as a run does, and gives what was told from the first minute on. */
function told(machine: Machine, factor = 1): Told[] {
  const forecast = new Forecast(RUN, at(0), at(0));
  const ends = costsHere(factor).map(
    (
      (sum) => (cost: number) =>
        (sum += cost)
    )(0),
  );
  const seen: { at: number; left: Between }[] = [];
  let [second, work, part] = [0, 0, 0];
  while (part < RUN.length) {
    work = Math.min(work + machine(second), ends.at(-1)!);
    second++;
    for (; part < RUN.length && ends[part]! <= work + 1e-9; part++)
      forecast.done(RUN[part]!.name, at(second, ends[part]));
    seen.push({ at: second, left: forecast.left(at(second, work)) });
  }
  return seen
    .filter((one) => one.at >= 60)
    .map((one) => {
      const truth = second - one.at;
      return { ...one, truth, error: Math.abs(one.left.likely - truth) / second };
    });
}

const worst = (list: readonly Told[]) => Math.max(...list.map(({ error }) => error));
/** Share of the moments at which the truth, to the second, lay between the bounds. */
const heldShare = (list: readonly Told[]) =>
  list.filter(({ left, truth }) => left.least <= truth + 1 && truth - 1 <= left.most).length / list.length;

describe('the time left on made-up machines, as a share of the run, from the first minute on', () => {
  it.each([
    [0.4, 0.1],
    [1, 0.1],
    [3, 0.2], // Of this run a minute is a twentieth: three parts, whose own differences weigh.
  ])('is right on a steady one whose work costs %f of what was measured, within %f', (factor, bar) => {
    const list = told(() => 1.8, factor);
    expect(worst(list)).toBeLessThan(bar);
    expect(heldShare(list)).toBe(1);
  });

  it('is within a tenth where every other part leaves one of two cores idle', () => {
    const list = told((second) => (Math.floor(second / 7) % 2 === 0 ? 2 : 1));
    expect(worst(list)).toBeLessThan(0.1);
    expect(heldShare(list)).toBe(1);
  });

  it.each([
    ['halves', 1.8, 0.9],
    ['doubles', 0.9, 1.8],
    ['becomes four times as fast', 0.45, 1.8],
  ])('is within a fifth again a minute after the machine %s, and its bounds hold much earlier', (_, before, after) => {
    const change = 150;
    const list = told((second) => (second < change ? before : after));
    expect(worst(list.filter((one) => one.at >= change + 60))).toBeLessThan(0.2);
    expect(heldShare(list.filter((one) => one.at >= change + 20))).toBe(1);
  });

  it('is within a fifth all the time where a disk makes the run wait for half a minute, once', () => {
    const list = told((second) => (second >= 100 && second < 130 ? 0 : 1.8));
    expect(worst(list)).toBeLessThan(0.2);
    expect(heldShare(list)).toBe(1);
  });

  it('counts waiting that comes again and again', () => {
    const list = told((second) => (second % 30 < 12 ? 0 : 1.8));
    expect(worst(list)).toBeLessThan(0.2);
    expect(heldShare(list)).toBe(1);
  });

  it('has bounds that grow while nothing is worked at all', () => {
    const list = told((second) => (second >= 100 && second < 400 ? 0 : 1.8)).filter(
      (one) => one.at > 105 && one.at < 400,
    );
    for (const [i, { left }] of list.entries())
      expect(left.most).toBeGreaterThanOrEqual(list[Math.max(0, i - 1)]!.left.most);
  });

  it('lies between its bounds, which are finite and never negative, on any machine', () => {
    const speeds = fc.array(fc.double({ min: 0, max: 4, noNaN: true }), { minLength: 5, maxLength: 30 });
    fc.assert(
      fc.property(speeds, (list) => {
        for (const { left } of told((second) => list[Math.floor(second / 20) % list.length]! + 0.5)) {
          expect(left.least).toBeGreaterThanOrEqual(0);
          expect(left.likely).toBeGreaterThanOrEqual(left.least);
          expect(left.most).toBeGreaterThanOrEqual(left.likely);
          expect(left.most).toBeLessThan(Infinity);
        }
      }),
      { numRuns: 10 },
    );
  });
});
