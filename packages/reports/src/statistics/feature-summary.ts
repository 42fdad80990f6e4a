import type { RunResult } from '@deeplogbot/core';
import { finite } from './finite.js';

/** Features that are summed up where the table has them. */
export const SUMMARISED = [
  'unique_users',
  'downloads_per_user',
  'total_downloads',
  'working_hours_ratio',
  'night_activity_ratio',
  'hourly_entropy',
  'regularity_score',
  'anomaly_score',
  'user_coordination_score',
  'interval_cv',
  'file_diversity_ratio',
  'burst_pattern_score',
] as const;

/** Features whose correlation with being a bot is given. */
const CORRELATED = [
  'unique_users',
  'downloads_per_user',
  'working_hours_ratio',
  'night_activity_ratio',
  'hourly_entropy',
  'regularity_score',
  'anomaly_score',
  'user_coordination_score',
  'fraction_latest_year',
  'spike_ratio',
  'interval_cv',
  'burst_pattern_score',
] as const;

/** Moments and quantiles of the finite values; null where there are too few. */
export interface Summary {
  readonly count: number;
  readonly mean: number | null;
  /** Sample standard deviation, n − 1. */
  readonly sd: number | null;
  readonly min: number | null;
  readonly q25: number | null;
  readonly median: number | null;
  readonly q75: number | null;
  readonly q95: number | null;
  readonly max: number | null;
}

/** Rounded to four decimals, or to four digits below 0.1; null where not finite. */
export const rounded = (value: number): number | null => {
  if (!Number.isFinite(value)) return null;
  return Math.abs(value) < 0.1 ? Number(value.toPrecision(4)) : Math.round(value * 1e4) / 1e4;
};

export function summarise(values: Float64Array): Summary {
  const x = finite(values).sort();
  const mean = average(x);
  const at = (q: number) => rounded(quantile(x, q));
  return {
    count: x.length,
    mean: rounded(mean),
    sd: rounded(deviation(x, mean)),
    min: at(0),
    q25: at(0.25),
    median: at(0.5),
    q75: at(0.75),
    q95: at(0.95),
    max: at(1),
  };
}

/** Linear between order statistics of sorted values; NaN of none. */
export function quantile(sorted: Float64Array, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return low + (position - below) * (high - low);
}

function average(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]!;
  return x.length === 0 ? Number.NaN : sum / x.length;
}

function deviation(x: Float64Array, mean: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i]! - mean) ** 2;
  return x.length < 2 ? Number.NaN : Math.sqrt(sum / (x.length - 1));
}

/** Every summarised feature over all locations, with mean and deviation of bots and of the rest. */
export function featureSummaries(run: RunResult): Readonly<Record<string, unknown>> {
  const isBot = run.verdicts.rows.map(({ label }) => label === 'bot');
  const present = SUMMARISED.filter((name) => run.features.get(name));
  return Object.fromEntries(
    present.map((name) => {
      const values = run.features.need(name);
      const side = (bot: boolean) => {
        const { count, mean, sd } = summarise(values.filter((_, i) => isBot[i] === bot));
        return { count, mean, sd };
      };
      return [name, { ...summarise(values), bots: side(true), others: side(false) }];
    }),
  );
}

/**
 * Point-biserial correlation of features with being a bot, −1 … 1, strongest first; features with fewer than ten finite
 * values, or without any spread, are left out.
 */
export function botCorrelations(run: RunResult): readonly (readonly [feature: string, correlation: number])[] {
  const isBot = Float64Array.from(run.verdicts.rows, ({ label }) => Number(label === 'bot'));
  return CORRELATED.filter((name) => run.features.get(name))
    .map((name) => [name, rounded(correlation(run.features.need(name), isBot)) ?? Number.NaN] as const)
    .filter(([, value]) => Number.isFinite(value))
    .sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]) || (a[0] < b[0] ? -1 : 1));
}

/** Pearson correlation over the rows where `x` is finite and `y` too; NaN for fewer than ten of them or without spread. */
export function correlation(x: Float64Array, y: Float64Array): number {
  const [a, b] = bothFinite(x, y);
  if (a.length < 10) return Number.NaN;
  const [meanA, meanB] = [average(a), average(b)];
  let products = 0;
  for (let i = 0; i < a.length; i++) products += (a[i]! - meanA) * (b[i]! - meanB);
  return products / (deviation(a, meanA) * deviation(b, meanB) * (a.length - 1));
}

/** The values of the rows at which both are finite. */
function bothFinite(x: Float64Array, y: Float64Array): readonly [Float64Array, Float64Array] {
  const [a, b] = [new Float64Array(x.length), new Float64Array(x.length)];
  let count = 0;
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue;
    a[count] = x[i]!;
    b[count++] = y[i]!;
  }
  return [a.subarray(0, count), b.subarray(0, count)];
}
