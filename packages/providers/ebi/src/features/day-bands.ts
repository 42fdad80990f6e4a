import { defineSeries, float64, sql } from '@deeplogbot/core';

const share = (hours: string, meaning: string) =>
  float64({
    unit: '1',
    min: 0,
    max: 1,
    meaning: `Share of rows ${meaning}, UTC.`,
    formula: `Σ p_h, h = ${hours}`,
    nullWhen: 'never',
  });

/** Shares of four bands that cover the day; bands differ from those of `night_activity_ratio` and `working_hours_ratio`. */
export const dayBands = defineSeries({
  name: 'day_bands',
  from: ['by_hour_of_day'],
  columns: {
    night_ratio_advanced: share('0 … 5', 'between midnight and 6'),
    morning_ratio: share('6 … 8', 'between 6 and 9'),
    work_ratio_advanced: share('9 … 17', 'between 9 and 18'),
    evening_ratio: share('18 … 23', 'between 18 and midnight'),
    circadian_rhythm_deviation: float64({
      unit: '1',
      min: 0,
      max: 1.8,
      meaning: 'Distance of the four bands from a typical day; 0.30 = uniform traffic.',
      formula: 'abs(night − 0.10) + abs(work − 0.50) + abs(evening − 0.25) + abs(morning − 0.15)',
      nullWhen: 'never',
    }),
    is_nocturnal: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '1 = more than a quarter of the rows between midnight and 6, UTC.',
      formula: 'night_ratio_advanced > 0.25',
      nullWhen: 'never',
    }),
  },
  query: ({ by_hour_of_day }, { dialect }) => sql`
    SELECT key, ${dialect.double(sql`hour`)} AS hour, ${dialect.double(sql`n`)} AS n
    FROM ${by_hour_of_day!} ORDER BY key, hour`,
  compute: ({ hour, n }) => {
    const total = n!.reduce((a, b) => a + b);
    const band = (from: number, to: number) =>
      n!.reduce((sum, count, i) => (hour![i]! >= from && hour![i]! < to ? sum + count : sum), 0) / total;
    const [night, morning, work, evening] = [band(0, 6), band(6, 9), band(9, 18), band(18, 24)] as const;
    return {
      night_ratio_advanced: night,
      morning_ratio: morning,
      work_ratio_advanced: work,
      evening_ratio: evening,
      circadian_rhythm_deviation:
        Math.abs(night - 0.1) + Math.abs(work - 0.5) + Math.abs(evening - 0.25) + Math.abs(morning - 0.15),
      is_nocturnal: Number(night > 0.25),
    };
  },
});
