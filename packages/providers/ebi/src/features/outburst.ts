import { float64 } from '@deeplogbot/core';
import { deviation, mean, sumOf } from './moments.js';
import { ZERO } from './reference-notes.js';

const ONE_DAY = 'active on a single day';

export const outburstColumns = {
  outburst_count: float64({
    unit: 'days',
    min: 0,
    meaning: 'Active days far from the usual day, up or down.',
    formula: 'days with abs(z) > 2, z = (d − mean(d)) ÷ sd(d)',
    nullWhen: ONE_DAY,
    reference: ZERO,
  }),
  outburst_intensity: float64({
    unit: 'sd',
    min: 0,
    meaning: 'How far the high days stand out; 0 = no high day.',
    formula: 'mean z over days with z > 2',
    nullWhen: ONE_DAY,
    reference: ZERO,
  }),
  max_outburst_zscore: float64({
    unit: 'sd',
    min: 0,
    meaning: 'How far the busiest day stands out.',
    formula: 'max z',
    nullWhen: ONE_DAY,
    reference: ZERO,
  }),
  outburst_ratio: float64({
    unit: '1',
    min: 0,
    max: 1,
    meaning: 'Share of rows that fall on high days.',
    formula: 'Σ d over days with z > 2 ÷ n',
    nullWhen: ONE_DAY,
    reference: ZERO,
  }),
  time_since_last_outburst: float64({
    unit: '1',
    min: 0,
    max: 1,
    meaning: 'How long ago the last high day was, in active days; 1 = none.',
    formula: 'position of the last high day from the end ÷ D; 1 if none',
    nullWhen: ONE_DAY,
    reference: '1 where undefined.',
  }),
  longest_outburst_streak: float64({
    unit: 'days',
    min: 0,
    meaning: 'Most high days in a row on the calendar.',
    formula: 'longest run of consecutive dates with z > 2',
    nullWhen: ONE_DAY,
    reference: 'Consecutive in the list of active days; 0 where undefined.',
  }),
};

/** z above this is a high day. */
const HIGH = 2;

/**
 * Days that stand out among a key's active days, z = (d − mean) ÷ sd. `days` are day numbers.
 * A streak runs over the calendar, or over the list of active days where `byPosition`. All NaN for a single day.
 */
export function outbursts(days: Float64Array, counts: Float64Array, byPosition: boolean) {
  const sd = deviation(counts);
  const centre = mean(counts);
  const found = { count: 0, intensity: 0, max: 0, ratio: 0, sinceLast: 1, streak: 0 };
  if (Number.isNaN(sd)) return { ...found, count: sd, intensity: sd, max: sd, ratio: sd, sinceLast: sd, streak: sd };
  if (sd === 0) return found;
  let [high, intensity, ratio, last, run] = [0, 0, 0, -1, 0];
  found.max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < counts.length; i++) {
    const z = (counts[i]! - centre) / sd;
    if (Math.abs(z) > HIGH) found.count++;
    if (z > found.max) found.max = z;
    if (!(z > HIGH)) continue;
    intensity += z;
    ratio += counts[i]!;
    run = last >= 0 && (byPosition ? i - last : days[i]! - days[last]!) === 1 ? run + 1 : 1;
    if (run > found.streak) found.streak = run;
    last = i;
    high++;
  }
  if (high === 0) return found;
  found.intensity = intensity / high;
  found.ratio = ratio / sumOf(counts);
  found.sinceLast = (counts.length - last) / counts.length;
  return found;
}
