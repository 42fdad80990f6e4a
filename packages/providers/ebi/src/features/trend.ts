import { centredSum, clip, EPSILON, mean, sumOf } from './moments.js';

const SHORTEST = 4;
/** Slopes below this, per week and in means, have no direction. */
const LEVEL = 0.01;
const LIMIT = 10;

/** Least-squares line and parabola through a weekly series. All NaN below 4 weeks. */
export function trend(weeks: Float64Array) {
  const n = weeks.length;
  const none = Number.NaN;
  if (n < SHORTEST) return { slope: none, strength: none, acceleration: none, volatility: none, direction: none };
  const scale = mean(weeks) + EPSILON;
  const x = weeks.map((_, i) => i - (n - 1) / 2);
  const s2 = (n * (n * n - 1)) / 12;
  const slope = weeks.reduce((sum, w, i) => sum + w * x[i]!, 0) / s2;
  const spread = centredSum(weeks, 2);
  const normalised = slope / scale;
  return {
    slope: clip(normalised, -LIMIT, LIMIT),
    strength: spread > 0 ? clip((slope * slope * s2) / spread, 0, 1) : 0,
    acceleration: n >= 5 ? clip((2 * curvature(weeks, x, s2)) / scale, -LIMIT, LIMIT) : 0,
    volatility: Math.min(LIMIT, Math.sqrt(Math.max(0, spread - slope * slope * s2) / n) / scale),
    direction: Math.abs(normalised) < LEVEL ? 0 : Math.sign(normalised),
  };
}

/** Leading coefficient of the least-squares parabola. */
function curvature(weeks: Float64Array, x: Float64Array, s2: number): number {
  const n = weeks.length;
  const s4 = (n * (n * n - 1) * (3 * n * n - 7)) / 240;
  const moment = weeks.reduce((sum, w, i) => sum + w * x[i]! ** 2, 0);
  return (n * moment - s2 * sumOf(weeks)) / (n * s4 - s2 * s2);
}

/** The last 3 weeks against all earlier ones; with 3 weeks in all, against their weighted mean. NaN below 3. */
export function momentum(weeks: Float64Array): number {
  if (weeks.length < 3) return Number.NaN;
  const recent = mean(weeks.subarray(-3));
  const before =
    weeks.length > 3
      ? mean(weeks.subarray(0, -3))
      : (0.49 * weeks[0]! + 0.7 * weeks[1]! + weeks[2]!) / (0.49 + 0.7 + 1);
  return clip((recent - before) / (before + EPSILON), -5, 5);
}
