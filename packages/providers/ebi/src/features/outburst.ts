import { deviation, mean, sumOf } from './moments.js';

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
