import { defineDerived, float64, type PlanNode } from '@deeplogbot/core';
import { groupByCountry } from './country.js';
import { deviation, mean, quantile, quantiles } from './moments.js';

/** A location against others of its country, its size and the whole log. */
export const comparative = defineDerived({
  name: 'comparative',
  from: ['downloads_per_user', 'spike_ratio', 'years_before_latest', 'unique_users', 'total_downloads'],
  columns: {
    country_zscore: float64({
      unit: 'sd',
      meaning: 'Downloads per user against the other locations of the country.',
      formula: '(DPU − mean) ÷ sd over the country; 0 if sd = 0',
      nullWhen: 'fewer than two locations of a known country',
      reference: '0 where it is not measurable.',
    }),
    temporal_trend_anomaly: float64({
      unit: '1',
      min: 0,
      meaning: 'Growth in the latest year, damped by the length of the history.',
      formula: 'ln(1 + spike_ratio) ÷ ln(2 + years_before_latest); 0 without history',
      nullWhen: 'never',
    }),
    peer_similarity: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'How close downloads per user are to the median of locations with as many users; 1 = equal.',
      formula: '1 ÷ (1 + |DPU − m| ÷ (m + 1)), m = median of the users’ decile',
      nullWhen: 'the log has no users',
      reference: '0.5 if all locations have as many users.',
    }),
    global_rank_percentile: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Rank by downloads among all locations; 1 = the largest.',
      formula: 'mean rank ÷ number of locations',
      nullWhen: 'never',
    }),
  },
  compute: (table, { definitions }) => {
    const dpu = table.need('downloads_per_user');
    const before = table.need('years_before_latest');
    return {
      country_zscore: countryZscore(dpu, groupByCountry(table), definitions === 'clean' ? Number.NaN : 0),
      temporal_trend_anomaly: table
        .need('spike_ratio')
        .map((spike, i) => (before[i]! > 0 ? Math.log(1 + spike) / Math.log(2 + before[i]!) : 0)),
      peer_similarity: peerSimilarity(dpu, table.need('unique_users')),
      global_rank_percentile: rankPercentile(table.need('total_downloads')),
    };
  },
});

function countryZscore(
  dpu: Float64Array,
  groups: ReadonlyMap<string, readonly number[]>,
  unknown: number,
): Float64Array {
  const result = new Float64Array(dpu.length).fill(unknown);
  for (const rows of groups.values()) {
    if (rows.length < 2) continue;
    const values = Float64Array.from(rows, (row) => dpu[row]!);
    const centre = mean(values);
    const sd = deviation(values);
    for (const row of rows) result[row] = sd === 0 ? 0 : (dpu[row]! - centre) / sd;
  }
  return result;
}

/** Deciles of the user counts, equal edges once; intervals are open on the left, the first is closed. */
function peerSimilarity(dpu: Float64Array, users: Float64Array): Float64Array {
  const deciles = Array.from({ length: 11 }, (_, i) => i / 10);
  const edges = [...new Set(quantiles(users, deciles))];
  if (edges.length < 2) return dpu.map((value) => (Number.isNaN(value) ? Number.NaN : 0.5));
  const bin = (count: number) => Math.max(0, edges.findIndex((edge) => count <= edge) - 1);
  const bins = Array.from(users, bin);
  const medians = edges.map((_, b) =>
    quantile(
      dpu.filter((_value, i) => bins[i] === b),
      0.5,
    ),
  );
  return dpu.map((value, i) => {
    const median = medians[bins[i]!]!;
    return 1 / (1 + Math.abs(value - median) / (median + 1));
  });
}

/** Ties share the mean of their ranks. */
function rankPercentile(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) result[order[i]!] = (start + 1 + end) / 2 / values.length;
    start = end;
  }
  return result;
}

export const comparativeNodes: readonly PlanNode[] = [comparative];
