import { defineSeries, float64, sql } from '@deeplogbot/core';
import { calendar } from './calendar.js';
import { CALENDAR } from './reference-notes.js';
import { momentum, trend } from './trend.js';

const WEEKS = 'fewer than 4 weeks from first to last';

/** Statistics of rows per ISO week. */
export const weeklySeries = defineSeries({
  name: 'weekly_series',
  from: ['by_week'],
  columns: {
    trend_slope: float64({
      unit: '1/week',
      min: -10,
      max: 10,
      meaning: 'Growth per week, in means.',
      formula: 'β ÷ (mean(w) + ε), least squares w ≈ α + βx',
      nullWhen: WEEKS,
      reference: CALENDAR,
    }),
    trend_strength: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of the variation that a straight line explains.',
      formula: 'r²; 0 if constant',
      nullWhen: WEEKS,
      reference: CALENDAR,
    }),
    trend_acceleration: float64({
      unit: '1/week²',
      min: -10,
      max: 10,
      meaning: 'Whether growth itself grows, in means; 0 below 5 weeks.',
      formula: '2γ ÷ (mean(w) + ε), least-squares parabola',
      nullWhen: WEEKS,
      reference: CALENDAR,
    }),
    detrended_volatility: float64({
      unit: '1',
      min: 0,
      max: 10,
      meaning: 'Unevenness that is left without the line, in means.',
      formula: 'psd(w − α − βx) ÷ (mean(w) + ε), at most 10',
      nullWhen: WEEKS,
      reference: CALENDAR,
    }),
    trend_direction: float64({
      unit: '1',
      min: -1,
      max: 1,
      meaning: 'Falling, level or rising.',
      formula: '0 if abs(β ÷ (mean(w) + ε)) < 0.01, else its sign',
      nullWhen: WEEKS,
      reference: CALENDAR,
    }),
    momentum_score: float64({
      unit: '1',
      min: -5,
      max: 5,
      meaning: 'The last 3 weeks against all earlier ones.',
      formula: '(r − h) ÷ (h + ε); with 3 weeks h has weights 0.49, 0.7, 1',
      nullWhen: 'fewer than 3 weeks from first to last',
      reference: CALENDAR,
    }),
  },
  query: ({ by_week }, { dialect }) => sql`
    SELECT key, floor((${dialect.epochUs(sql`week`)} / 86400000000 + 3) / 7) AS week, ${dialect.double(sql`n`)} AS n
    FROM ${by_week!} ORDER BY key, week`,
  compute: ({ week, n }, { definitions }) => {
    const clean = definitions === 'clean';
    const weeks = clean ? calendar(week!, n!) : n!;
    const or = (value: number) => (clean || !Number.isNaN(value) ? value : 0);
    const line = trend(weeks);
    return {
      trend_slope: or(line.slope),
      trend_strength: or(line.strength),
      trend_acceleration: or(line.acceleration),
      detrended_volatility: or(line.volatility),
      trend_direction: or(line.direction),
      momentum_score: or(momentum(weeks)),
    };
  },
});
