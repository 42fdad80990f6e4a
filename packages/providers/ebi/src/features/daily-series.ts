import { defineSeries, float64, sql } from '@deeplogbot/core';
import { calendar } from './calendar.js';
import { centredSum, clip, deviation, EPSILON, mean, quantiles, sumOf } from './moments.js';
import { outburstColumns, outbursts } from './outburst.js';
import { periodicity, periodicityColumns } from './periodicity.js';
import { ZERO } from './reference-notes.js';

const RECENT_DAYS = 30;
const FIVE = 'fewer than 5 active days';

const recencyColumns = {
  recent_activity_ratio: float64({
    unit: '1',
    min: 0,
    meaning: 'Busyness of the last active days against all; above 1 = growing.',
    formula: 'mean(d^r) ÷ mean(d), d^r = active days of the 31 dates up to the last active day',
    nullWhen: 'never',
  }),
  recent_volatility_ratio: float64({
    unit: '1',
    min: 0,
    meaning: 'How much more uneven the last days are than all.',
    formula: '(sd(d^r) ÷ mean(d^r)) ÷ (sd(d) ÷ mean(d))',
    nullWhen: 'fewer than 2 recent active days, or all days equal',
    reference: '1 where undefined.',
  }),
  recency_concentration: float64({
    unit: '1',
    min: 0,
    max: 1,
    meaning: 'Share of rows on the 31 dates up to the key’s own last active day.',
    formula: 'Σ d^r ÷ n',
    nullWhen: 'never',
  }),
  log_recency_concentration: float64({
    unit: '1',
    min: 0,
    max: 1,
    meaning: 'Share of rows on the last 31 dates of the whole log; 0 = fell silent before.',
    formula: 'Σ d over days ≥ last day of the log − 30 ÷ n',
    nullWhen: 'never',
    reference: 'Not in the reference.',
  }),
};

const shapeColumns = {
  download_skewness: float64({
    unit: '1',
    min: -10,
    max: 10,
    meaning: 'Lopsidedness of rows per active day; above 0 = few very busy days.',
    formula: 'm₃ ÷ m₂^1.5; 0 if all days are equal',
    nullWhen: FIVE,
    reference: ZERO,
  }),
  download_kurtosis: float64({
    unit: '1',
    min: -10,
    max: 50,
    meaning: 'Weight of extreme days; 0 = as in a normal distribution.',
    formula: 'm₄ ÷ m₂² − 3; 0 if all days are equal',
    nullWhen: FIVE,
    reference: ZERO,
  }),
  tail_heaviness_ratio: float64({
    unit: '1',
    min: 0,
    max: 100,
    meaning: 'The busiest percent of days against the middle one.',
    formula: 'min(100, Q(d, 0.99) ÷ (median(d) + ε))',
    nullWhen: FIVE,
    reference: '1 where undefined.',
  }),
  zero_day_ratio: float64({
    unit: '1',
    min: 0,
    max: 1,
    meaning: 'Share of dates without a row between the first and the last.',
    formula: '1 − D ÷ (calendar days from first to last)',
    nullWhen: 'never',
    reference: 'Constant 0.',
  }),
};

/** Statistics of rows per day. Counts are whole numbers, days are numbered from 1970. */
export const dailySeries = defineSeries({
  name: 'daily_series',
  from: ['by_day'],
  columns: { ...outburstColumns, ...periodicityColumns, ...recencyColumns, ...shapeColumns },
  query: ({ by_day }, { dialect }) => {
    const number = sql`round(${dialect.epochUs(sql`day`)} / 86400000000)`;
    return sql`
      SELECT key, ${number} AS day, ${dialect.double(sql`n`)} AS n,
             (SELECT max(${number}) FROM ${by_day!}) AS log_end
      FROM ${by_day!} ORDER BY key, day`;
  },
  compute: ({ day, n, log_end }, { definitions }) => {
    const clean = definitions === 'clean';
    const days = day!;
    const counts = n!;
    const or = (value: number, fallback: number) => (clean || !Number.isNaN(value) ? value : fallback);
    const series = calendar(days, counts);
    const high = outbursts(days, counts, !clean);
    const rhythm = periodicity(clean ? series : counts, !clean);
    return {
      outburst_count: or(high.count, 0),
      outburst_intensity: or(high.intensity, 0),
      max_outburst_zscore: or(high.max, 0),
      outburst_ratio: or(high.ratio, 0),
      time_since_last_outburst: or(high.sinceLast, 1),
      longest_outburst_streak: or(high.streak, 0),
      weekly_autocorr: or(rhythm.weekly, 0),
      dominant_period_days: or(rhythm.period, 0),
      periodicity_strength: or(rhythm.strength, 0),
      period_regularity: or(rhythm.regularity, 0),
      ...recency(days, counts, log_end![0]!, or),
      ...shape(counts, or),
      zero_day_ratio: clean ? 1 - counts.length / series.length : 0,
    };
  },
});

type OrDefault = (value: number, fallback: number) => number;

function recency(days: Float64Array, counts: Float64Array, logEnd: number, or: OrDefault) {
  const since = (end: number) => counts.subarray(days.findIndex((day) => day >= end - RECENT_DAYS));
  const recent = since(days.at(-1)!);
  const volatility = deviation(counts) / mean(counts);
  const ratio = volatility > 0 ? deviation(recent) / mean(recent) / volatility : Number.NaN;
  const total = sumOf(counts);
  return {
    recent_activity_ratio: mean(recent) / mean(counts),
    recent_volatility_ratio: or(ratio, 1),
    recency_concentration: sumOf(recent) / total,
    log_recency_concentration: days.at(-1)! < logEnd - RECENT_DAYS ? 0 : sumOf(since(logEnd)) / total,
  };
}

function shape(counts: Float64Array, or: OrDefault) {
  const size = counts.length;
  const enough = size >= 5;
  const m2 = centredSum(counts, 2) / size;
  const moment = (value: number) => (!enough ? Number.NaN : m2 > 0 ? value : 0);
  const [middle, high] = enough ? quantiles(counts, [0.5, 0.99]) : [Number.NaN, Number.NaN];
  return {
    download_skewness: or(clip(moment(centredSum(counts, 3) / size / (m2 * Math.sqrt(m2))), -10, 10), 0),
    download_kurtosis: or(clip(moment(centredSum(counts, 4) / size / m2 ** 2 - 3), -10, 50), 0),
    tail_heaviness_ratio: or(Math.min(100, high! / (middle! + EPSILON)), 1),
  };
}
