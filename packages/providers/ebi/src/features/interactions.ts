import { defineDerived, float64 } from '@deeplogbot/core';
import { quantile } from './moments.js';

const NO_USERS = 'the log has no users';

/** Users and downloads per user put together. */
export const interactions = defineDerived({
  name: 'interactions',
  from: ['downloads_per_user', 'unique_users', 'hourly_entropy'],
  columns: {
    dl_user_per_log_users: float64({
      unit: 'rows per user',
      min: 0,
      meaning: 'Downloads per user, damped by the number of users.',
      formula: 'DPU ÷ ln(U + 2)',
      nullWhen: NO_USERS,
    }),
    user_scarcity_score: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Near 1 where few users take much.',
      formula: 'e^(−U ÷ 100) if DPU > 20, else 0',
      nullWhen: NO_USERS,
    }),
    download_concentration: float64({
      unit: '1',
      min: 0,
      meaning: 'Downloads per user against the number of users.',
      formula: 'DPU ÷ (U + 1)',
      nullWhen: NO_USERS,
    }),
    temporal_irregularity: float64({
      unit: '1',
      min: 0,
      meaning: 'Much per user in few hours of the day.',
      formula: 'ln(DPU + 1) ÷ (hourly_entropy + 0.1)',
      nullWhen: NO_USERS,
    }),
    bot_composite_score: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Weighted mean of the scaled features above.',
      formula:
        '0.375 min(1, dl_user_per_log_users ÷ Q₀.₉₅) + 0.3125 user_scarcity_score + 0.3125 min(1, download_concentration ÷ Q₀.₉₅)',
      nullWhen: NO_USERS,
      reference: 'Where the forest ran first: weights 0.30, 0.25, 0.25 and 0.20 of clip(anomaly_score + 0.5, 0, 1).',
    }),
  },
  compute: (table) => {
    const users = table.need('unique_users');
    const dpu = table.need('downloads_per_user');
    const damped = dpu.map((value, i) => value / Math.log(users[i]! + 2));
    const scarcity = dpu.map((value, i) => (Number.isNaN(value) ? value : value > 20 ? Math.exp(-users[i]! / 100) : 0));
    const concentration = dpu.map((value, i) => value / (users[i]! + 1));
    const entropy = table.need('hourly_entropy');
    return {
      dl_user_per_log_users: damped,
      user_scarcity_score: scarcity,
      download_concentration: concentration,
      temporal_irregularity: dpu.map((value, i) => Math.log(value + 1) / (entropy[i]! + 0.1)),
      bot_composite_score: weightedMean([
        [0.3, scaleBy(damped)],
        [0.25, scarcity],
        [0.25, scaleBy(concentration)],
      ]),
    };
  },
});

/** min(1, v ÷ Q₀.₉₅); nothing where that quantile is 0. */
function scaleBy(values: Float64Array): Float64Array | undefined {
  const top = quantile(values, 0.95);
  return top > 1e-10 ? values.map((value) => Math.min(1, value / top)) : undefined;
}

/** Parts that are not there are left out and the other weights scaled up. */
function weightedMean(parts: readonly (readonly [number, Float64Array | undefined])[]): Float64Array {
  const present = parts.flatMap(([weight, values]) => (values ? [[weight, values] as const] : []));
  const total = present.reduce((sum, [weight]) => sum + weight, 0);
  return present[0]![1].map((_, i) => present.reduce((sum, [weight, values]) => sum + weight * values[i]!, 0) / total);
}
