import { defineExtractor, defineSeries, float64, type PlanNode, sql } from '@deeplogbot/core';
import { clip, deviation, mean, sumOf } from './moments.js';

const BENFORD = [0.301, 0.176, 0.125, 0.097, 0.079, 0.067, 0.058, 0.051, 0.046];

/** First digit of a positive whole number; division, because a logarithm rounds wrongly at powers of ten. */
export function leadingDigit(count: number): number {
  let digit = count;
  while (digit >= 10) digit = Math.floor(digit / 10);
  return digit;
}

/** Whether daily row counts begin with the digits that natural counts begin with. */
export const benford = defineSeries({
  name: 'benford',
  from: ['by_day'],
  columns: {
    benford_deviation: float64({
      unit: '1',
      min: 0,
      meaning: 'Distance of the first digits of daily row counts from Benford’s law; 2.2 = every count begins with 1.',
      formula: 'Σ_{j=1..9} (o_j − e_j)² ÷ (e_j + 0.01), o_j = share of active days whose count begins with j',
      nullWhen: 'fewer than 10 active days',
      reference: '0 below 10 active days.',
    }),
  },
  query: ({ by_day }, { dialect }) => sql`SELECT key, ${dialect.double(sql`n`)} AS n FROM ${by_day!} ORDER BY key, day`,
  compute: ({ n }, { definitions }) => {
    const counts = n!;
    if (counts.length < 10) return { benford_deviation: definitions === 'clean' ? Number.NaN : 0 };
    const digits = new Float64Array(9);
    for (const count of counts) digits[leadingDigit(count) - 1]! += 1;
    const terms = BENFORD.map((e, j) => (digits[j]! / counts.length - e) ** 2 / (e + 0.01));
    return { benford_deviation: terms.reduce((a, b) => a + b) };
  },
});

/** How evenly the hours of the day are used. */
export const uniformity = defineSeries({
  name: 'uniformity',
  from: ['by_hour_of_day'],
  columns: {
    hourly_uniformity_score: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '1 = the same number of rows in each of the 24 hours, 0 = all in few hours.',
      formula: 'clip(1 − var(c) ÷ (mean(c)² + 0.01), 0, 1), c = c₀ … c₂₃ zero-filled',
      nullWhen: 'never',
      reference: 'Only hours that occur, 0 for a single hour.',
    }),
  },
  query: ({ by_hour_of_day }, { dialect }) => sql`
    SELECT key, ${dialect.double(sql`hour`)} AS hour, ${dialect.double(sql`n`)} AS n
    FROM ${by_hour_of_day!} ORDER BY key, hour`,
  compute: ({ hour, n }, { definitions }) => {
    const counts = definitions === 'clean' ? hoursOfDay(hour!, n!) : n!;
    if (counts.length < 2) return { hourly_uniformity_score: 0 };
    return { hourly_uniformity_score: clip(1 - deviation(counts) ** 2 / (mean(counts) ** 2 + 0.01), 0, 1) };
  },
});

/** c₀ … c₂₃ from the hours that occur. */
export function hoursOfDay(hours: Float64Array, counts: Float64Array): Float64Array {
  const filled = new Float64Array(24);
  hours.forEach((hour, i) => {
    filled[hour] = counts[i]!;
  });
  return filled;
}

/** p₀ … p₂₃. */
export function hourShares(hours: Float64Array, counts: Float64Array): Float64Array {
  const filled = hoursOfDay(hours, counts);
  const total = sumOf(filled);
  return filled.map((count) => count / total);
}

/** How far the share of working days is from that of an even week. */
const weekdayPattern = defineExtractor({
  name: 'weekday_pattern',
  from: ['by_day_of_week'],
  columns: {
    weekday_pattern_score: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '0 = every day of the week alike, 0.4 = working days only, 1 = weekends only.',
      formula: 'abs(s − 5/7) ÷ (5/7), s = share of rows on Monday to Friday',
      nullWhen: 'never',
      reference: '0.714 in place of 5/7.',
    }),
  },
  query: ({ by_day_of_week }, { dialect, definitions }) => {
    const even = definitions === 'clean' ? 5 / 7 : 0.714;
    const share = dialect.double(sql`coalesce(sum(n) FILTER (dow BETWEEN 1 AND 5), 0)`);
    return sql`
      SELECT key, abs(${share} / ${dialect.double(sql`sum(n)`)} - ${even}) / ${even} AS weekday_pattern_score
      FROM ${by_day_of_week!} GROUP BY key`;
  },
});

export const statisticalNodes: readonly PlanNode[] = [benford, uniformity, weekdayPattern];
