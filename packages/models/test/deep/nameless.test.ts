import { expect, it } from 'vitest';
import { asOneVisitor, namesUsers } from '../../src/deep/nameless.js';
import { measures } from './rows.js';

it('a log names users where one of its places has some', () => {
  expect(namesUsers(measures({ unique_users: [Number.NaN, 3] }))).toBe(true);
  expect(namesUsers(measures({ unique_users: [Number.NaN, Number.NaN] }))).toBe(false);
  expect(namesUsers(measures({ total_downloads: [1] }))).toBe(false);
});

it('without names a place is one visitor, who takes all of it', () => {
  const alone = asOneVisitor(measures({ total_downloads: [7, 9], num_sessions: [2, 3], active_days: [1, 2] }));
  const names = ['unique_users', 'downloads_per_user', 'user_visit_count', 'avg_active_days_per_user', 'active_days'];
  expect(names.map((name) => [...alone(name)!])).toEqual([
    [1, 1],
    [7, 9],
    [2, 3],
    [1, 2],
    [1, 2],
  ]);
  expect(alone('night_activity_ratio')).toBeUndefined();
});
