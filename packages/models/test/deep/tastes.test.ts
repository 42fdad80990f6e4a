import { describe, expect, it } from 'vitest';
import { behaviourCriteria } from '../../src/deep/behaviour-criteria.js';
import { isIndifferent, sharesNothing, tastesOf } from '../../src/deep/tastes.js';
import { row } from './rows.js';

const SCALE = { projects: 2000, visit: 4, span: 1430, tastes: Number.NaN };

describe('sharesNothing', () => {
  /** Thirty names who took 80 things of 70 data sets, no matter how many at a visit. */
  const UNSHARED = {
    unique_users: 30,
    total_downloads: 80,
    user_visit_count: 40,
    unique_projects: 70,
    top_project_concentration: 0.025,
  };

  it.each([
    ['names who never want the same', UNSHARED, true],
    ['just as much in common as those may have', { ...UNSHARED, unique_projects: 64 }, true],
    ['people, who have more in common', { ...UNSHARED, unique_projects: 63 }, false],
    // 40 visits to 70 data sets: chance gives the luckiest 1.1 · (0.57 + 4 · √0.57) = 3.95 of them, a tenth.
    ['a town with a favourite', { ...UNSHARED, top_project_concentration: 0.1 }, false],
    ['a laboratory, each of which has a subject', { ...UNSHARED, unique_users: 9 }, false],
    ['too little to tell', { ...UNSHARED, total_downloads: 29, unique_projects: 29 }, false],
    ['what cannot be measured', {}, false],
  ])('%s', (_, values, wanted) => {
    expect(sharesNothing(row(values), SCALE)).toBe(wanted);
    expect(sharesNothing(row(values), { ...SCALE, visit: Number.NaN })).toBe(wanted);
  });

  it('asks where people take one thing at a time whether some would have met', () => {
    const single = { ...SCALE, visit: 1.2 };
    expect(sharesNothing(row(UNSHARED), single)).toBe(false); // of 80 at random from 2,000 two meet
    // 500 at random from 2,000 hit 2,000 · (1 − e^−0.25) = 442, of which nine tenths are 398.
    const farm = { unique_users: 300, total_downloads: 500, user_visit_count: 500, top_project_concentration: 0.006 };
    expect(sharesNothing(row({ ...farm, unique_projects: 442 }), single)).toBe(true);
    expect(sharesNothing(row({ ...farm, unique_projects: 401 }), single)).toBe(true);
    // 700 hit 591 of 2,000: nine tenths are 532, and a share of 0.8 is 560.
    expect(sharesNothing(row({ ...farm, total_downloads: 700, unique_projects: 559 }), single)).toBe(false);
    // 200 hit 190.3 of 2,000: ten have met; 199 hit 189.4.
    const few = { ...farm, unique_projects: 199, user_visit_count: 199, top_project_concentration: 0.01 };
    expect(sharesNothing(row({ ...few, total_downloads: 206 }), single)).toBe(true);
    expect(sharesNothing(row({ ...few, total_downloads: 199 }), single)).toBe(false);
  });

  it('takes nobody for an institute who shares nothing', () => {
    const scale = { ...SCALE, crowd: 80, bulk: 60, returning: 0.6, week: 0.4 };
    const crawler = { unique_users: 40, downloads_per_user: 65, total_downloads: 2600, unique_projects: 2200 };
    const flat = { user_visit_count: 1400, top_project_concentration: 0.001, weekend_ratio: 0.28, num_sessions: 1300 };
    const place = { ...crawler, ...flat, hourly_entropy: 3.17, avg_active_days_per_user: 30, lifespan_days: 480 };
    const found = behaviourCriteria({ ...scale, projects: 9000 })(row(place));
    expect(found).toEqual({ organic: 0, bot: 0.6, hub: 0 });
    expect(behaviourCriteria(scale)(row({ ...place, unique_projects: 1900 })).hub).toBeGreaterThan(0);
  });

  it('makes exemplars of bots of those who keep office hours and come back', () => {
    const scale = {
      crowd: 40,
      bulk: 60,
      returning: 1,
      projects: 2000,
      span: 1430,
      week: 0.8,
      visit: 3,
      tastes: Number.NaN,
    };
    const office = { weekend_ratio: 0.05, night_activity_ratio_local: 0.02, hourly_entropy: 2.2, num_sessions: 40 };
    const names = { ...UNSHARED, ...office, downloads_per_user: 2.7, avg_active_days_per_user: 2.5 };
    expect(behaviourCriteria(scale)(row(names))).toEqual({ organic: 0, bot: 0.6, hub: 0 });
    expect(behaviourCriteria(scale)(row({ ...names, unique_projects: 60 })).bot).toBe(0);
  });
});

describe('isIndifferent', () => {
  /** 1,000 names that come 6,000 times for one of 2,500 data sets: the luckiest is taken ten times, 1.3 · (2.4 + 4 · √2.4) = 11.2 at most. */
  const DRAWN = {
    unique_users: 1000,
    user_visit_count: 6000,
    unique_projects: 2500,
    top_project_concentration: 10 / 6000,
  };

  it.each([
    ['a crowd without a favourite', DRAWN, true],
    ['people, of whom many want one thing', { ...DRAWN, top_project_concentration: 12 / 6000 }, false],
    ['who never comes for a thing again', { ...DRAWN, unique_projects: 4700 }, false],
    ['a laboratory', { ...DRAWN, unique_users: 14 }, false],
    ['visits too few to tell', { ...DRAWN, user_visit_count: 299, unique_projects: 200 }, false],
    ['data sets too few to choose from', { ...DRAWN, unique_projects: 9 }, false],
    ['what cannot be measured', {}, false],
  ])('%s', (_, values, wanted) => {
    expect(isIndifferent(row(values), { tastes: 0.9 })).toBe(wanted);
    expect(isIndifferent(row(values), { tastes: 0.3 })).toBe(false);
    expect(isIndifferent(row(values), { tastes: Number.NaN })).toBe(false);
  });
});

describe('the tastes of a log', () => {
  const people = { num_sessions: 80, weekend_ratio: 0.05, night_activity_ratio_local: 0.02, hourly_entropy: 2.3 };
  const place = { ...people, user_visit_count: 100, unique_projects: 50, top_project_concentration: 0.2 };
  const flat = { ...place, top_project_concentration: 0.05 };

  it('are the share of places of people who have favourites', () => {
    const six = Array.from({ length: 6 }, () => row(place));
    expect(tastesOf([...six, row(flat), row(flat)])).toBe(0.75);
    expect(tastesOf([...six, row(flat)])).toBeNaN(); // seven tell nothing
  });

  it('are asked of those who keep hours and come for things again', () => {
    const eight = Array.from({ length: 8 }, () => row(place));
    const machine = { ...flat, weekend_ratio: 0.29, night_activity_ratio_local: 0.33 };
    const others = [
      machine,
      { ...flat, user_visit_count: 59 },
      { ...flat, unique_projects: 80 },
      { ...flat, unique_projects: 9 },
      {},
    ];
    expect(tastesOf([...eight, ...others.map((values) => row(values))])).toBe(1);
    expect(tastesOf([])).toBeNaN();
  });
});
