import { defineExtractor, float64, sql } from '@deeplogbot/core';
import { deviationOf, meanOf } from './moments.js';
import { NO_PIPELINE } from './reference-notes.js';

const SAMPLED = `${NO_PIPELINE} Its gaps come from a random sample of 50 rows.`;

/** All positive gaps between consecutive rows, without an upper limit. */
export const intervals = defineExtractor({
  name: 'intervals',
  from: ['keys', 'gap_sums'],
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
      reference: `mean(Δ) ÷ (sd(Δ) + 1 s); 0 if sd(Δ) = 0 or undefined. ${SAMPLED}`,
    }),
  },
  query: ({ keys, gap_sums }, { dialect, definitions }) => {
    const clean = definitions === 'clean';
    const mean = meanOf(dialect, sql`n`, sql`total`);
    const sd = deviationOf(dialect, sql`n`, sql`total`, sql`squares`);
    const regularity = clean
      ? sql`1 / (1 + ${sd} / ${mean})`
      : sql`CASE WHEN ${sd} > 0 THEN ${mean} / (${sd} + 1000000) ELSE 0 END`;
    return sql`
      WITH sums AS (
        SELECT key, CAST(sum(n) AS BIGINT) AS n, sum(gap_sum) AS total, sum(gap_squares) AS squares
        FROM ${gap_sums!} GROUP BY key
      )
      SELECT k.key, ${mean} / 1000000 AS mean_interval, ${sd} / 1000000 AS std_interval,
             ${clean ? sql`${sd} / ${mean}` : sql`coalesce(${sd} / ${mean}, 1)`} AS interval_cv,
             ${regularity} AS regularity_score
      FROM (SELECT key FROM ${keys!}) k LEFT JOIN sums s ON s.key = k.key`;
  },
});
