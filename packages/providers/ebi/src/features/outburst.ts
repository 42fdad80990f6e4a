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
  const z = counts.map((count) => (count - centre) / sd);
  const high = [...z.keys()].filter((i) => z[i]! > HIGH);
  found.count = z.filter((value) => Math.abs(value) > HIGH).length;
  found.max = z.reduce((a, b) => Math.max(a, b));
  if (high.length === 0) return found;
  found.intensity = high.reduce((sum, i) => sum + z[i]!, 0) / high.length;
  found.ratio = high.reduce((sum, i) => sum + counts[i]!, 0) / sumOf(counts);
  found.sinceLast = (counts.length - high.at(-1)!) / counts.length;
  found.streak = longestRun(high.map((i) => (byPosition ? i : days[i]!)));
  return found;
}

/** Longest run of consecutive integers in an ascending list. */
function longestRun(places: readonly number[]): number {
  let longest = 0;
  let run = 0;
  places.forEach((place, i) => {
    run = i > 0 && place === places[i - 1]! + 1 ? run + 1 : 1;
    longest = Math.max(longest, run);
  });
  return longest;
}
