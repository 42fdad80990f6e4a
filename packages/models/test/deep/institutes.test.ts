import { describe, expect, it } from 'vitest';
import { hasCollectors, isGathered } from '../../src/deep/machine-signs.js';
import { row } from './rows.js';

const INSTITUTE = {
  unique_users: 6,
  user_gini_coefficient: 0.2,
  downloads_per_session: 30,
  top3_project_concentration: 0.1,
};

describe('isGathered', () => {
  it.each([
    ['users who all take whole data sets', INSTITUTE, true],
    ['a group of which few take much', { ...INSTITUTE, user_gini_coefficient: 0.6 }, false],
    ['readers', { ...INSTITUTE, downloads_per_session: 5 }, false],
    ['a favourite data set', { ...INSTITUTE, top3_project_concentration: 0.7 }, false],
    ['one person', { ...INSTITUTE, unique_users: 1 }, false],
    ['what cannot be measured', {}, false],
  ])('%s', (_, values, wanted) => {
    expect(isGathered(row(values))).toBe(wanted);
  });
});

describe('hasCollectors', () => {
  /** Thirty people, two of whom make most of 3,000 downloads in visits of a hundred. */
  const INSTITUTION = {
    unique_users: 30,
    user_gini_coefficient: 0.8,
    user_visit_size_cv: 1.9,
    avg_active_days_per_user: 6,
    active_weeks: 60,
    downloads_per_user: 100,
    total_downloads: 3000,
    user_entropy: 2.3,
    unique_projects: 300,
  };

  it.each([
    ['an institute of which two collect', INSTITUTION, true],
    ['a university, whose people differ less', { ...INSTITUTION, user_gini_coefficient: 0.55 }, false],
    ['a laboratory of which some come more often', { ...INSTITUTION, user_visit_size_cv: 1.2 }, false],
    ['a summer of it', { ...INSTITUTION, active_weeks: 20 }, false],
    // 2 ** 5 = 32 that count as much as each other, of whom each takes less than a hundred.
    ['no two of whom make most', { ...INSTITUTION, user_entropy: 5 }, false],
    ['few data sets', { ...INSTITUTION, unique_projects: 40 }, false],
    ['what cannot be measured', {}, false],
  ])('%s', (_, values, wanted) => {
    expect(hasCollectors(row(values))).toBe(wanted);
  });
});
