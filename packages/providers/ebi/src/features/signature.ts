import { defineDerived, float64 } from '@deeplogbot/core';
import { flagAbove, quantile } from './moments.js';

const NO_USERS = 'the log has no users';

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
