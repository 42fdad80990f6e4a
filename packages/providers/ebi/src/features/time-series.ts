import { type ColumnSpec, defineSeries, float64, type PlanNode, sql } from '@deeplogbot/core';
import { calendar } from './daily-series.js';
import { centredSum, clip, deviation, EPSILON, mean, quantiles, sumOf } from './moments.js';
import { outbursts } from './outburst.js';
import { periodicity } from './periodicity.js';
import { momentum, trend } from './trend.js';

const RECENT_DAYS = 30;
const CALENDAR = 'Over active periods only, gaps removed; 0 where undefined.';

const spec = (
  unit: string,
  min: number | undefined,
  max: number | undefined,
  meaning: string,
  formula: string,
  nullWhen: string,
  reference?: string,
): ColumnSpec =>
  float64({
    unit,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    meaning,
    formula,
    nullWhen,
    ...(reference === undefined ? {} : { reference }),
  });

const ONE_DAY = 'active on a single day';
const SHORT = 'fewer than 14 days from first to last, or all days equal';
const FIVE = 'fewer than 5 active days';
const ZERO = '0 where undefined.';

const outburstColumns = {
  outburst_count: spec(
    'days',
    0,
    undefined,
    'Active days far from the usual day, up or down.',
    'days with abs(z) > 2, z = (d − mean(d)) ÷ sd(d)',
    ONE_DAY,
    ZERO,
  ),
  outburst_intensity: spec(
    'sd',
    0,
    undefined,
    'How far the high days stand out; 0 = no high day.',
    'mean z over days with z > 2',
    ONE_DAY,
    ZERO,
  ),
  max_outburst_zscore: spec('sd', 0, undefined, 'How far the busiest day stands out.', 'max z', ONE_DAY, ZERO),
  outburst_ratio: spec(
    '1',
    0,
    1,
    'Share of rows that fall on high days.',
    'Σ d over days with z > 2 ÷ n',
    ONE_DAY,
    ZERO,
  ),
  time_since_last_outburst: spec(
    '1',
    0,
    1,
    'How long ago the last high day was, in active days; 1 = none.',
    'position of the last high day from the end ÷ D; 1 if none',
    ONE_DAY,
    '1 where undefined.',
  ),
  longest_outburst_streak: spec(
    'days',
    0,
    undefined,
    'Most high days in a row on the calendar.',
    'longest run of consecutive dates with z > 2',
    ONE_DAY,
    'Consecutive in the list of active days; 0 where undefined.',
  ),
};

const periodicityColumns = {
  weekly_autocorr: spec(
    '1',
    undefined,
    undefined,
    'How far a day resembles the day a week before; 1 = a weekly rhythm.',
    'Σ z_i·z_{i+7} ÷ (L − 7), z = (d − mean(d)) ÷ psd(d) over L calendar days',
    SHORT,
    CALENDAR,
  ),
  dominant_period_days: spec(
    'days',
    0,
    undefined,
    'Length of the strongest rhythm; 0 = no frequency stands out.',
    'L ÷ k*, k* = argmax P_k, k = 2 … floor(L/2); ties within 1e−9: the smallest k; flat spectrum: 0',
    SHORT,
    `${CALENDAR} Ties fall by rounding.`,
  ),
  periodicity_strength: spec(
    '1',
    0,
    1,
    'Share of the variation that the strongest rhythm carries.',
    'P_{k*} ÷ (Σ_{k≥2} P_k + ε), at most 1',
    SHORT,
    CALENDAR,
  ),
  period_regularity: spec(
    '1',
    0,
    10,
    'How far the strongest rhythm exceeds the next three; 1 = no more than they.',
    'P₍₁₎ ÷ (mean(P₍₂₎, P₍₃₎, P₍₄₎) + ε), at most 10',
    SHORT,
    CALENDAR,
  ),
};

const recencyColumns = {
  recent_activity_ratio: spec(
    '1',
    0,
    undefined,
    'Busyness of the last active days against all; above 1 = growing.',
    'mean(d^r) ÷ mean(d), d^r = active days of the 31 dates up to the last active day',
    'never',
  ),
  recent_volatility_ratio: spec(
    '1',
    0,
    undefined,
    'How much more uneven the last days are than all.',
    '(sd(d^r) ÷ mean(d^r)) ÷ (sd(d) ÷ mean(d))',
    'fewer than 2 recent active days, or all days equal',
    '1 where undefined.',
  ),
  recency_concentration: spec(
    '1',
    0,
    1,
    'Share of rows on the 31 dates up to the key’s own last active day.',
    'Σ d^r ÷ n',
    'never',
  ),
  log_recency_concentration: spec(
    '1',
    0,
    1,
    'Share of rows on the last 31 dates of the whole log; 0 = fell silent before.',
    'Σ d over days ≥ last day of the log − 30 ÷ n',
    'never',
    'Not in the reference.',
  ),
};

const shapeColumns = {
  download_skewness: spec(
    '1',
    -10,
    10,
    'Lopsidedness of rows per active day; above 0 = few very busy days.',
    'm₃ ÷ m₂^1.5; 0 if all days are equal',
    FIVE,
    ZERO,
  ),
  download_kurtosis: spec(
    '1',
    -10,
    50,
    'Weight of extreme days; 0 = as in a normal distribution.',
    'm₄ ÷ m₂² − 3; 0 if all days are equal',
    FIVE,
    ZERO,
  ),
  tail_heaviness_ratio: spec(
    '1',
    0,
    100,
    'The busiest percent of days against the middle one.',
    'min(100, Q(d, 0.99) ÷ (median(d) + ε))',
    FIVE,
    '1 where undefined.',
  ),
  zero_day_ratio: spec(
    '1',
    0,
    1,
    'Share of dates without a row between the first and the last.',
    '1 − D ÷ (calendar days from first to last)',
    'never',
    'Constant 0.',
  ),
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

const WEEKS = 'fewer than 4 weeks from first to last';

/** Statistics of rows per ISO week. */
export const weeklySeries = defineSeries({
  name: 'weekly_series',
  from: ['by_week'],
  columns: {
    trend_slope: spec(
      '1/week',
      -10,
      10,
      'Growth per week, in means.',
      'β ÷ (mean(w) + ε), least squares w ≈ α + βx',
      WEEKS,
      CALENDAR,
    ),
    trend_strength: spec(
      '1',
      0,
      1,
      'Share of the variation that a straight line explains.',
      'r²; 0 if constant',
      WEEKS,
      CALENDAR,
    ),
    trend_acceleration: spec(
      '1/week²',
      -10,
      10,
      'Whether growth itself grows, in means; 0 below 5 weeks.',
      '2γ ÷ (mean(w) + ε), least-squares parabola',
      WEEKS,
      CALENDAR,
    ),
    detrended_volatility: spec(
      '1',
      0,
      10,
      'Unevenness that is left without the line, in means.',
      'psd(w − α − βx) ÷ (mean(w) + ε), at most 10',
      WEEKS,
      CALENDAR,
    ),
    trend_direction: spec(
      '1',
      -1,
      1,
      'Falling, level or rising.',
      '0 if abs(β ÷ (mean(w) + ε)) < 0.01, else its sign',
      WEEKS,
      CALENDAR,
    ),
    momentum_score: spec(
      '1',
      -5,
      5,
      'The last 3 weeks against all earlier ones.',
      '(r − h) ÷ (h + ε); with 3 weeks h has weights 0.49, 0.7, 1',
      'fewer than 3 weeks from first to last',
      CALENDAR,
    ),
  },
  query: ({ by_week }, { dialect }) => sql`
    SELECT key, floor((${dialect.epochUs(sql`week`)} / 86400000000 + 3) / 7) AS week, ${dialect.double(sql`n`)} AS n
    FROM ${by_week!} ORDER BY key, week`,
  compute: ({ week, n }, { definitions }) => {
    const clean = definitions === 'clean';
    const weeks = clean ? calendar(week!, n!) : n!;
    const or = (value: number) => (clean || !Number.isNaN(value) ? value : 0);
    const line = trend(weeks);
    return {
      trend_slope: or(line.slope),
      trend_strength: or(line.strength),
      trend_acceleration: or(line.acceleration),
      detrended_volatility: or(line.volatility),
      trend_direction: or(line.direction),
      momentum_score: or(momentum(weeks)),
    };
  },
});

export const timeSeriesNodes: readonly PlanNode[] = [dailySeries, weeklySeries];
