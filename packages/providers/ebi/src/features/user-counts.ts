import { defineExtractor, float64, sql } from '@deeplogbot/core';
import { deviationOf, exactSquares, exactSum, meanOf } from './moments.js';

const NO_USERS = 'the log has no users';

/** Distinct users, 0 where no row of the location has one. */
export const userCount = defineExtractor({
  name: 'user_count',
  from: ['keys', 'by_user'],
  needs: ['user'],
  columns: {
    unique_users: float64({
      unit: 'users',
      min: 0,
      meaning: 'Distinct users; in practice hashed addresses, not logins.',
      formula: 'U',
      nullWhen: NO_USERS,
    }),
  },
  query: ({ keys, by_user }) => sql`
    SELECT k.key, count(u."user") AS unique_users
    FROM ${keys!} k LEFT JOIN ${by_user!} u ON u.key = k.key GROUP BY k.key`,
});

/** How many users are at work in the same active clock hour; an hour without a known user counts as 0. */
export const hourlyUsers = defineExtractor({
  name: 'hourly_users',
  from: ['by_hour'],
  needs: ['user'],
  columns: {
    avg_users_per_hour: float64({
      unit: 'users',
      min: 0,
      meaning: 'Mean of the distinct users per active clock hour.',
      formula: 'mean(a)',
      nullWhen: NO_USERS,
    }),
    max_users_per_hour: float64({
      unit: 'users',
      min: 0,
      meaning: 'Most distinct users in one clock hour.',
      formula: 'max(a)',
      nullWhen: NO_USERS,
    }),
    hourly_users_cv: float64({
      unit: '1',
      min: 0,
      meaning: 'How unequal the numbers of users per active clock hour are.',
      formula: 'sd(a) ÷ mean(a)',
      nullWhen: 'fewer than two active hours, or no users',
    }),
  },
  query: ({ by_hour }, { dialect }) => {
    const average = meanOf(dialect, sql`hours`, sql`total`);
    return sql`
      WITH sums AS (
        SELECT key, count(*) AS hours, ${exactSum(dialect, sql`users`)} AS total,
               ${exactSquares(dialect, sql`users`)} AS squares, max(users) AS most
        FROM ${by_hour!} GROUP BY key
      )
      SELECT key, ${average} AS avg_users_per_hour, most AS max_users_per_hour,
             ${deviationOf(dialect, sql`hours`, sql`total`, sql`squares`)} / nullif(${average}, 0) AS hourly_users_cv
      FROM sums`;
  },
});
