import { defineExtractor, float64, sql } from '@deeplogbot/core';

const NEVER = 'never';

/** How much, and over how many hours and years. */
export const volume = defineExtractor({
  name: 'volume',
  from: ['by_place', 'by_hour', 'by_year'],
  columns: {
    total_downloads: float64({
      unit: 'rows',
      min: 1,
      meaning: 'Downloads of the location in the window, those without a user included.',
      formula: 'n',
      nullWhen: NEVER,
    }),
    active_hours: float64({
      unit: 'h',
      min: 1,
      meaning: 'Clock hours with at least one download.',
      formula: 'A',
      nullWhen: NEVER,
    }),
    years_active: float64({
      unit: 'years',
      min: 1,
      meaning: 'Calendar years with at least one download.',
      formula: 'k_loc',
      nullWhen: NEVER,
    }),
    first_year: float64({
      unit: 'year',
      meaning: 'First calendar year with a download.',
      formula: 'min(year)',
      nullWhen: NEVER,
    }),
    last_year: float64({
      unit: 'year',
      meaning: 'Last calendar year with a download.',
      formula: 'max(year)',
      nullWhen: NEVER,
    }),
  },
  query: ({ by_place, by_hour, by_year }) => sql`
    WITH rows AS (SELECT key, sum(n) AS n FROM ${by_place!} GROUP BY key),
    hours AS (SELECT key, count(*) AS n FROM ${by_hour!} GROUP BY key),
    years AS (SELECT key, count(*) AS n, min(year) AS first, max(year) AS last FROM ${by_year!} GROUP BY key)
    SELECT r.key, r.n AS total_downloads, h.n AS active_hours, y.n AS years_active,
           y.first AS first_year, y.last AS last_year
    FROM rows r JOIN hours h ON h.key = r.key JOIN years y ON y.key = r.key`,
});
