import { type Definitions, defineSchema, duckdbDialect, FeatureTable } from '@deeplogbot/core';
import { describe, expect, it } from 'vitest';
import { temporalConsistency } from '../../src/features/temporal.js';
import { advancedFlags } from '../../src/features/upper-quarter.js';

const table = (columns: Readonly<Record<string, readonly number[]>>) => {
  const entries = Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)] as const);
  const keys = Array.from({ length: entries[0]![1].length }, (_, i) => `k${i}`);
  const none = keys.map(() => null);
  return new FeatureTable(keys, { country: none, city: none }, new Map(entries), new Map());
};
const context = {
  schema: defineSchema({}),
  roles: new Set<never>(),
  dialect: duckdbDialect,
  definitions: 'clean' as Definitions,
};

describe('temporal consistency', () => {
  // parts of row 0: 2·(0.75 − 0.5) = 0.5; 1 − 1/2 = 0.5; (6 − 1)/10 = 0.5; 1.5/3 = 0.5; 2.5/5 = 0.5
  const steady = {
    fraction_latest_year: [0.75, 0.75, 1, Number.NaN],
    spike_ratio: [5, 5, 45, Number.NaN],
    recent_activity_ratio: [6, 6, 200, Number.NaN],
    year_over_year_cv: [1.5, 1.5, 9, Number.NaN],
    momentum_score: [-2.5, Number.NaN, 5, Number.NaN],
    monthly_spike_zscore: [3.5, 8, Number.NaN, Number.NaN],
  };

  it('takes the larger of the yearly and the monthly score, over the parts that are measurable', () => {
    const found = temporalConsistency.compute(table(steady), context);
    // row 1: Z = 8 fires, 0.8; row 2: (1 + 0.9 + 1 + 1 + 1)/5
    expect([...found.temporal_anomaly_score.slice(0, 2)]).toEqual([0.5, 0.8]);
    expect(found.temporal_anomaly_score[2]).toBeCloseTo(0.98, 12);
    expect(found.temporal_anomaly_score[3]).toBeNaN();
    expect([...found.has_temporal_spike]).toEqual([0, 1, 1, Number.NaN]);
  });
});

describe('flags against the third quartile', () => {
  it('interpolates the quartile, leaves NaN out of it and NaN where the value is', () => {
    // Q(0, 1, 2, 3; 0.75) = 2.25
    const found = advancedFlags.compute(
      table({ burst_pattern_score: [0, 1, 2, 3, Number.NaN], user_coordination_score: [0, 0, 0, 0, 1] }),
      context,
    );
    expect([...found.is_bursty_advanced]).toEqual([0, 0, 0, 1, Number.NaN]);
    expect([...found.is_coordinated]).toEqual([0, 0, 0, 0, 1]);
  });
});
