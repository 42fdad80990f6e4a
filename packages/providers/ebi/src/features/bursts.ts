import { defineExtractor, float64, sql } from '@deeplogbot/core';
import { deviationOf, exactSquares, exactSum, meanOf } from './moments.js';

const ONE_HOUR = 'fewer than 2 active clock hours';

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
