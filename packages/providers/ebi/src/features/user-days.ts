import { defineExtractor, float64, sql } from '@deeplogbot/core';

/** On how many days users come, which a log without file names tells, too. */
export const userDays = defineExtractor({
  name: 'user_days',
  from: ['by_user'],
  needs: ['user'],
  columns: {
    avg_active_days_per_user: float64({
      unit: 'days',
      min: 1,
      meaning: 'Mean of the active days per user.',
      formula: '#(user, day) ÷ U',
      nullWhen: 'no row has a user',
    }),
  },
  query: ({ by_user }, { dialect }) => sql`
    SELECT key, ${dialect.double(sql`sum(active_days)`)} / count(*) AS avg_active_days_per_user
    FROM ${by_user!} GROUP BY key`,
});
