import { defineDerived, float64 } from '@deeplogbot/core';
import { EPSILON, mean } from './moments.js';

const NO_USERS = 'the log has no users';

/** Ratios of counts. A location without a known user is taken as one user, and says so by `unique_users` = 0. */
export const userRatios = defineDerived({
  name: 'user_ratios',
  from: ['total_downloads', 'unique_users', 'unique_projects', 'active_hours', 'avg_users_per_hour', 'hourly_users_cv'],
  columns: {
    downloads_per_user: float64({
      unit: 'rows per user',
      min: 1,
      meaning: 'Downloads per distinct user.',
      formula: 'n ÷ max(U, 1)',
      nullWhen: NO_USERS,
      reference: 'Undefined where U = 0, and the location is dropped.',
    }),
    user_cv: float64({
      unit: '1',
      min: 0,
      meaning: 'How unequal the numbers of users per active clock hour are.',
      formula: 'sd(a) ÷ mean(a)',
      nullWhen: 'fewer than two active hours, or no users',
      reference: 'avg_users_per_hour ÷ (its mean over all locations + ε), which is not a coefficient of variation.',
    }),
    users_per_active_hour: float64({
      unit: 'users per h',
      min: 0,
      meaning: 'Distinct users of the whole window per active clock hour; not a concurrency.',
      formula: 'U ÷ A',
      nullWhen: NO_USERS,
    }),
    projects_per_user: float64({
      unit: 'projects per user',
      min: 0,
      meaning: 'Distinct data sets per distinct user.',
      formula: 'P ÷ max(U, 1)',
      nullWhen: 'the log has no users or no projects',
    }),
  },
  compute: (table, { definitions }) => {
    const users = table.need('unique_users');
    const ratio = (numerator: Float64Array) => numerator.map((value, i) => value / (users[i] === 0 ? 1 : users[i]!));
    const average = table.need('avg_users_per_hour');
    const overall = mean(average) + EPSILON;
    return {
      downloads_per_user: ratio(table.need('total_downloads')),
      user_cv: definitions === 'clean' ? table.need('hourly_users_cv') : average.map((value) => value / overall),
      users_per_active_hour: users.map((value, i) => value / table.need('active_hours')[i]!),
      projects_per_user: ratio(table.need('unique_projects')),
    };
  },
});
