import { defineExtractor, float64, sql } from '@deeplogbot/core';
import { deviationOf, exactSquares, exactSum, meanOf } from './moments.js';

const NO_USERS = 'no row has a user';
const CAP = 100;

/** How alike the users are, x rows with a file name each. */
export const homogeneity = defineExtractor({
  name: 'homogeneity',
  from: ['file_uses', 'by_user'],
  needs: ['user', 'file'],
  columns: {
    user_homogeneity_score: float64({
      unit: '1',
      min: 0,
      meaning: 'How equally much the users take; a farm that shares its work evenly reaches the cap of 100.',
      formula: 'min(100, mean(x) ÷ sd(x)); 100 if sd = 0, 0 for a single user',
      nullWhen: NO_USERS,
      reference: '0 if sd = 0; no cap.',
    }),
    avg_files_per_user: float64({
      unit: 'files',
      min: 0,
      meaning: 'Mean of the distinct files per user.',
      formula: '#(user, file) ÷ U',
      nullWhen: NO_USERS,
    }),
  },
  query: ({ file_uses, by_user }, { dialect, definitions }) => {
    const sd = deviationOf(dialect, sql`users`, sql`total`, sql`squares`);
    const average = meanOf(dialect, sql`users`, sql`total`);
    const even = definitions === 'clean' ? sql`CASE WHEN users >= 2 THEN ${CAP} ELSE 0 END` : sql`0`;
    const ratio = definitions === 'clean' ? sql`least(${CAP}, ${average} / ${sd})` : sql`${average} / ${sd}`;
    return sql`
      WITH sums AS (
        SELECT key, count(*) AS users, ${exactSum(dialect, sql`named`)} AS total, ${exactSquares(dialect, sql`named`)} AS squares
        FROM ${by_user!} WHERE named > 0 GROUP BY key
      ), pairs AS (
        SELECT key, sum(pairs) AS pairs FROM ${file_uses!} GROUP BY key
      )
      SELECT s.key, CASE WHEN coalesce(${sd}, 0) > 0 THEN ${ratio} ELSE ${even} END AS user_homogeneity_score,
             ${dialect.double(sql`p.pairs`)} / users AS avg_files_per_user
      FROM sums s JOIN pairs p ON p.key = s.key`;
  },
});
