import { defineSeries, float64, type PlanNode, sql } from '@deeplogbot/core';
import { EPSILON, mean, sumOf } from './moments.js';
import { hourShares } from './statistical.js';

const TEMPLATE = [
  0.01, 0.005, 0.003, 0.002, 0.005, 0.01, 0.02, 0.04, 0.06, 0.07, 0.08, 0.08, 0.07, 0.07, 0.08, 0.07, 0.06, 0.05, 0.04,
  0.04, 0.04, 0.03, 0.02, 0.015,
];

const normalised = (values: Float64Array): Float64Array => {
  const total = sumOf(values);
  return values.map((value) => value / total);
};
const lifted = (values: Float64Array): Float64Array => normalised(values.map((value) => value + EPSILON));
const HUMAN_DAY = lifted(normalised(Float64Array.from(TEMPLATE)));

/** The shape of the 24-hour profile p₀ … p₂₃, UTC. Names are historical: each says less than it seems. */
const signatureHours = defineSeries({
  name: 'signature_hours',
  from: ['by_hour_of_day'],
  columns: {
    autocorrelation_lag1: float64({
      unit: '1',
      min: -1,
      max: 1,
      meaning: 'How smoothly the profile runs from hour to hour; 1 = slow rise and fall, below 0 = alternating hours.',
      formula: 'Pearson correlation of (p₀ … p₂₂) with (p₁ … p₂₃)',
      nullWhen: 'one of the two has no spread, as in a uniform day',
      reference: '0 where undefined.',
    }),
    circadian_deviation: float64({
      unit: '1',
      min: 0,
      max: Math.sqrt(Math.LN2),
      meaning: 'Distance of the profile from a typical working day; 0 = the same, 0.27 = uniform, 0.83 = disjoint.',
      formula: 'Jensen–Shannon distance (square root, natural log) between p and the template, ε added to each cell',
      nullWhen: 'never',
    }),
    request_timing_entropy: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'How widely rows are spread over the hours of the day; 1 = uniform.',
      formula: '−Σ p_h ln(p_h + ε) ÷ ln 24',
      nullWhen: 'never',
    }),
  },
  query: ({ by_hour_of_day }, { dialect }) => sql`
    SELECT key, ${dialect.double(sql`hour`)} AS hour, ${dialect.double(sql`n`)} AS n
    FROM ${by_hour_of_day!} ORDER BY key, hour`,
  compute: ({ hour, n }, { definitions }) => {
    const p = hourShares(hour!, n!);
    const correlation = pearson(p.subarray(0, 23), p.subarray(1));
    return {
      autocorrelation_lag1: Number.isNaN(correlation) && definitions === 'reference' ? 0 : correlation,
      circadian_deviation: jensenShannon(lifted(p), HUMAN_DAY),
      request_timing_entropy: Math.max(0, p.reduce((sum, x) => sum - x * Math.log(x + EPSILON), 0) / Math.log(24)),
    };
  },
});

function pearson(a: Float64Array, b: Float64Array): number {
  const meanA = mean(a);
  const meanB = mean(b);
  let ab = 0;
  let aa = 0;
  let bb = 0;
  a.forEach((x, i) => {
    ab += (x - meanA) * (b[i]! - meanB);
    aa += (x - meanA) ** 2;
    bb += (b[i]! - meanB) ** 2;
  });
  return aa > EPSILON ** 2 && bb > EPSILON ** 2 ? ab / Math.sqrt(aa * bb) : Number.NaN;
}

function jensenShannon(p: Float64Array, q: Float64Array): number {
  let divergence = 0;
  p.forEach((x, i) => {
    const middle = (x + q[i]!) / 2;
    divergence += (x * Math.log(x / middle) + q[i]! * Math.log(q[i]! / middle)) / 2;
  });
  return Math.sqrt(Math.max(0, divergence));
}

export const signatureHoursNodes: readonly PlanNode[] = [signatureHours];
