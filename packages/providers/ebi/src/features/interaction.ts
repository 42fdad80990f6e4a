import { type Derived, defineDerived, type FeatureTable, float64, type PlanNode } from '@deeplogbot/core';
import { clip, flagAbove, quantile } from './moments.js';

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

/** Readers of the isolation forest's score. */
export const anomalyInteraction = defineDerived({
  name: 'anomaly_interaction',
  from: ['downloads_per_user', 'anomaly_score'],
  columns: {
    anomaly_dl_interaction: float64({
      unit: 'rows per user',
      min: 0,
      meaning: 'Downloads per user of unusual locations.',
      formula: 'clip(anomaly_score + 0.5, 0, 1) × DPU',
      nullWhen: NO_USERS,
    }),
  },
  compute: (table: FeatureTable) => {
    const score = table.need('anomaly_score');
    return {
      anomaly_dl_interaction: table.need('downloads_per_user').map((dpu, i) => clip(score[i]! + 0.5, 0, 1) * dpu),
    };
  },
});

/** Signature features. The legacy names are kept; what each really measures is said here. */
export const signature = defineDerived({
  name: 'signature',
  from: [
    'hourly_entropy',
    'unique_users',
    'total_downloads',
    'working_hours_ratio',
    'downloads_per_user',
    'active_hours',
    'weekend_ratio',
  ],
  columns: {
    access_regularity: float64({
      unit: '1',
      min: 0,
      max: 10,
      meaning: 'Downloads in few hours of the day.',
      formula: '1 ÷ (hourly_entropy + 0.1)',
      nullWhen: 'never',
    }),
    ua_per_user: float64({
      unit: '1',
      min: 0,
      max: 100,
      meaning: 'A saturating function of downloads per user; no browser is known.',
      formula: '1 ÷ (U ÷ (n + 1) + 0.01)',
      nullWhen: NO_USERS,
    }),
    request_velocity: float64({
      unit: 'rows per h',
      min: 0,
      meaning: 'Downloads per active clock hour.',
      formula: 'n ÷ A',
      nullWhen: 'never',
      reference: 'n ÷ (168 · working_hours_ratio + 1), a damped volume.',
    }),
    ip_concentration: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: 'Few users, on a logarithmic scale against the location with the most.',
      formula: '1 − ln(1 + U) ÷ ln(2 + max U)',
      nullWhen: NO_USERS,
    }),
    session_anomaly: float64({
      unit: '1',
      min: 0,
      meaning: 'Distance of downloads per user from the median of all locations.',
      formula: '|DPU − median| ÷ (median + 1)',
      nullWhen: NO_USERS,
    }),
    request_pattern_anomaly: float64({
      unit: '1',
      min: 0,
      max: 10,
      meaning: 'How little each user takes, weighed by how many there are.',
      formula: '1 ÷ (DPU ÷ (ln(1 + U) + 1) + 0.1)',
      nullWhen: NO_USERS,
    }),
    weekend_weekday_imbalance: float64({
      unit: '1',
      min: 0,
      max: 5 / 7,
      meaning: 'Distance of the weekend share from that of an even week.',
      formula: '|weekend_ratio − 2/7|',
      nullWhen: 'never',
      reference: '|working_hours_ratio − 0.5|; no weekday is involved.',
    }),
    is_high_velocity: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '1 for the tenth of locations with the highest request_velocity.',
      formula: 'request_velocity > Q₀.₉',
      nullWhen: 'never',
      reference: 'Named and never computed.',
    }),
  },
  compute: (table, { definitions }) => {
    const clean = definitions === 'clean';
    const users = table.need('unique_users');
    const n = table.need('total_downloads');
    const dpu = table.need('downloads_per_user');
    const working = table.need('working_hours_ratio');
    const most = users.reduce((a, b) => Math.max(a, b), 0);
    const median = quantile(dpu, 0.5);
    const velocity = clean
      ? n.map((value, i) => value / table.need('active_hours')[i]!)
      : n.map((value, i) => value / (168 * working[i]! + 1));
    return {
      access_regularity: table.need('hourly_entropy').map((h) => 1 / (h + 0.1)),
      ua_per_user: users.map((u, i) => 1 / (u / (n[i]! + 1) + 0.01)),
      request_velocity: velocity,
      ip_concentration: users.map((u) => 1 - Math.log(1 + u) / Math.log(2 + most)),
      session_anomaly: dpu.map((value) => Math.abs(value - median) / (median + 1)),
      request_pattern_anomaly: dpu.map((value, i) => 1 / (value / (Math.log(1 + users[i]!) + 1) + 0.1)),
      weekend_weekday_imbalance: clean
        ? table.need('weekend_ratio').map((share) => Math.abs(share - 2 / 7))
        : working.map((share) => Math.abs(share - 0.5)),
      is_high_velocity: flagAbove(velocity, quantile(velocity, 0.9)),
    };
  },
});

export const interactionNodes: readonly PlanNode[] = [interactions, signature];
export const afterAnomalyNodes: readonly Derived[] = [anomalyInteraction];
