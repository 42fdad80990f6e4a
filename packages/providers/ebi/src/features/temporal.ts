import { defineDerived, defineSeries, float64, type PlanNode, sql } from '@deeplogbot/core';
import { clip, quantile } from './moments.js';

const SPIKE = 3.5;

/** The month that stands out most, by median and median absolute deviation. */
export const monthlySpike = defineSeries({
  name: 'monthly_spike',
  from: ['by_month'],
  columns: {
    monthly_spike_zscore: float64({
      unit: '1',
      min: 0,
      meaning: 'How far the most unusual active month is from the median month; above 3.5 counts as a spike.',
      formula: 'max abs(0.6745·(m − median(m)) ÷ max(1, median abs(m − median(m))))',
      nullWhen: 'fewer than 3 active months',
      reference: '0 below 3 months; months from the raw year and month columns.',
    }),
  },
  query: ({ by_month }, { dialect }) => sql`
    SELECT key, ${dialect.double(sql`n`)} AS n FROM ${by_month!} ORDER BY key, month`,
  compute: ({ n }, { definitions }) => {
    const months = n!;
    if (months.length < 3) return { monthly_spike_zscore: definitions === 'clean' ? Number.NaN : 0 };
    const middle = quantile(months, 0.5);
    const away = months.map((count) => Math.abs(count - middle));
    const scale = Math.max(1, quantile(away, 0.5));
    return { monthly_spike_zscore: (0.6745 * away.reduce((a, b) => Math.max(a, b))) / scale };
  },
});

const PARTS = [
  ['fraction_latest_year', (x: number) => clip(2 * (x - 0.5), 0, 1)],
  ['spike_ratio', (x: number) => 1 - 1 / (1 + x / 5)],
  ['recent_activity_ratio', (x: number) => clip((clip(x, 0, 100) - 1) / 10, 0, 1)],
  ['year_over_year_cv', (x: number) => clip(clip(x, 0, 10) / 3, 0, 1)],
  ['momentum_score', (x: number) => clip(Math.abs(x) / 5, 0, 1)],
] as const;

/** Whether a key's traffic came suddenly. */
export const temporalConsistency = defineDerived({
  name: 'temporal_consistency',
  from: [...PARTS.map(([name]) => name), 'monthly_spike_zscore'],
  columns: {
    temporal_anomaly_score: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'How sudden the traffic is: 0 = steady over the years, 1 = all of it recent and far above before.',
      formula:
        'max(s₁, s₂); s₁ = mean of clip(2·(fraction_latest_year − 0.5), 0, 1), 1 − 1 ÷ (1 + spike_ratio ÷ 5), clip((clip(recent_activity_ratio, 0, 100) − 1) ÷ 10, 0, 1), clip(clip(year_over_year_cv, 0, 10) ÷ 3, 0, 1), clip(abs(momentum_score) ÷ 5, 0, 1), those not NULL; s₂ = min(Z ÷ 10, 1) if Z > 3.5, else 0, Z = monthly_spike_zscore',
      nullWhen: 'all parts are NULL',
    }),
    has_temporal_spike: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '1 = the traffic came suddenly, by years or by months.',
      formula: 's₁ > 0.6 or Z > 3.5',
      nullWhen: 'all parts are NULL',
    }),
  },
  compute: (table) => {
    const parts = PARTS.map(([name, score]) => table.need(name).map(score));
    const months = table.need('monthly_spike_zscore');
    const yearly = Float64Array.from({ length: table.rows }, (_, row) => meanMeasured(parts.map((part) => part[row]!)));
    const monthly = months.map((z) => (z > SPIKE ? Math.min(z / 10, 1) : 0));
    return {
      temporal_anomaly_score: yearly.map((score, row) => Math.max(score, monthly[row]!)),
      has_temporal_spike: yearly.map((score, row) =>
        Number.isNaN(score) ? score : Number(score > 0.6 || months[row]! > SPIKE),
      ),
    };
  },
});

function meanMeasured(values: readonly number[]): number {
  const measured = values.filter((value) => !Number.isNaN(value));
  return measured.reduce((a, b) => a + b, 0) / measured.length;
}

export const temporalNodes: readonly PlanNode[] = [monthlySpike, temporalConsistency];
