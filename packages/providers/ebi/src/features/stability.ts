import { defineExtractor, float64, sql } from '@deeplogbot/core';

/** How surely the rows of a location come from one country. */
export const stability = defineExtractor({
  name: 'stability',
  from: ['by_place'],
  columns: {
    geographic_stability: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of rows in the most frequent country of the location; below 1 its place is in doubt.',
      formula: 'rows of the modal country ÷ rows with a country',
      nullWhen: 'no row has a country',
      reference: 'The constant 0.5.',
    }),
  },
  query: ({ by_place }, { dialect, definitions }) =>
    definitions === 'clean'
      ? sql`
        WITH counts AS (SELECT key, country, sum(n) AS n FROM ${by_place!} WHERE country IS NOT NULL GROUP BY key, country)
        SELECT key, ${dialect.double(sql`max(n)`)} / sum(n) AS geographic_stability FROM counts GROUP BY key`
      : sql`SELECT DISTINCT key, 0.5 AS geographic_stability FROM ${by_place!}`,
});
