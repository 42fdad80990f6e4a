import { defineExtractor, float64, sql } from '@deeplogbot/core';
import { deviationOf, exactSquares, exactSum, meanOf } from './moments.js';

const CAP = 100;
const ONE_USER_HOUR = 'fewer than 2 clock hours with a user';

/** How many users are at work in the same clock hour, a = distinct users of each clock hour that has any. */
export const coordination = defineExtractor({
  name: 'coordination',
  from: ['by_hour'],
  needs: ['user'],
  columns: {
    user_coordination_std: float64({
      unit: 'users',
      min: 0,
      meaning: 'How much the number of users per clock hour varies.',
      formula: 'sd(a)',
      nullWhen: ONE_USER_HOUR,
      reference: '0 where undefined.',
    }),
    avg_concurrent_users: float64({
      unit: 'users',
      min: 0,
      meaning: 'Users in a clock hour, on average.',
      formula: 'mean(a)',
      nullWhen: ONE_USER_HOUR,
      reference: '0 where undefined.',
    }),
    max_concurrent_users: float64({
      unit: 'users',
      min: 0,
      meaning: 'Users in the clock hour that has most.',
      formula: 'max(a)',
      nullWhen: ONE_USER_HOUR,
      reference: '0 where undefined.',
    }),
    user_coordination_score: float64({
      unit: '1',
      min: 0,
      max: CAP,
      meaning: 'How constant a crowd works hour by hour; 0 = single users, 100 = always the same number above one.',
      formula: 'min(100, mean(a) ÷ sd(a)); if sd(a) = 0: 0 when mean(a) ≤ 1, otherwise 100',
      nullWhen: ONE_USER_HOUR,
      reference: '0 if sd(a) = 0 or undefined; no cap.',
    }),
    user_peak_ratio: float64({
      unit: '1',
      min: 1,
      meaning: 'Users in the fullest clock hour against the mean one.',
      formula: 'max(a) ÷ mean(a)',
      nullWhen: ONE_USER_HOUR,
      reference: '1 where undefined.',
    }),
  },
  query: ({ by_hour }, { dialect, definitions }) => {
    const clean = definitions === 'clean';
    const mean = meanOf(dialect, sql`hours`, sql`total`);
    const sd = deviationOf(dialect, sql`hours`, sql`total`, sql`squares`);
    const score = clean
      ? sql`CASE WHEN ${sd} > 0 THEN least(${CAP}, ${mean} / ${sd}) WHEN ${mean} <= 1 THEN 0 ELSE ${CAP} END`
      : sql`CASE WHEN ${sd} > 0 THEN ${mean} / ${sd} ELSE 0 END`;
    const or = (value: ReturnType<typeof sql>, fallback: number) =>
      sql`CASE WHEN hours < 2 THEN ${clean ? null : fallback} ELSE ${value} END`;
    return sql`
      WITH sums AS (
        SELECT key, count(*) FILTER (users > 0) AS hours, ${exactSum(dialect, sql`users`)} AS total,
               ${exactSquares(dialect, sql`users`)} AS squares, max(users) AS peak
        FROM ${by_hour!} GROUP BY key
      )
      SELECT key, ${or(sd, 0)} AS user_coordination_std, ${or(mean, 0)} AS avg_concurrent_users,
             ${or(sql`peak`, 0)} AS max_concurrent_users, ${or(score, 0)} AS user_coordination_score,
             ${or(sql`peak / ${mean}`, 1)} AS user_peak_ratio
      FROM sums`;
  },
});
