import { afterAll, describe, expect, it } from 'vitest';
import { closeEngine, type Download, extract, featuresOf } from './log.js';

afterAll(closeEngine);

const START = Date.UTC(2024, 2, 4);
/** Downloads of one user, so many seconds after the start. */
const at = (user: string | null, ...seconds: readonly number[]): readonly Download[] =>
  seconds.map((s) => ({ user, at: new Date(START + s * 1000).toISOString().slice(0, -1) }));

describe('the pace of visits', () => {
  it('gives the worked example', async () => {
    const f = await featuresOf([
      // steps of 2 s, 16 s after a silence, and 8 s; single rows and those of one moment have no pace
      ...at('a', 0, 1, 4, 10_000, 10_016),
      ...at('b', 0, 8, 20_000, 30_000, 30_000),
    ]);
    // ln 2, ln 16, ln 8: mean (1 + 4 + 3) ÷ 3 · ln 2, sd √(7 ÷ 3) · ln 2
    expect(f.user_visit_pace).toBeCloseTo(1.848392, 5);
    expect(f.user_visit_pace_sd).toBeCloseTo(1.058798, 5);
  });

  it('is 0 apart for a timer, whoever else is there in the meantime', async () => {
    const timer = [0, 40_000, 90_000].flatMap((from) => [0, 30, 60, 90].map((s) => from + s));
    const { features } = await extract([...at('a', ...timer), ...at(null, ...timer.map((s) => s + 7))]);
    expect(features.need('user_visit_pace')[0]).toBeCloseTo(Math.log(30), 6);
    expect(features.need('user_visit_pace_sd')[0]).toBe(0);
  });

  it('measures nothing without visits that last, and no spread of a single one', async () => {
    const none = await featuresOf(at('a', 0, 5000, 5000));
    expect([none.user_visit_pace, none.user_visit_pace_sd]).toEqual([Number.NaN, Number.NaN]);
    const single = await featuresOf(at('a', 0, 1));
    expect(single.user_visit_pace).toBe(0);
    expect(single.user_visit_pace_sd).toBeNaN();
  });
});

describe('the pauses of visits', () => {
  it('gives the worked example', async () => {
    // both users in one stream: 2, 8 and 1800 s; the silence of 1801 s and the two rows of one moment are none
    const f = await featuresOf([...at('a', 0, 10, 3611, 3611), ...at('b', 2, 1810)]);
    // ln 2 + ln 8 + ln 1800 = 10.268133, over 3; sd of 0.693147, 2.079442, 7.495542
    expect(f.visit_pause).toBeCloseTo(3.422711, 5);
    expect(f.visit_pause_sd).toBeCloseTo(3.594638, 5);
  });

  it('gives a timer no spread, and measures nothing of rows that are far apart', async () => {
    const timer = await featuresOf(at('a', 0, 60, 120, 9000, 9060));
    expect(timer.visit_pause).toBeCloseTo(Math.log(60), 5);
    expect(timer.visit_pause_sd).toBe(0);
    const apart = await featuresOf(at('a', 0, 5000, 5000));
    expect([apart.visit_pause, apart.visit_pause_sd]).toEqual([Number.NaN, Number.NaN]);
  });
});
