import { defineExtractor, float64, sql } from '@deeplogbot/core';
import { NO_PIPELINE } from './reference-notes.js';

/** Visits and their size. */
export const visitCount = defineExtractor({
  name: 'visit_count',
  from: ['by_visit'],
  columns: {
    num_sessions: float64({
      unit: 'visits',
      min: 1,
      meaning: 'Visits of the key, all users merged: runs of rows without a silence above 1800 s.',
      formula: 'number of visits',
      nullWhen: 'never',
      reference: NO_PIPELINE,
    }),
    downloads_per_session: float64({
      unit: 'rows',
      min: 1,
      meaning: 'Rows per visit.',
      formula: 'n ÷ number of visits',
      nullWhen: 'never',
      reference: NO_PIPELINE,
    }),
  },
  query: ({ by_visit }, { dialect }) => sql`
    SELECT key, count(*) AS num_sessions, ${dialect.double(sql`sum(n)`)} / count(*) AS downloads_per_session
    FROM ${by_visit!} GROUP BY key`,
});
