import { defineSeries, float64, type LogSchema, type PlanNode, sql } from '@deeplogbot/core';
import { centredSum, EPSILON, largest, sumOf, sumWhere } from './moments.js';
import { entropyNats } from './yearly.js';

const HOURS = 24;

/** Counts of the 24 hours of the day, absent ones 0. */
export function hoursOfDay(hour: Float64Array, n: Float64Array): Float64Array {
  const counts = new Float64Array(HOURS);
  for (let i = 0; i < hour.length; i++) counts[hour[i]!]! += n[i]!;
  return counts;
}

/** Whether an hour lies in [start, end), which wraps at midnight when start > end. */
const inBand = (hour: number, start: number, end: number): boolean =>
  start <= end ? hour >= start && hour < end : hour >= start || hour < end;

/** The four clock shares that UTC and local time have in common. */
export function clockShares(counts: Float64Array, schema: LogSchema, epsilon: number) {
  const total = sumOf(counts);
  const share = (start: number, end: number) => sumWhere(counts, (hour) => inBand(hour, start, end)) / total;
  return {
    peak: largest(counts) / total,
    working: share(schema.workingHoursStart, schema.workingHoursEnd),
    night: share(schema.nightHoursStart, schema.nightHoursEnd),
    entropy: Math.max(0, entropyNats(counts, HOURS, epsilon)),
  };
}

/** How downloads spread over the UTC hours of the day. */
const timeOfDay = defineSeries({
  name: 'time_of_day',
  from: ['by_hour_of_day'],
  columns: {
    hourly_download_std: float64({
      unit: 'rows',
      min: 0,
      meaning: 'Population deviation of the 24 hourly counts, zeros included.',
      formula: 'psd(c₀ … c₂₃)',
      nullWhen: 'never',
    }),
    peak_hour_concentration: float64({
      unit: '1',
      min: 1 / HOURS,
      max: 1,
      meaning: 'Share of the busiest UTC hour.',
      formula: 'max p',
      nullWhen: 'never',
    }),
    working_hours_ratio: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of downloads in working hours, UTC (9 to 17 by default).',
      formula: 'Σ p over [start, end)',
      nullWhen: 'never',
    }),
    hourly_entropy: float64({
      unit: 'nat',
      min: 0,
      max: Math.log(HOURS) + 1e-9,
      meaning: 'How evenly downloads spread over the UTC hours; 3.178 = around the clock.',
      formula: '−Σ p ln p',
      nullWhen: 'never',
    }),
    night_activity_ratio: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of downloads at night, UTC (22 to 6 by default).',
      formula: 'Σ p over [start, end), wrapping at midnight',
      nullWhen: 'never',
    }),
  },
  query: ({ by_hour_of_day }) => sql`SELECT key, hour, n FROM ${by_hour_of_day!} ORDER BY key, hour`,
  compute: ({ hour, n }, { schema, definitions }) => {
    const counts = hoursOfDay(hour!, n!);
    const shares = clockShares(counts, schema, definitions === 'clean' ? 0 : EPSILON);
    return {
      hourly_download_std: Math.sqrt(centredSum(counts, 2) / HOURS),
      peak_hour_concentration: shares.peak,
      working_hours_ratio: shares.working,
      hourly_entropy: shares.entropy,
      night_activity_ratio: shares.night,
    };
  },
});

export const timeOfDayNodes: readonly PlanNode[] = [timeOfDay];
