import { defineDerived, defineExtractor, defineSeries, float64, type PlanNode, sql } from '@deeplogbot/core';
import { deviationOf, exactSquares, exactSum, flagAbove, meanOf, quantile } from './moments.js';

const ONE_HOUR = 'fewer than 2 active clock hours';
const ONE_USER_HOUR = 'fewer than 2 clock hours with a user';
const CAP = 100;

/** How rows bunch over the active clock hours, b₁ … b_A rows in each. */
export const bursts = defineExtractor({
  name: 'bursts',
  from: ['by_hour'],
  columns: {
    burst_pattern_score: float64({
      unit: 'sd',
      min: 0,
      meaning: 'How far the busiest clock hour stands out from the others.',
      formula: '(max(b) − mean(b)) ÷ sd(b); 0 if all hours are equal',
      nullWhen: ONE_HOUR,
      reference: '0 below 2 clock hours.',
    }),
    hourly_cv_burst: float64({
      unit: '1',
      min: 0,
      meaning: 'How unequally busy the active clock hours are; 0 = all equal.',
      formula: 'sd(b) ÷ mean(b)',
      nullWhen: ONE_HOUR,
      reference: '1 below 2 clock hours.',
    }),
    spike_intensity: float64({
      unit: '1',
      min: 1,
      meaning: 'Rows in the busiest clock hour against the mean one.',
      formula: 'max(b) ÷ mean(b)',
      nullWhen: ONE_HOUR,
      reference: '1 below 2 clock hours.',
    }),
  },
  query: ({ by_hour }, { dialect, definitions }) => {
    const clean = definitions === 'clean';
    const mean = meanOf(dialect, sql`hours`, sql`total`);
    const sd = deviationOf(dialect, sql`hours`, sql`total`, sql`squares`);
    return sql`
      WITH sums AS (
        SELECT key, count(*) AS hours, ${exactSum(dialect, sql`n`)} AS total,
               ${exactSquares(dialect, sql`n`)} AS squares, max(n) AS peak
        FROM ${by_hour!} GROUP BY key
      )
      SELECT key,
             CASE WHEN hours < 2 THEN ${clean ? null : 0} WHEN ${sd} > 0 THEN (peak - ${mean}) / ${sd}
                  ELSE 0 END AS burst_pattern_score,
             CASE WHEN hours < 2 THEN ${clean ? null : 1} ELSE ${sd} / ${mean} END AS hourly_cv_burst,
             CASE WHEN hours < 2 THEN ${clean ? null : 1} ELSE peak / ${mean} END AS spike_intensity
      FROM sums`;
  },
});

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
      reference: '0 if sd(a) = 0 or undefined; no cap (N33).',
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

const share = (hours: string, meaning: string) =>
  float64({
    unit: '1',
    min: 0,
    max: 1,
    meaning: `Share of rows ${meaning}, UTC.`,
    formula: `Σ p_h, h = ${hours}`,
    nullWhen: 'never',
  });

/** Shares of four bands that cover the day; bands differ from those of `night_activity_ratio` and `working_hours_ratio`. */
export const dayBands = defineSeries({
  name: 'day_bands',
  from: ['by_hour_of_day'],
  columns: {
    night_ratio_advanced: share('0 … 5', 'between midnight and 6'),
    morning_ratio: share('6 … 8', 'between 6 and 9'),
    work_ratio_advanced: share('9 … 17', 'between 9 and 18'),
    evening_ratio: share('18 … 23', 'between 18 and midnight'),
    circadian_rhythm_deviation: float64({
      unit: '1',
      min: 0,
      max: 1.8,
      meaning: 'Distance of the four bands from a typical day; 0.30 = uniform traffic.',
      formula: 'abs(night − 0.10) + abs(work − 0.50) + abs(evening − 0.25) + abs(morning − 0.15)',
      nullWhen: 'never',
    }),
    is_nocturnal: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '1 = more than a quarter of the rows between midnight and 6, UTC.',
      formula: 'night_ratio_advanced > 0.25',
      nullWhen: 'never',
    }),
  },
  query: ({ by_hour_of_day }, { dialect }) => sql`
    SELECT key, ${dialect.double(sql`hour`)} AS hour, ${dialect.double(sql`n`)} AS n
    FROM ${by_hour_of_day!} ORDER BY key, hour`,
  compute: ({ hour, n }) => {
    const total = n!.reduce((a, b) => a + b);
    const band = (from: number, to: number) =>
      n!.reduce((sum, count, i) => (hour![i]! >= from && hour![i]! < to ? sum + count : sum), 0) / total;
    const [night, morning, work, evening] = [band(0, 6), band(6, 9), band(9, 18), band(18, 24)] as const;
    return {
      night_ratio_advanced: night,
      morning_ratio: morning,
      work_ratio_advanced: work,
      evening_ratio: evening,
      circadian_rhythm_deviation:
        Math.abs(night - 0.1) + Math.abs(work - 0.5) + Math.abs(evening - 0.25) + Math.abs(morning - 0.15),
      is_nocturnal: Number(night > 0.25),
    };
  },
});

const upperQuarter = (of: string) =>
  float64({
    unit: '1',
    min: 0,
    max: 1,
    meaning: `1 = in the upper quarter of all keys by ${of}; depends on the other keys of the log.`,
    formula: `${of} > Q(${of}, 0.75) over all keys`,
    nullWhen: `${of} is NULL`,
  });

/** Flags against the third quartile of all keys. */
export const advancedFlags = defineDerived({
  name: 'advanced_flags',
  from: ['burst_pattern_score', 'user_coordination_score'],
  columns: {
    is_bursty_advanced: upperQuarter('burst_pattern_score'),
    is_coordinated: upperQuarter('user_coordination_score'),
  },
  compute: (table) => {
    const burst = table.need('burst_pattern_score');
    const crowd = table.need('user_coordination_score');
    return {
      is_bursty_advanced: flagAbove(burst, quantile(burst, 0.75)),
      is_coordinated: flagAbove(crowd, quantile(crowd, 0.75)),
    };
  },
});

export const advancedNodes: readonly PlanNode[] = [bursts, coordination, dayBands, advancedFlags];
