import { defineSeries, float64, type PlanNode, sql } from '@deeplogbot/core';
import { EPSILON, sumOf } from './moments.js';

const NO_USERS = 'no row has a user';

/** How downloads spread over the users, x₁ ≤ … ≤ x_U rows each. */
const userDistribution = defineSeries({
  name: 'user_distribution',
  from: ['by_user'],
  needs: ['user'],
  columns: {
    user_entropy: float64({
      unit: 'bit',
      min: 0,
      meaning: 'How evenly downloads spread over the users; log₂ U = all equal.',
      formula: '−Σ p log₂ p',
      nullWhen: NO_USERS,
      reference: 'log₂(p + 1e−10), a tiny negative number for one user.',
    }),
    user_gini_coefficient: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Inequality among users; 0 = all equal.',
      formula: '2 Σ i·xᵢ ÷ (U·T) − (U + 1) ÷ U',
      nullWhen: NO_USERS,
      reference: '0.5 for a single user.',
    }),
    single_download_user_ratio: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of users that downloaded once.',
      formula: '#{x = 1} ÷ U',
      nullWhen: NO_USERS,
    }),
    power_user_ratio: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Share of downloads by the top tenth of the users, at least one.',
      formula: 'Σ top max(1, ⌊U ÷ 10⌋) ÷ T',
      nullWhen: NO_USERS,
    }),
  },
  query: ({ by_user }) => sql`SELECT key, n FROM ${by_user!} ORDER BY key, n`,
  compute: ({ n }, { definitions }) => distribution(n!, definitions === 'clean'),
});

/** The four columns of ascending counts per user. */
export function distribution(x: Float64Array, clean: boolean) {
  const users = x.length;
  const total = sumOf(x);
  let entropy = 0;
  let weighted = 0;
  for (let i = 0; i < users; i++) {
    const p = x[i]! / total;
    entropy -= p * Math.log2(p + (clean ? 0 : EPSILON));
    weighted += (i + 1) * x[i]!;
  }
  const gini = (2 * weighted) / (users * total) - (users + 1) / users;
  const top = Math.max(1, Math.floor(users / 10));
  return {
    user_entropy: clean ? Math.max(0, entropy) : entropy,
    user_gini_coefficient: users < 2 ? (clean ? 0 : 0.5) : gini,
    single_download_user_ratio: x.filter((value) => value === 1).length / users,
    power_user_ratio: sumOf(x.subarray(users - top)) / total,
  };
}

export const userNodes: readonly PlanNode[] = [userDistribution];
