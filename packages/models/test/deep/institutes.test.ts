import { describe, expect, it } from 'vitest';
import { eachCollects, hasCollectors, isGathered } from '../../src/deep/machine-signs.js';
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

describe('eachCollects', () => {
  /** Twenty people who each take 120 files, twenty at a visit, throughout the log. */
  const INSTITUTE = {
    unique_users: 20,
    downloads_per_user: 120,
    total_downloads: 2400,
    user_visit_count: 120,
    avg_active_days_per_user: 5,
    lifespan_days: 400,
  };
  const scale = { bulk: 90, span: 1080, visit: 4 };

  it.each([
    ['an institute whose users each take whole data sets', INSTITUTE, true],
    ['two thirds of what is much in the log', { ...INSTITUTE, downloads_per_user: 60 }, true],
    ['less', { ...INSTITUTE, downloads_per_user: 59 }, false],
    ['readers, who take eleven at a visit', { ...INSTITUTE, user_visit_count: 210 }, false],
    ['a handful of users', { ...INSTITUTE, unique_users: 7 }, false],
    ['who hardly comes back', { ...INSTITUTE, avg_active_days_per_user: 2 }, false],
    ['a summer of it', { ...INSTITUTE, lifespan_days: 350 }, false],
    ['what cannot be measured', {}, false],
  ])('%s', (_, values, wanted) => {
    expect(eachCollects(row(values), scale)).toBe(wanted);
  });

  it('asks for visits three times as large as people make, and for two months of a short log', () => {
    expect(eachCollects(row(INSTITUTE), { ...scale, visit: 6.7 })).toBe(false);
    expect(eachCollects(row(INSTITUTE), { ...scale, visit: 6.6 })).toBe(true);
    expect(eachCollects(row(INSTITUTE), { ...scale, visit: Number.NaN })).toBe(true);
    expect(eachCollects(row({ ...INSTITUTE, lifespan_days: 59 }), { ...scale, span: 90 })).toBe(false);
    expect(eachCollects(row({ ...INSTITUTE, lifespan_days: 60 }), { ...scale, span: 90 })).toBe(true);
  });
});
