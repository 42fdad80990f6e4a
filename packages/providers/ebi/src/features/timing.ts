import { defineExtractor, float64, type PlanNode, sql } from '@deeplogbot/core';
import { deviationOf, meanOf, varianceOf } from './moments.js';

const FEW_GAPS = 'fewer than 5 gaps in (0 s, 86 400 s)';
const SAMPLED =
  'The reference takes gaps within a random sample of 100 rows; equal only for keys with at most 100 rows.';

/**
 * How mechanical the pauses between a key's rows are, over all gaps Δ between consecutive rows with 0 < Δ < 86 400 s;
 * all users in one stream. Fewer than 5 such gaps measure nothing.
 */
export const timing = defineExtractor({
  name: 'timing',
  from: ['ordered', 'gap_bins', 'gap_sums', 'keys'],
  columns: {
    request_interval_mode: float64({
      unit: 's',
      min: 0,
      max: 86_400,
      meaning: 'The commonest pause, in steps of 10 s; a scheduled job repeats one.',
      formula: 'mode of 10·floor((Δ + 5) ÷ 10); ties: the smallest',
      nullWhen: FEW_GAPS,
      reference: `0 below 5 gaps. ${SAMPLED}`,
    }),
    round_second_ratio: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of rows at second 0, 15, 30 or 45; 4/60 is chance, 1 is a clock. 4/60 below 5 gaps.',
      formula: 'rows with a qualifying gap whose second ∈ {0, 15, 30, 45} ÷ qualifying gaps',
      nullWhen: 'never',
      reference: `0.25 below 5 gaps. ${SAMPLED}`,
    }),
    millisecond_variance: float64({
      unit: 'ms²',
      min: 0,
      meaning: 'Spread of the millisecond within the second; 83 333 is chance, and the value below 5 gaps.',
      formula: 'sample variance of the millisecond of the second, 0 … 999, over rows with a qualifying gap',
      nullWhen: 'the whole log is stamped in full seconds',
      reference: `Millisecond within the minute, 0 … 59 999; 250 000 below 5 gaps. ${SAMPLED}`,
    }),
    interval_entropy: float64({
      unit: '1',
      min: 0,
      meaning: 'Irregularity of the pauses: 0 = all equal, 1 = independent arrivals. Not an entropy.',
      formula: 'log2(1 + sd(Δ) ÷ mean(Δ))',
      nullWhen: FEW_GAPS,
      reference: `1 below 5 gaps. ${SAMPLED}`,
    }),
  },
  query: ({ ordered, gap_bins, gap_sums, keys }, { dialect, definitions }) => {
    const clean = definitions === 'clean';
    const variance = varianceOf(dialect, sql`t.n`, sql`t.ms_sum`, sql`t.ms_squares`);
    const unavailable = clean ? sql`WHEN NOT (SELECT any_fraction FROM resolution) THEN NULL` : sql``;
    return sql`
      WITH resolution AS (
        SELECT coalesce(bool_or(ts % 1000000 <> 0), FALSE) AS any_fraction FROM ${ordered!}
      ), modes AS (
        SELECT key, 8640 - max(n * 8641 + (8640 - bin)) % 8641 AS mode_bin FROM ${gap_bins!} WHERE bin IS NOT NULL GROUP BY key
      ), totals AS (
        SELECT s.*, m.mode_bin FROM ${gap_sums!} s JOIN modes m ON m.key = s.key WHERE s.short
      ), every AS (SELECT key FROM ${keys!})
      SELECT e.key,
             CASE WHEN t.n >= 5 THEN t.mode_bin * 10 ELSE ${clean ? null : 0} END AS request_interval_mode,
             CASE WHEN t.n >= 5 THEN ${dialect.double(sql`t.round_n`)} / t.n
                  ELSE ${clean ? 4 / 60 : 0.25} END AS round_second_ratio,
             CASE ${unavailable} WHEN t.n >= 5 THEN ${variance}
                  ELSE ${clean ? 1_000_000 / 12 : 250_000} END AS millisecond_variance,
             CASE WHEN t.n >= 5 THEN log2(1 + ${deviationOf(dialect, sql`t.n`, sql`t.gap_sum`, sql`t.gap_squares`)}
                  / ${meanOf(dialect, sql`t.n`, sql`t.gap_sum`)}) ELSE ${clean ? null : 1} END AS interval_entropy
      FROM every e LEFT JOIN totals t ON t.key = e.key`;
  },
});

export const timingNodes: readonly PlanNode[] = [timing];
