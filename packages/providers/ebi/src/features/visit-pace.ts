import { type Dialect, defineExtractor, float64, identifier, type PlanNode, type Sql, sql } from '@deeplogbot/core';
import { VISIT_GAP_US } from '../user-spans.js';
import { deviationOf, exactSum, meanOf } from './moments.js';

/**
 * Mean and deviation per key of the logarithm of seconds, as columns of that name and with `_sd` behind it. Logarithms are summed as whole millionths, whose squares a
 * 64-bit integer holds, so that no order of rows changes a digit.
 *
 * @param seconds rows of `key` and `seconds`, above 0
 */
const logMoments = (dialect: Dialect, seconds: Sql, name: string): Sql => sql`
    WITH sums AS (
      SELECT key, count(*) AS n, ${exactSum(dialect, sql`nats`)} AS nats, ${exactSum(dialect, sql`nats * nats`)} AS squares
      FROM (SELECT key, CAST(round(ln(seconds) * 1000000) AS BIGINT) AS nats FROM (${seconds})) GROUP BY key
    )
    SELECT key, ${meanOf(dialect, sql`n`, sql`nats`)} / 1000000 AS ${identifier(name)},
           ${deviationOf(dialect, sql`n`, sql`nats`, sql`squares`)} / 1000000 AS ${identifier(`${name}_sd`)}
    FROM sums`;

/**
 * How fast single users take things within a visit, and whether all visits are alike in that: hands are slower than programs, and no two visits of
 * theirs alike.
 */
const visitPace = defineExtractor({
  name: 'visit_pace',
  from: ['by_user_visit'],
  needs: ['user'],
  columns: {
    user_visit_pace: float64({
      unit: 'ln s',
      meaning: 'Mean logarithm of the seconds from one download to the next within visits of single users.',
      formula: 'mean(ln(t ÷ (s − 1))), t length and s rows of a visit with t > 0',
      nullWhen: 'no visit of a user has rows at two times',
    }),
    user_visit_pace_sd: float64({
      unit: 'ln s',
      min: 0,
      meaning: 'How unequal visits of single users are in that; 0 = all of one pace, as a program keeps it.',
      formula: 'sd(ln(t ÷ (s − 1)))',
      nullWhen: 'fewer than two visits of users have rows at two times',
    }),
  },
  query: ({ by_user_visit }, { dialect }) =>
    logMoments(
      dialect,
      sql`SELECT key, ${dialect.double(sql`duration_us`)} / (n - 1) / 1000000 AS seconds FROM ${by_user_visit!} WHERE duration_us > 0`,
      'user_visit_pace',
    ),
});

/**
 * The pauses within visits, all users in one stream: a timer's are alike, those of hands are not. A pause is at most a visit's, so silences do not count.
 */
const visitPauses = defineExtractor({
  name: 'visit_pauses',
  from: ['ordered'],
  columns: {
    visit_pause: float64({
      unit: 'ln s',
      meaning: 'Mean logarithm of the seconds of pauses within visits, all users in one stream.',
      formula: 'mean(ln(Δ)), 0 < Δ ≤ 1800 s',
      nullWhen: 'no two rows are at different times and at most 1800 s apart',
    }),
    visit_pause_sd: float64({
      unit: 'ln s',
      min: 0,
      meaning: 'How unequal these pauses are; 0 = a timer, some 1.3 = independent arrivals.',
      formula: 'sd(ln(Δ)), 0 < Δ ≤ 1800 s',
      nullWhen: 'fewer than two such pauses',
    }),
  },
  query: ({ ordered }, { dialect }) =>
    logMoments(
      dialect,
      sql`SELECT key, ${dialect.double(sql`gap`)} / 1000000 AS seconds FROM ${ordered!} WHERE gap > 0 AND gap <= ${VISIT_GAP_US}`,
      'visit_pause',
    ),
});

export const visitPaceNodes: readonly PlanNode[] = [visitPace, visitPauses];
