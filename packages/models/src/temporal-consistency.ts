import { ConfigError, type Definitions } from '@deeplogbot/core';
import { type MonthlyCounts, peaks } from './monthly-peaks.js';

/** What temporalConsistency() reads: one column per signal, all of one length; a column that is left out is no signal. */
export interface TemporalSignals {
  /** Share of the downloads in the latest year, 0…1. */
  readonly fractionLatestYear?: Float64Array;
  /** Latest year ÷ mean of the earlier active years, ≥ 0. */
  readonly spikeRatio?: Float64Array;
  /** Recent activity ÷ earlier activity, ≥ 0; 1 is steady. */
  readonly recentActivityRatio?: Float64Array;
  /** sd ÷ mean over the years, ≥ 0. */
  readonly yearOverYearCv?: Float64Array;
  /** Slope of recent activity in units of its spread, of either sign. */
  readonly momentumScore?: Float64Array;
  /** Downloads per row and calendar month; without them only the signals above count. */
  readonly months?: MonthlyCounts;
}

export interface TemporalOptions {
  /**
   * `'clean'`: a signal that is not measurable (NaN) is left out of the mean, which needs at least three signals (or all
   * that were given, if fewer); a month must stand out among the active months and among all, empty ones as zero; drops
   * do not count, and the spread of the months is never less than counting noise. `'reference'`: what earlier releases computed. @defaultValue 'clean'
   */
  readonly definitions?: Definitions;
}

/** One value per row in every column. */
export interface TemporalConsistency {
  /** The larger of the two parts, 0…1, higher is more anomalous; NaN where neither part is measurable. */
  readonly score: Float64Array;
  /** 1 if the signals exceed 0.6 in the mean or a month stands out, else 0; NaN where neither part is measurable. */
  readonly spike: Float64Array;
  /** Mean of the signals, 0…1; NaN where too few are measurable. */
  readonly signalScore: Float64Array;
  /** How far the most unusual month stands out, in robust standard deviations; above 3.5 is a spike. NaN below 3 months. */
  readonly peakZ: Float64Array;
}

const SPIKE_MEAN = 0.6;
const SPIKE_Z = 3.5; // Iglewicz & Hoaglin (1993), How to Detect and Handle Outliers
const MIN_SIGNALS = 3; // chosen: one signal alone must not make a spike

interface Signal {
  /** What the reference reads where the value is missing. */
  readonly missing: number;
  readonly transform: (value: number) => number;
}

const clip = (value: number, min: number, max: number) => Math.min(Math.max(value, min), max);

const SIGNALS = {
  fractionLatestYear: { missing: 0, transform: (f) => clip(2 * (clip(f, 0, 1) - 0.5), 0, 1) },
  spikeRatio: { missing: 0, transform: (s) => 1 - 1 / (1 + Math.max(s, 0) / 5) },
  recentActivityRatio: { missing: 1, transform: (r) => clip((clip(r, 0, 100) - 1) / 10, 0, 1) },
  yearOverYearCv: { missing: 0, transform: (c) => clip(clip(c, 0, 10) / 3, 0, 1) },
  momentumScore: { missing: 0, transform: (m) => clip(Math.abs(m) / 5, 0, 1) },
} satisfies Record<Exclude<keyof TemporalSignals, 'months'>, Signal>;

/**
 * How abruptly each row's activity changes over time, from yearly signals and, if given, monthly counts.
 *
 * signal score = mean of clip(2(f − ½), 0, 1), 1 − 1/(1 + s/5), clip((r − 1)/10, 0, 1), clip(c/3, 0, 1) and
 * clip(|m|/5, 0, 1), for fraction of the latest year f, spike ratio s, recent activity ratio r, variation between years
 * c and momentum m. A month whose robust z exceeds 3.5 adds a spike score min(z/10, 1); the larger score counts.
 *
 * Blind to a bot that keeps a steady rate, and high for a person who has just begun. O(rows + months).
 *
 * @throws ConfigError `COLUMN_LENGTHS` if columns differ in length, `NO_SIGNALS` if none is given, `INVALID_MONTHS` if a
 * month belongs to no row.
 */
export function temporalConsistency(signals: TemporalSignals, options: TemporalOptions = {}): TemporalConsistency {
  const clean = (options.definitions ?? 'clean') === 'clean';
  const given = givenSignals(signals);
  const signalScore = clean ? meanOfMeasurable(given) : meanWithDefaults(given);
  const peakZ = signals.months
    ? peaks(signals.months, signalScore.length, clean)
    : new Float64Array(signalScore.length).fill(Number.NaN);
  const score = signalScore.map((mean, row) => larger(mean, peakScore(peakZ[row]!)));
  const spike = score.map((value, row) =>
    Number.isNaN(value) ? Number.NaN : Number(signalScore[row]! > SPIKE_MEAN || peakZ[row]! > SPIKE_Z),
  );
  return { score, spike, signalScore, peakZ };
}

interface GivenSignal extends Signal {
  readonly column: Float64Array;
}

function givenSignals(signals: TemporalSignals): GivenSignal[] {
  const names = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];
  const given = names.flatMap((name) => {
    const column = signals[name];
    return column ? [{ name, column, ...SIGNALS[name] }] : [];
  });
  const first = given[0];
  if (!first) {
    throw new ConfigError('NO_SIGNALS', `Temporal consistency needs at least one of ${names.join(', ')}.`, {
      hint: 'Give it at least one of these columns.',
    });
  }
  const odd = given.find(({ column }) => column.length !== first.column.length);
  if (odd) {
    throw new ConfigError(
      'COLUMN_LENGTHS',
      `${odd.name} has ${odd.column.length} rows, ${first.name} has ${first.column.length}.`,
      { hint: 'Give every column one value per row.' },
    );
  }
  return given;
}

function meanOfMeasurable(given: readonly GivenSignal[]): Float64Array {
  const needed = Math.min(MIN_SIGNALS, given.length);
  return given[0]!.column.map((_, row) => {
    let sum = 0;
    let n = 0;
    for (const { column, transform } of given) {
      if (Number.isNaN(column[row]!)) continue;
      sum += transform(column[row]!);
      n++;
    }
    return n < needed ? Number.NaN : sum / n;
  });
}

function meanWithDefaults(given: readonly GivenSignal[]): Float64Array {
  return given[0]!.column.map((_, row) => {
    let sum = 0;
    for (const { column, missing, transform } of given) {
      sum += transform(Number.isNaN(column[row]!) ? missing : column[row]!);
    }
    return sum / given.length;
  });
}

/** min(z/10, 1) of a spike, 0 of an ordinary month, NaN where the months are not measurable. */
const peakScore = (z: number) => (z > SPIKE_Z ? Math.min(z / 10, 1) : 0 * z);

/** The larger of two numbers; the other one where one is NaN. */
const larger = (a: number, b: number) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b));
