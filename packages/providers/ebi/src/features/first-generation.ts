import { defineDerived, defineExtractor, float64, type PlanNode, sql } from '@deeplogbot/core';
import { deviationOf, exactSquares, exactSum, flagAbove, meanOf, quantile } from './moments.js';

const NO_PIPELINE = 'Computed by no run of the reference (N45).';
const SAMPLED = `${NO_PIPELINE} Its gaps come from a random sample of 50 rows (N47).`;

/** All positive gaps between consecutive rows, without an upper limit. */
export const intervals = defineExtractor({
  name: 'intervals',
  from: ['ordered'],
  columns: {
    mean_interval: float64({
      unit: 's',
      min: 0,
      meaning: 'Mean pause between consecutive rows.',
      formula: 'mean(Δ), Δ > 0',
      nullWhen: 'no two rows at different times',
      reference: SAMPLED,
    }),
    std_interval: float64({
      unit: 's',
      min: 0,
      meaning: 'Spread of the pauses between consecutive rows.',
      formula: 'sd(Δ), Δ > 0',
      nullWhen: 'fewer than 2 positive gaps',
      reference: SAMPLED,
    }),
    interval_cv: float64({
      unit: '1',
      min: 0,
      meaning: 'Irregularity of the pauses: 0 = clockwork, 1 = independent arrivals, above = bursts.',
      formula: 'sd(Δ) ÷ mean(Δ), Δ > 0',
      nullWhen: 'fewer than 2 positive gaps',
      reference: `1 where undefined. ${SAMPLED}`,
    }),
    regularity_score: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Regularity of the pauses: 1 = clockwork, 0.5 = independent arrivals, towards 0 = bursts.',
      formula: '1 ÷ (1 + interval_cv)',
      nullWhen: 'fewer than 2 positive gaps',
      reference: `mean(Δ) ÷ (sd(Δ) + 1 s); 0 if sd(Δ) = 0 or undefined (N47). ${SAMPLED}`,
    }),
  },
  query: ({ ordered }, { dialect, definitions }) => {
    const clean = definitions === 'clean';
    const mean = meanOf(dialect, sql`n`, sql`total`);
    const sd = deviationOf(dialect, sql`n`, sql`total`, sql`squares`);
    const regularity = clean
      ? sql`1 / (1 + ${sd} / ${mean})`
      : sql`CASE WHEN ${sd} > 0 THEN ${mean} / (${sd} + 1000000) ELSE 0 END`;
    return sql`
      WITH sums AS (
        SELECT key, count(*) FILTER (gap > 0) AS n, ${exactSum(dialect, sql`gap`)} AS total,
               ${exactSquares(dialect, sql`gap`)} AS squares
        FROM ${ordered!} GROUP BY key
      )
      SELECT key, ${mean} / 1000000 AS mean_interval, ${sd} / 1000000 AS std_interval,
             ${clean ? sql`${sd} / ${mean}` : sql`coalesce(${sd} / ${mean}, 1)`} AS interval_cv,
             ${regularity} AS regularity_score
      FROM sums`;
  },
});

/** Days of the week on which rows fall, UTC. */
export const weekend = defineExtractor({
  name: 'weekend',
  from: ['by_day_of_week'],
  columns: {
    weekend_ratio: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of rows on Saturday or Sunday; 2/7 = every day alike.',
      formula: 'rows with dow ∈ {0, 6} ÷ n',
      nullWhen: 'never',
      reference: NO_PIPELINE,
    }),
    unique_days_of_week: float64({
      unit: 'days',
      min: 1,
      max: 7,
      meaning: 'Different days of the week with rows.',
      formula: 'distinct dow',
      nullWhen: 'never',
      reference: NO_PIPELINE,
    }),
    is_weekday_biased: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '1 = hardly any rows on weekends.',
      formula: 'weekend_ratio < 0.15',
      nullWhen: 'never',
      reference: NO_PIPELINE,
    }),
  },
  query: ({ by_day_of_week }, { dialect }) => sql`
    SELECT *, CAST(weekend_ratio < 0.15 AS INTEGER) AS is_weekday_biased FROM (
      SELECT key, ${dialect.double(sql`coalesce(sum(n) FILTER (dow IN (0, 6)), 0)`)}
               / ${dialect.double(sql`sum(n)`)} AS weekend_ratio,
             count(DISTINCT dow) AS unique_days_of_week
      FROM ${by_day_of_week!} GROUP BY key)`,
});

/** Breadth of the files, against all rows. */
export const fileBreadth = defineExtractor({
  name: 'file_breadth',
  from: ['file_uses', 'keys'],
  needs: ['file'],
  columns: {
    file_concentration: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '1 = a single file; towards 0 = many.',
      formula: '1 ÷ F',
      nullWhen: 'no row has a file name',
      reference: `1 without a file name. ${NO_PIPELINE}`,
    }),
    file_diversity_ratio: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Files per row; near 0 = the same few files again and again.',
      formula: 'F ÷ n, rows without a file name included in n',
      nullWhen: 'no row has a file name',
      reference: NO_PIPELINE,
    }),
    is_single_file: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '1 = fewer than one file in ten rows.',
      formula: 'file_diversity_ratio < 0.1',
      nullWhen: 'no row has a file name',
      reference: NO_PIPELINE,
    }),
  },
  query: ({ file_uses, keys }, { dialect, definitions }) => {
    const reference = definitions === 'reference';
    return sql`
      WITH files AS (SELECT key, CAST(sum(rows // u.n) AS BIGINT) AS files FROM ${file_uses!} u GROUP BY key),
      ratios AS (
        SELECT k.key, ${dialect.double(sql`1`)} / f.files AS one_of,
               ${dialect.double(reference ? sql`coalesce(f.files, 0)` : sql`f.files`)} / k.n AS diversity
        FROM ${keys!} k LEFT JOIN files f ON f.key = k.key
      )
      SELECT key, ${reference ? sql`coalesce(one_of, 1)` : sql`one_of`} AS file_concentration,
             diversity AS file_diversity_ratio, CAST(diversity < 0.1 AS INTEGER) AS is_single_file
      FROM ratios`;
  },
});

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

const upperQuarter = (of: string) =>
  float64({
    unit: '1',
    min: 0,
    max: 1,
    meaning: `1 = in the upper quarter of all keys by ${of}; depends on the other keys of the log.`,
    formula: `${of} > Q(${of}, 0.75) over all keys`,
    nullWhen: `${of} is NULL`,
    reference: NO_PIPELINE,
  });

/** Flags against the third quartile of all keys. */
export const firstGenerationFlags = defineDerived({
  name: 'first_generation_flags',
  from: ['regularity_score', 'downloads_per_session'],
  columns: { is_mechanical: upperQuarter('regularity_score'), is_bursty: upperQuarter('downloads_per_session') },
  compute: (table) => {
    const regularity = table.need('regularity_score');
    const size = table.need('downloads_per_session');
    return {
      is_mechanical: flagAbove(regularity, quantile(regularity, 0.75)),
      is_bursty: flagAbove(size, quantile(size, 0.75)),
    };
  },
});

export const firstGenerationNodes: readonly PlanNode[] = [
  intervals,
  weekend,
  fileBreadth,
  visitCount,
  firstGenerationFlags,
];
