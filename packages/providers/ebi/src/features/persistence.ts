import { defineExtractor, float64, sql } from '@deeplogbot/core';

/** How long and how steadily a location has been active. */
export const persistence = defineExtractor({
  name: 'persistence',
  from: ['by_place', 'by_day', 'by_week'],
  columns: {
    active_days: float64({
      unit: 'days',
      min: 1,
      meaning: 'Days with at least one download.',
      formula: 'D',
      nullWhen: 'never',
    }),
    active_weeks: float64({
      unit: 'weeks',
      min: 1,
      meaning: 'ISO weeks with at least one download.',
      formula: 'W',
      nullWhen: 'never',
    }),
    lifespan_days: float64({
      unit: 'days',
      min: 0,
      meaning: 'Time from the first to the last download.',
      formula: '(last − first) ÷ 86 400 s',
      nullWhen: 'never',
    }),
    quiet_days: float64({
      unit: 'days',
      min: 0,
      meaning: 'Time from the last download of the location to the last of the log: how long nobody has come back.',
      formula: '(last of the log − last) ÷ 86 400 s',
      nullWhen: 'never',
    }),
    activity_density: float64({
      unit: '1',
      min: 0,
      meaning: 'Share of the days between first and last download that are active.',
      formula: 'D ÷ calendar days from first to last, both included',
      nullWhen: 'never',
      reference: 'D ÷ lifespan_days, 1 if the span is 0; may exceed 1 by far.',
    }),
    persistence_score: float64({
      unit: 'weeks · days',
      min: 1,
      meaning: 'Large for locations that come back over years.',
      formula: 'W × D',
      nullWhen: 'never',
    }),
  },
  query: ({ by_place, by_day, by_week }, { dialect, definitions }) => {
    const span = sql`${dialect.double(sql`last_us - first_us`)} / 86400000000`;
    const quiet = sql`${dialect.double(sql`max(last_us) OVER () - last_us`)} / 86400000000`;
    const calendarDays = sql`((${dialect.epochUs(sql`last_day`)} - ${dialect.epochUs(sql`first_day`)}) / 86400000000 + 1)`;
    const density =
      definitions === 'clean'
        ? sql`d.n / ${calendarDays}`
        : sql`CASE WHEN last_us > first_us THEN d.n / (${span}) ELSE 1 END`;
    return sql`
      WITH spans AS (
        SELECT key, min(${dialect.epochUs(sql`min_ts`)}) AS first_us, max(${dialect.epochUs(sql`max_ts`)}) AS last_us
        FROM ${by_place!} GROUP BY key
      ), d AS (SELECT key, count(*) AS n, min(day) AS first_day, max(day) AS last_day FROM ${by_day!} GROUP BY key),
      w AS (SELECT key, count(*) AS n FROM ${by_week!} GROUP BY key)
      SELECT s.key, d.n AS active_days, w.n AS active_weeks, ${span} AS lifespan_days,
             ${quiet} AS quiet_days, ${density} AS activity_density, w.n * d.n AS persistence_score
      FROM spans s JOIN d ON d.key = s.key JOIN w ON w.key = s.key`;
  },
});
