import {
  type ColumnSpec,
  type Definitions,
  type Dialect,
  defineExtractor,
  float64,
  type PlanNode,
  type Sql,
  sql,
} from '@deeplogbot/core';
import { deviationOf, exactSquares, exactSum, meanOf } from './moments.js';

/** Regularity beyond this says nothing more; a deviation of 0 reaches it. */
const REGULARITY_CAP = 100;

/** The four statistics of a list of visits; `what` says whose visits. */
const visitColumns = (what: string, reference: boolean) => {
  const spec = (column: ColumnSpec): ColumnSpec => {
    if (reference) return float64(column);
    const { reference: _, ...rest } = column;
    return float64(rest);
  };
  return {
    durationCv: spec({
      unit: '1',
      min: 0,
      meaning: `How unequal in length ${what} are; 0 = all equally long.`,
      formula: 'sd(t) ÷ mean(t), t = last − first timestamp of a visit; 0 if mean(t) = 0',
      nullWhen: 'fewer than 2 visits',
      reference: '1 below 2 visits.',
    }),
    regularity: spec({
      unit: '1',
      min: 0,
      max: REGULARITY_CAP,
      meaning: `How evenly ${what} follow one another; a timer reaches the cap of 100.`,
      formula: 'min(100, mean(g) ÷ sd(g)), g = silences between visits; 100 if sd(g) = 0',
      nullWhen: 'fewer than 2 silences between visits',
      reference: '0 for perfectly even or fewer than 2 silences; no cap.',
    }),
    sizeCv: spec({
      unit: '1',
      min: 0,
      meaning: `How unequal in rows ${what} are; 0 = all of one size.`,
      formula: 'sd(s) ÷ mean(s), s = rows of a visit',
      nullWhen: 'fewer than 2 visits',
      reference: '1 below 2 visits.',
    }),
    startEntropy: spec({
      unit: 'bit',
      min: 0,
      max: Math.log2(24),
      meaning: `How widely the starts of ${what} are spread over the hours of the day.`,
      formula: 'H_2 over visits of the hour of the first row',
      nullWhen: 'fewer than 2 visits',
      reference: 'A visit across midnight counts at hour 0; 2 below 2 visits.',
    }),
  };
};

/** The four statistics by their short names, one row per key. */
function statistics(visits: Sql, dialect: Dialect, definitions: Definitions): Sql {
  const clean = definitions === 'clean';
  const ofDay = sql`((start_us % 86400000000 + 86400000000) % 86400000000)`;
  const first = sql`CAST(floor(${ofDay} / 3600000000) AS INTEGER)`;
  const hour = clean ? first : sql`CASE WHEN ${ofDay} + duration_us >= 86400000000 THEN 0 ELSE ${first} END`;
  const cv = (x: Sql, squares: Sql) =>
    sql`coalesce(${deviationOf(dialect, sql`visits`, x, squares)} / nullif(${meanOf(dialect, sql`visits`, x)}, 0), 0)`;
  const gapMean = meanOf(dialect, sql`gaps`, sql`g_sum`);
  const gapSd = deviationOf(dialect, sql`gaps`, sql`g_sum`, sql`g_squares`);
  const regularity = clean
    ? sql`CASE WHEN gaps < 2 THEN NULL WHEN ${gapSd} = 0 THEN ${REGULARITY_CAP}
          ELSE least(${REGULARITY_CAP}, ${gapMean} / ${gapSd}) END`
    : sql`CASE WHEN gaps >= 2 AND ${gapSd} > 0 THEN ${gapMean} / ${gapSd} ELSE 0 END`;
  return sql`
    WITH sums AS (
      SELECT key, count(*) AS visits, ${exactSum(dialect, sql`duration_us`)} AS t_sum,
             ${exactSquares(dialect, sql`duration_us`)} AS t_squares, ${exactSum(dialect, sql`n`)} AS s_sum,
             ${exactSquares(dialect, sql`n`)} AS s_squares, count(gap_us) AS gaps,
             ${exactSum(dialect, sql`gap_us`)} AS g_sum, ${exactSquares(dialect, sql`gap_us`)} AS g_squares
      FROM ${visits} GROUP BY key
    ), hours AS (
      SELECT key, ${hour} AS hour, count(*) AS n FROM ${visits} GROUP BY ALL
    ), entropies AS (
      SELECT key, log2(sum(n)) - ${dialect.orderedSum(sql`n * log2(n)`, sql`hour`)} / sum(n) AS entropy
      FROM hours GROUP BY key
    )
    SELECT s.key, visits,
           CASE WHEN visits >= 2 THEN ${cv(sql`t_sum`, sql`t_squares`)} ELSE ${clean ? null : 1} END AS duration_cv,
           ${regularity} AS regularity,
           CASE WHEN visits >= 2 THEN ${cv(sql`s_sum`, sql`s_squares`)} ELSE ${clean ? null : 1} END AS size_cv,
           CASE WHEN visits >= 2 THEN greatest(entropy, 0) ELSE ${clean ? null : 2} END AS start_entropy
    FROM sums s JOIN entropies e ON e.key = s.key`;
}

const merged = visitColumns('the visits (all users in one stream; a silence above 1800 s ends a visit)', true);

/** Visits of a key with all its users in one stream. */
export const visits = defineExtractor({
  name: 'visits',
  from: ['by_visit'],
  columns: {
    session_duration_cv: merged.durationCv,
    inter_session_regularity: merged.regularity,
    downloads_per_session_cv: merged.sizeCv,
    session_start_hour_entropy: merged.startEntropy,
  },
  query: ({ by_visit }, { dialect, definitions }) => sql`
    SELECT key, duration_cv AS session_duration_cv, regularity AS inter_session_regularity,
           size_cv AS downloads_per_session_cv, start_entropy AS session_start_hour_entropy
    FROM (${statistics(by_visit!, dialect, definitions)})`,
});

const perUser = visitColumns('visits of single users (a silence of the user above 1800 s ends a visit)', false);

/** The same over each user's own visits, where a busy key is not one endless visit. */
const userVisits = defineExtractor({
  name: 'user_visits',
  from: ['by_user_visit'],
  needs: ['user'],
  columns: {
    user_visit_count: float64({
      unit: 'visits',
      min: 1,
      meaning: 'Visits of single users, counted over all users.',
      formula: 'number of (user, visit) pairs',
      nullWhen: 'no row has a user',
    }),
    user_visit_duration_cv: perUser.durationCv,
    user_visit_regularity: perUser.regularity,
    user_visit_size_cv: perUser.sizeCv,
    user_visit_start_hour_entropy: perUser.startEntropy,
  },
  query: ({ by_user_visit }, { dialect }) => sql`
    SELECT key, visits AS user_visit_count, duration_cv AS user_visit_duration_cv,
           regularity AS user_visit_regularity, size_cv AS user_visit_size_cv,
           start_entropy AS user_visit_start_hour_entropy
    FROM (${statistics(by_user_visit!, dialect, 'clean')})`,
});

export const visitNodes: readonly PlanNode[] = [visits, userVisits];
