import { defineExtractor, float64, sql } from '@deeplogbot/core';
import { NO_PIPELINE } from './reference-notes.js';

/** Days of the week on which rows fall, UTC. */
export const weekend = defineExtractor({
  name: 'weekend',
  from: ['by_day_of_week'],
  columns: {
    weekend_ratio: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of rows on Saturday or Sunday; 2/7 = every day alike.',
      formula: 'rows with dow ∈ {0, 6} ÷ n',
      nullWhen: 'never',
      reference: NO_PIPELINE,
    }),
    unique_days_of_week: float64({
      unit: 'days',
      min: 1,
      max: 7,
      meaning: 'Different days of the week with rows.',
      formula: 'distinct dow',
      nullWhen: 'never',
      reference: NO_PIPELINE,
    }),
    is_weekday_biased: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '1 = hardly any rows on weekends.',
      formula: 'weekend_ratio < 0.15',
      nullWhen: 'never',
      reference: NO_PIPELINE,
    }),
  },
  query: ({ by_day_of_week }, { dialect }) => sql`
    SELECT *, CAST(weekend_ratio < 0.15 AS INTEGER) AS is_weekday_biased FROM (
      SELECT key, ${dialect.double(sql`coalesce(sum(n) FILTER (dow IN (0, 6)), 0)`)}
               / ${dialect.double(sql`sum(n)`)} AS weekend_ratio,
             count(DISTINCT dow) AS unique_days_of_week
      FROM ${by_day_of_week!} GROUP BY key)`,
});
