import { float64 } from '@deeplogbot/core';
import { centredSum, EPSILON, mean, sumOf } from './moments.js';
import { CALENDAR } from './reference-notes.js';
import { Scratch } from './scratch.js';
import { powerSpectrum } from './spectrum.js';

const SHORT = 'fewer than 14 days from first to last, or all days equal';

export const periodicityColumns = {
  weekly_autocorr: float64({
    unit: '1',
    meaning: 'How far a day resembles the day a week before; 1 = a weekly rhythm.',
    formula: 'Σ z_i·z_{i+7} ÷ (L − 7), z = (d − mean(d)) ÷ psd(d) over L calendar days',
    nullWhen: SHORT,
    reference: CALENDAR,
  }),
  dominant_period_days: float64({
    unit: 'days',
    min: 0,
    meaning: 'Length of the strongest rhythm; 0 = no frequency stands out.',
    formula: 'L ÷ k*, k* = argmax P_k, k = 2 … floor(L/2); ties within 1e−9: the smallest k; flat spectrum: 0',
    nullWhen: SHORT,
    reference: `${CALENDAR} Ties fall by rounding.`,
  }),
  periodicity_strength: float64({
    unit: '1',
    min: 0,
    max: 1,
    meaning: 'Share of the variation that the strongest rhythm carries.',
    formula: 'P_{k*} ÷ (Σ_{k≥2} P_k + ε), at most 1',
    nullWhen: SHORT,
    reference: CALENDAR,
  }),
  period_regularity: float64({
    unit: '1',
    min: 0,
    max: 10,
    meaning: 'How far the strongest rhythm exceeds the next three; 1 = no more than they.',
    formula: 'P₍₁₎ ÷ (mean(P₍₂₎, P₍₃₎, P₍₄₎) + ε), at most 10',
    nullWhen: SHORT,
    reference: CALENDAR,
  }),
};

const SHORTEST = 14;
/** Powers that differ by less, relatively, are equal: rounding must not choose the period. */
const TIE = 1e-9;

const scratch = new Scratch();

/**
 * Rhythm of a daily series. All NaN below 14 days or for a constant series.
 * Equal powers: the longest period wins, and a flat spectrum has period 0; `firstMaximum` takes the largest value as computed.
 */
export function periodicity(series: Float64Array, firstMaximum: boolean) {
  const length = series.length;
  const psd = Math.sqrt(centredSum(series, 2) / length);
  if (length < SHORTEST || !(psd > 0)) {
    return { weekly: Number.NaN, period: Number.NaN, strength: Number.NaN, regularity: Number.NaN };
  }
  const centre = mean(series);
  const z = scratch.take(length);
  for (let i = 0; i < length; i++) z[i] = (series[i]! - centre) / psd;
  const power = powerSpectrum(z).subarray(2);
  let [best, least] = [power[0]!, power[0]!];
  for (let i = 1; i < power.length; i++) {
    const value = power[i]!;
    if (value > best) best = value;
    if (value < least) least = value;
  }
  const flat = least >= (1 - TIE) * best;
  const enough = firstMaximum ? best : (1 - TIE) * best;
  let k = 2;
  while (k < power.length + 2 && power[k - 2]! < enough) k++;
  return {
    weekly: lagProduct(z, 7),
    period: flat && !firstMaximum ? 0 : length / k,
    strength: Math.min(1, best / (sumOf(power) + EPSILON)),
    regularity: prominence(power),
  };
}

function lagProduct(z: Float64Array, lag: number): number {
  let sum = 0;
  for (let i = 0; i + lag < z.length; i++) sum += z[i]! * z[i + lag]!;
  return sum / (z.length - lag);
}

/** The largest power against the mean of the three behind it, at most 10. */
function prominence(power: Float64Array): number {
  if (power.length <= 3) return 1;
  const top = [0, 0, 0, 0];
  for (let i = 0; i < power.length; i++) {
    const value = power[i]!;
    if (value <= top[3]!) continue;
    let place = 3;
    for (; place > 0 && value > top[place - 1]!; place--) top[place] = top[place - 1]!;
    top[place] = value;
  }
  return Math.min(10, top[0]! / ((top[1]! + top[2]! + top[3]!) / 3 + EPSILON));
}
