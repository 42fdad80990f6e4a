import { createRandom } from '@deeplogbot/core';
import { afterAll, describe, expect, it } from 'vitest';
import { outbursts } from '../../src/features/outburst.js';
import { periodicity } from '../../src/features/periodicity.js';
import { powerSpectrum } from '../../src/features/spectrum.js';
import { leadingDigit } from '../../src/features/statistical.js';
import { momentum, trend } from '../../src/features/trend.js';
import { closeEngine, DAY, daily, features, HOUR } from './fixture.js';

afterAll(closeEngine);

const reference = { definitions: 'reference' } as const;

describe('powerSpectrum', () => {
  const slow = (x: Float64Array) =>
    Array.from({ length: Math.floor(x.length / 2) + 1 }, (_, k) => {
      let re = 0;
      let im = 0;
      x.forEach((value, i) => {
        re += value * Math.cos((2 * Math.PI * ((k * i) % x.length)) / x.length);
        im -= value * Math.sin((2 * Math.PI * ((k * i) % x.length)) / x.length);
      });
      return re * re + im * im;
    });

  it.each([1, 2, 3, 14, 17, 64, 97, 360, 1021])('equals the sum by definition at length %i', (length) => {
    const random = createRandom(length);
    const dense = Float64Array.from({ length }, () => random.next() - 0.5);
    const sparse = dense.map((value, i) => (i % 13 === 0 ? value : -0.1));
    for (const series of [dense, sparse]) {
      const expected = slow(series);
      const worst = powerSpectrum(series).reduce((most, value, k) => Math.max(most, Math.abs(value - expected[k]!)), 0);
      expect(worst).toBeLessThan(1e-9 * length);
    }
  });

  it('is the same for a length that was forgotten since, in the room of longer and shorter ones', () => {
    const lengths = Array.from({ length: 300 }, (_, i) => 20 + ((i * 7919) % 1009));
    const power = (length: number) => {
      const random = createRandom(length);
      const dense = Float64Array.from({ length }, () => random.next() - 0.5);
      const sparse = dense.map((value, i) => (i % 40 === 0 ? value : -0.1));
      return [dense, sparse].map((series) => powerSpectrum(series).slice());
    };
    const first = lengths.map(power);
    expect(lengths.map(power)).toEqual(first);
    expect(lengths.toReversed().map(power)).toEqual(first.toReversed());
  });
});

describe('daily series', () => {
  it('gives the worked outburst and shape example', async () => {
    const rows = daily([1, 1, 2, 1, 9, 1, 1, 3]);
    for (const options of [{}, reference]) {
      const f = await features(rows, options);
      expect(f.max_outburst_zscore).toBeCloseTo(2.38804, 5);
      expect(f.outburst_count).toBe(1);
      expect(f.outburst_ratio).toBeCloseTo(0.473684, 6);
      expect(f.time_since_last_outburst).toBe(0.5);
      expect(f.longest_outburst_streak).toBe(1);
      expect(f.download_skewness).toBeCloseTo(1.9882, 5);
      expect(f.download_kurtosis).toBeCloseTo(2.3593, 5);
      expect(f.tail_heaviness_ratio).toBeCloseTo(8.58, 6);
      expect(f.recent_activity_ratio).toBe(1);
    }
  });

  it('counts silent days in clean mode only', async () => {
    const rows = daily([1, 1, 1, 1, 1], 2 * DAY); // 5 of 9 dates
    expect((await features(rows)).zero_day_ratio).toBeCloseTo(4 / 9, 15);
    expect((await features(rows, reference)).zero_day_ratio).toBe(0);
  });

  it('breaks a streak at a silent date in clean mode only', () => {
    const counts = Float64Array.from([...Array<number>(30).fill(1), 50, 50]);
    const days = counts.map((_, i) => (i === 31 ? 40 : i));
    expect(outbursts(days, counts, false).streak).toBe(1);
    expect(outbursts(days, counts, true).streak).toBe(2);
  });

  it('measures recency against the key’s own end and against the log’s', async () => {
    // 1 row on day 0, 3 on day 100: recent = 3 of 4
    const f = await features(daily([1, 3], 100 * DAY));
    expect(f.recency_concentration).toBe(0.75);
    expect(f.log_recency_concentration).toBe(0.75);
    expect(f.recent_activity_ratio).toBe(1.5);
    expect(f.recent_volatility_ratio).toBeNaN();
    const silent = await features([
      { loc: 'A', t: 0 },
      { loc: 'B', t: 100 * DAY },
    ]);
    expect(silent.log_recency_concentration).toBe(0);
    expect(silent.recency_concentration).toBe(1);
  });

  it('finds the worked period: (1, 2, 3, 1, 2, 3, 1) three times', () => {
    const series = Float64Array.from({ length: 21 }, (_, i) => [1, 2, 3, 1, 2, 3, 1][i % 7]!);
    const found = periodicity(series, false);
    expect(found.weekly).toBeCloseTo(1, 12);
    expect(found.period).toBe(3.5);
    expect(found.strength).toBeCloseTo(0.784989, 6);
  });

  it('reports no period where all frequencies are equally strong', () => {
    const lone = Float64Array.from({ length: 30 }, (_, i) => (i === 7 ? 5 : 1));
    expect(periodicity(lone, false).period).toBe(0);
    expect(periodicity(lone.subarray(0, 13), false).period).toBeNaN();
  });

  it('gives the Benford example and takes digits at powers of ten exactly', async () => {
    expect((await features(daily(Array<number>(10).fill(1)))).benford_deviation).toBeCloseTo(2.1996, 5);
    expect((await features(daily(Array<number>(9).fill(1)))).benford_deviation).toBeNaN();
    expect([1, 9, 10, 99, 100, 999, 1000, 10 ** 15].map(leadingDigit)).toEqual([1, 9, 1, 9, 1, 9, 1, 1]);
  });
});

describe('weekly series', () => {
  it('gives the worked trend example', async () => {
    const f = await features(daily([4, 6, 5, 9, 12, 11], 7 * DAY));
    expect(f.trend_slope).toBeCloseTo(0.207903, 6);
    expect(f.trend_strength).toBeCloseTo(0.846461, 6);
    expect(f.trend_acceleration).toBeCloseTo(0.00455927, 8);
    expect(f.detrended_volatility).toBeCloseTo(0.15122, 6);
    expect(f.trend_direction).toBe(1);
    expect(f.momentum_score).toBeCloseTo(1.13333, 5);
  });

  it('gives the momentum example of three weeks, and NaN below three', () => {
    expect(momentum(Float64Array.of(4, 6, 11))).toBeCloseTo(-0.106643, 6);
    expect(momentum(Float64Array.of(4, 6))).toBeNaN();
  });

  it('does not change under doubling, and mirrors its sign under reversal', () => {
    const weeks = Float64Array.of(4, 6, 5, 9, 12, 11);
    const twice = trend(weeks.map((w) => 2 * w));
    expect(twice.slope).toBeCloseTo(trend(weeks).slope, 9);
    expect(trend(weeks.slice().reverse()).slope).toBeCloseTo(-trend(weeks).slope, 12);
  });

  it('keeps silent weeks in clean mode: one row in weeks 0, 1, 2 and 9 falls', async () => {
    const rows = [0, 1, 2, 9].map((week) => ({ t: week * 7 * DAY }));
    expect((await features(rows)).trend_direction).toBe(-1);
    expect((await features(rows, reference)).trend_direction).toBe(0);
  });
});

describe('hours', () => {
  const uniform = Array.from({ length: 24 }, (_, h) => ({ t: h * HOUR }));

  it('gives the uniform day', async () => {
    const f = await features(uniform);
    expect(f.circadian_rhythm_deviation).toBeCloseTo(0.3, 12);
    expect(f.circadian_deviation).toBeCloseTo(0.274154, 6);
    expect(f.request_timing_entropy).toBeCloseTo(1, 8);
    expect(f.hourly_uniformity_score).toBe(1);
    expect(f.autocorrelation_lag1).toBeNaN();
    expect((await features(uniform, reference)).autocorrelation_lag1).toBe(0);
  });

  it('does not take two busy hours for a uniform day', async () => {
    const two = [0, 0, 12, 12].map((hour) => ({ t: hour * HOUR }));
    expect((await features(two)).hourly_uniformity_score).toBe(0);
    expect((await features(two, reference)).hourly_uniformity_score).toBe(1);
  });

  it('gives the worked bursts (1, 1, 1, 5 rows) and crowds (2, 2, 3, 1 users)', async () => {
    const bursts = await features(daily([1, 1, 1, 5]));
    expect([bursts.burst_pattern_score, bursts.hourly_cv_burst, bursts.spike_intensity]).toEqual([1.5, 1, 2.5]);
    const crowd = [2, 2, 3, 1].flatMap((users, i) =>
      Array.from({ length: users }, (_, u) => ({ t: i * HOUR, user: `u${u}` })),
    );
    const f = await features(crowd);
    expect(f.user_coordination_score).toBeCloseTo(2.44949, 5);
    expect(f.user_peak_ratio).toBe(1.5);
  });

  it('scores a constant crowd 100, a lone user 0, and the reference both 0', async () => {
    const crowd = [0, 1].flatMap((h) => ['a', 'b'].map((user) => ({ t: h * HOUR, user })));
    const lone = [0, 1].map((h) => ({ t: h * HOUR }));
    expect((await features(crowd)).user_coordination_score).toBe(100);
    expect((await features(lone)).user_coordination_score).toBe(0);
    expect((await features(crowd, reference)).user_coordination_score).toBe(0);
  });

  it('knows the week: working days only, weekends only', async () => {
    const work = await features(daily([1, 1, 1, 1, 1]));
    const rest = await features(daily([0, 0, 0, 0, 0, 1, 1]));
    expect(work.weekday_pattern_score).toBeCloseTo(0.4, 12);
    expect([work.weekend_ratio, work.is_weekday_biased, work.unique_days_of_week]).toEqual([0, 1, 5]);
    expect([rest.weekday_pattern_score, rest.weekend_ratio]).toEqual([1, 1]);
  });
});

describe('months', () => {
  it('measures the month that stands out', async () => {
    // 2, 2, 2, 10 rows: median 2, deviations 0, 0, 0, 8, floor 1
    const f = await features(daily([2, 2, 2, 10], 31 * DAY));
    expect(f.monthly_spike_zscore).toBeCloseTo(0.6745 * 8, 12);
    expect((await features(daily([2, 2], 31 * DAY))).monthly_spike_zscore).toBeNaN();
  });
});
