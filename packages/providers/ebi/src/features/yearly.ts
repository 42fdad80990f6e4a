import { defineDerived, defineSeries, float64, type PlanNode, sql } from '@deeplogbot/core';
import { EPSILON, sumOf } from './moments.js';

/** Downloads of a new location count against this many, for want of a history. */
const NO_HISTORY = 1000;

/** −Σ p ln p in nats after adding `epsilon` to each of `cells` cells (zero-filled) and renormalising. */
export function entropyNats(counts: Float64Array, cells: number, epsilon: number): number {
  const total = sumOf(counts);
  const scale = 1 + cells * epsilon;
  const term = (share: number) => (share > 0 ? -share * Math.log(share) : 0);
  let entropy = (cells - counts.length) * term(epsilon / scale);
  for (const count of counts) entropy += term((count / total + epsilon) / scale);
  return entropy;
}

/** How downloads spread over the years of the whole log. Years without downloads of the location count as 0. */
const yearlyPattern = defineSeries({
  name: 'yearly_pattern',
  from: ['by_year', 'log_years'],
  columns: {
    yearly_entropy: float64({
      unit: 'nat',
      min: 0,
      meaning: 'How evenly downloads spread over the years of the log.',
      formula: '−Σ q ln q over the Y years of the log',
      nullWhen: 'never',
    }),
    peak_year_concentration: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of the busiest year.',
      formula: 'max q',
      nullWhen: 'never',
    }),
    years_span: float64({
      unit: 'years',
      min: 1,
      meaning: 'Active calendar years, not the distance from first to last.',
      formula: 'k_loc',
      nullWhen: 'never',
    }),
    year_over_year_cv: float64({
      unit: '1',
      min: 0,
      meaning: 'How unequal the years are; 0 for a location of one year.',
      formula: 'sd(q) ÷ mean(q) over the Y years, if at least two are active',
      nullWhen: 'never',
    }),
    fraction_latest_year: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of downloads in the latest year of the log.',
      formula: 'y_latest ÷ n',
      nullWhen: 'never',
    }),
    is_new_location: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '1 if the only active year is the latest of the log.',
      formula: 'k_loc = 1 and last = latest',
      nullWhen: 'never',
    }),
    spike_ratio: float64({
      unit: '1',
      min: 0,
      meaning: 'Latest year against the mean of the earlier active ones; without any, against 1000 downloads.',
      formula: 'y_latest ÷ mean(earlier), or y_latest ÷ 1000',
      nullWhen: 'never',
    }),
    years_before_latest: float64({
      unit: 'years',
      min: 0,
      meaning: 'Active years before the latest of the log.',
      formula: '#{active years < latest}',
      nullWhen: 'never',
    }),
    latest_year_downloads: float64({
      unit: 'rows',
      min: 0,
      meaning: 'Downloads in the latest year of the log.',
      formula: 'y_latest',
      nullWhen: 'never',
    }),
  },
  query: ({ by_year, log_years }) => sql`
    SELECT y.key, y.year, y.n, l.years, l.latest FROM ${by_year!} y CROSS JOIN ${log_years!} l ORDER BY y.key, y.year`,
  compute: ({ year, n, years, latest }, { definitions }) =>
    yearly(year!, n!, years![0]!, latest![0]!, definitions === 'clean' ? 0 : EPSILON),
});

/** The yearly columns of one location: its active years, their counts, and the years of the whole log. */
export function yearly(year: Float64Array, n: Float64Array, years: number, latest: number, epsilon: number) {
  const total = sumOf(n);
  const before = n.filter((_, i) => year[i]! < latest);
  const latestN = sumOf(n.filter((_, i) => year[i] === latest));
  const history = before.length > 0 ? sumOf(before) / before.length + epsilon : NO_HISTORY;
  const squares = sumOf(n.map((count) => (count / total) ** 2));
  const cv = Math.sqrt(Math.max(0, squares - 1 / years) / (years - 1)) / (1 / years + epsilon);
  return {
    yearly_entropy: entropyNats(n, years, epsilon),
    peak_year_concentration: Math.max(...n) / total,
    years_span: n.length,
    year_over_year_cv: n.length >= 2 ? cv : 0,
    fraction_latest_year: latestN / total,
    is_new_location: Number(n.length === 1 && year[0] === latest),
    spike_ratio: latestN / history,
    years_before_latest: before.length,
    latest_year_downloads: latestN,
  };
}

const downloadsPerYear = defineDerived({
  name: 'downloads_per_year',
  from: ['total_downloads', 'years_span'],
  columns: {
    downloads_per_year: float64({
      unit: 'rows per year',
      min: 1,
      meaning: 'Downloads per active year.',
      formula: 'n ÷ k_loc',
      nullWhen: 'never',
    }),
  },
  compute: (table) => ({
    downloads_per_year: table.need('total_downloads').map((n, i) => n / table.need('years_span')[i]!),
  }),
});

export const yearlyNodes: readonly PlanNode[] = [yearlyPattern, downloadsPerYear];
