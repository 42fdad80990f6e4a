import { describe, expect, it } from 'vitest';
import { behaviourCriteria } from '../../src/deep/behaviour-criteria.js';
import {
  areSent,
  isCity,
  isPassing,
  isPicking,
  isSettled,
  isShift,
  isTown,
  isUnsleeping,
} from '../../src/deep/crowds.js';
import { prefersHours } from '../../src/deep/hours.js';
import { row } from './rows.js';

const SCALE = { projects: 2000, visit: 4, span: 1430, tastes: Number.NaN };

/** 60 names, each of which comes about twice for one file, always of another data set, in office hours. */
const PICKING = { unique_users: 60, total_downloads: 150, user_visit_count: 148, unique_projects: 146 };

describe('isPicking', () => {
  it.each([
    ['names that take one thing at a time and nothing twice', PICKING, true],
    ['people, who take several files at a visit', { ...PICKING, user_visit_count: 60 }, false],
    ['people, who want what others want', { ...PICKING, unique_projects: 110 }, false],
    ['a handful of names', { ...PICKING, unique_users: 4 }, true],
    ['somebody alone', { ...PICKING, unique_users: 3 }, false],
    ['too little to tell', { ...PICKING, total_downloads: 20, user_visit_count: 20, unique_projects: 20 }, false],
    ['what cannot be measured', {}, false],
  ])('%s', (_, values, wanted) => {
    expect(isPicking(row(values), SCALE)).toBe(wanted);
  });

  it('knows that a small archive runs out of other data sets', () => {
    // 150 downloads at random hit 100 · (1 − e^−1.5) = 78 of 100 data sets; nine tenths of that are 70.
    expect(isPicking(row({ ...PICKING, unique_projects: 72 }), { ...SCALE, projects: 100 })).toBe(true);
    expect(isPicking(row({ ...PICKING, unique_projects: 68 }), { ...SCALE, projects: 100 })).toBe(false);
    expect(isPicking(row(PICKING), { ...SCALE, projects: Number.POSITIVE_INFINITY })).toBe(true);
  });

  it('judges nobody where the people of the log take one thing at a time, too', () => {
    expect(isPicking(row(PICKING), { ...SCALE, visit: 1 })).toBe(false);
    expect(isPicking(row(PICKING), { ...SCALE, visit: Number.NaN })).toBe(false);
  });
});

describe('isPassing', () => {
  /** Forty names of which hardly one comes back, in all hours of the day. */
  const PASSING = {
    unique_users: 40,
    total_downloads: 110,
    downloads_per_user: 2.75,
    user_visit_count: 70,
    avg_active_days_per_user: 1.4,
    hourly_entropy: 3.05,
    unique_projects: 50,
    top_project_concentration: 0.05,
  };

  it.each([
    ['a crowd that is there at all hours', PASSING, true],
    ['somebody sleeps', { ...PASSING, hourly_entropy: 2.9 }, false],
    ['people of all zones, who come back', { ...PASSING, avg_active_days_per_user: 1.7 }, false],
    ['people of all zones with a favourite', { ...PASSING, top_project_concentration: 0.19 }, false],
    ['a handful of people', { ...PASSING, unique_users: 29 }, false],
    ['names that take much', { ...PASSING, downloads_per_user: 20 }, false],
    ['too few visits to tell hours', { ...PASSING, user_visit_count: 59 }, false],
    ['what cannot be measured', {}, false],
  ])('%s', (_, values, wanted) => {
    expect(isPassing(row(values))).toBe(wanted);
  });

  it('is no course on line', () => {
    const course = { ...PASSING, unique_projects: 4, lifespan_days: 60, avg_active_days_per_user: 1.4 };
    expect(isPassing(row(course))).toBe(false);
    expect(isPassing(row({ ...course, lifespan_days: 101 }))).toBe(true);
  });

  it('makes exemplars of bots', () => {
    const scale = {
      crowd: 200,
      bulk: 60,
      returning: 1,
      projects: 2000,
      span: 1430,
      week: 0.8,
      visit: 3,
      tastes: Number.NaN,
    };
    const place = { ...PASSING, user_gini_coefficient: 0.45, weekend_ratio: 0.28, num_sessions: 70 };
    expect(behaviourCriteria(scale)(row(place)).bot).toBe(0.6);
    expect(behaviourCriteria(scale)(row({ ...place, hourly_entropy: 2.9 })).bot).toBe(0);
  });
});

/** 300 people behind one address: one visit each, some files of a data set, in waking hours. */
const TOWN = {
  unique_users: 300,
  total_downloads: 900,
  user_visit_count: 360,
  unique_projects: 330,
  top_project_concentration: 0.03,
  user_gini_coefficient: 0.32,
  hourly_entropy: 2.89,
  lifespan_days: 1400,
};

describe('isTown', () => {
  it.each([
    ['a town with a favourite', TOWN, true],
    // A mean of 1.09 visits to a data set: chance gives the luckiest some 5.3 of 360, times 1.1 are 0.0161 of all.
    ['no favourite beyond chance', { ...TOWN, top_project_concentration: 0.016 }, false],
    ['a favourite just beyond chance', { ...TOWN, top_project_concentration: 0.0163 }, true],
    ['too few data sets for a favourite', { ...TOWN, unique_projects: 9, top_project_concentration: 0.9 }, false],
    ['a conference, whose favourite is the week', { ...TOWN, top_project_concentration: 0.01, lifespan_days: 5 }, true],
    ['a burst', { ...TOWN, top_project_concentration: 0.01, lifespan_days: 0.5 }, false],
    ['names that take one thing at a time', { ...TOWN, user_visit_count: 890 }, false],
    ['visits somewhat larger than in the median', { ...TOWN, user_visit_count: 180 }, true],
    ['names that take more than people do', { ...TOWN, user_visit_count: 170 }, false],
    ['names that are used alike', { ...TOWN, user_gini_coefficient: 0.15 }, false],
    ['names that come around the clock', { ...TOWN, hourly_entropy: 3.15 }, false],
    ['a laboratory', { ...TOWN, unique_users: 12 }, false],
    ['what cannot be measured', {}, false],
  ])('%s', (_, values, wanted) => {
    expect(isTown(row(values), SCALE)).toBe(wanted);
  });

  it('is no event in a log that lasts hardly longer', () => {
    const conference = row({ ...TOWN, top_project_concentration: 0.01, lifespan_days: 5 });
    expect(isTown(conference, { ...SCALE, span: 20 })).toBe(true);
    expect(isTown(conference, { ...SCALE, span: 19 })).toBe(false);
  });

  it('is settled where it is there for most of the log, at visits as large as those of others', () => {
    expect(isSettled(row(TOWN), SCALE)).toBe(true); // 2.5 a visit
    expect(isSettled(row(TOWN), { ...SCALE, visit: 5.1 })).toBe(false);
    expect(isSettled(row({ ...TOWN, lifespan_days: 700 }), SCALE)).toBe(false);
  });

  it('is people to the criteria even where nobody is seen twice, if it is settled', () => {
    const criteria = behaviourCriteria({ ...SCALE, crowd: 100, bulk: 100, returning: 1, week: 0.8 });
    const isp = { ...TOWN, num_sessions: 355, downloads_per_user: 3, avg_active_days_per_user: 1 };
    expect(criteria(row(isp))).toEqual({ organic: 0.4, bot: 0, hub: 0 });
    expect(criteria(row({ ...isp, lifespan_days: 300 })).organic).toBe(0);
    expect(criteria(row({ ...isp, top_project_concentration: 0.01 })).bot).toBeCloseTo(0.8, 12);
  });

  it('is people to the criteria, whose other signs would have it a farm, and a crowd that picks is a bot whatever its hours', () => {
    const scale = { ...SCALE, crowd: 100, bulk: 100, returning: 1, week: 0.8 };
    const of = (values: Readonly<Record<string, number>>) => behaviourCriteria(scale)(row(values));
    const days = { num_sessions: 355, night_activity_ratio_local: 0.15, weekend_ratio: 0.27, downloads_per_user: 3 };
    const town = { ...TOWN, ...days, avg_active_days_per_user: 1.2 };
    expect(of(town)).toEqual({ organic: 0.4, bot: 0, hub: 0 });
    const picks = { ...town, user_visit_count: 880, top_project_concentration: 0.01, avg_active_days_per_user: 2.9 };
    expect(of(picks).bot).toBe(0.6);
    const office = { num_sessions: 140, night_activity_ratio_local: 0, weekend_ratio: 0.08, hourly_entropy: 2.5 };
    expect(of({ ...PICKING, ...office, downloads_per_user: 2.5, avg_active_days_per_user: 2.4 })).toEqual({
      organic: 0,
      bot: 0.6,
      hub: 0,
    });
  });
});

describe('prefersHours', () => {
  it('asks for less of a preference the more visits there are, and for some from everybody', () => {
    const of = (user_visit_count: number, hourly_entropy: number) =>
      prefersHours(row({ user_visit_count, hourly_entropy }));
    // Visits at random hours have 2.99 in the mean at 60 visits, and 3.06 at 100; three deviations are 0.17 and 0.10.
    expect(of(60, 2.9)).toBe(false);
    expect(of(60, 2.78)).toBe(true);
    expect(of(100, 2.9)).toBe(true);
    expect(of(100, 2.99)).toBe(false);
    expect(of(100_000, 3.05)).toBe(false);
    expect(of(Number.NaN, 1)).toBe(false);
    expect(of(100, Number.NaN)).toBe(false);
  });
});

describe('areSent', () => {
  /** 160 names that come three times, each time for one of forty files of two data sets, at any hour. */
  const SENT = {
    unique_users: 160,
    total_downloads: 500,
    user_visit_count: 480,
    avg_active_days_per_user: 3,
    unique_projects: 2,
    unique_files: 40,
    num_sessions: 3,
    active_days: 3,
    hourly_entropy: 1.1,
    night_activity_ratio_local: 0.33,
    weekend_ratio_local: 0,
  };

  it.each([
    ['names that come at night for one thing each', SENT, true],
    ['the same at weekends', { ...SENT, night_activity_ratio_local: 0, weekend_ratio_local: 0.12 }, true],
    // Three visits at random hours have an entropy of about 1.04 in the mean.
    ['the same by day, each time at another hour', { ...SENT, night_activity_ratio_local: 0 }, true],
    ['the same by day at one hour, all at once', { ...SENT, night_activity_ratio_local: 0, hourly_entropy: 0.3 }, true],
    [
      'a class of which some come at a time',
      { ...SENT, night_activity_ratio_local: 0, hourly_entropy: 0.3, num_sessions: 45 },
      false,
    ],
    ['one command that is never repeated', { ...SENT, avg_active_days_per_user: 1, user_visit_count: 500 }, true],
    ['a class that takes several things each', { ...SENT, user_visit_count: 200 }, false],
    ['a town of which each comes once', { ...SENT, avg_active_days_per_user: 1.05, num_sessions: 200 }, false],
    ['a crowd that wants everything', { ...SENT, unique_projects: 140 }, false],
    ['a handful', { ...SENT, unique_users: 14 }, false],
    ['what cannot be measured', {}, false],
  ])('%s', (_, values, wanted) => {
    expect(areSent(row(values), SCALE)).toBe(wanted);
  });

  it('judges nobody where the people of the log take one thing at a time, too', () => {
    expect(areSent(row(SENT), { visit: 1 })).toBe(false);
    expect(areSent(row(SENT), { visit: Number.NaN })).toBe(false);
  });

  it('counts five files for one thing in a log without data sets', () => {
    // 160 names are given 96 things at most.
    const { unique_projects: _, ...nameless } = SENT;
    expect(areSent(row({ ...nameless, unique_files: 5 * 96 }), SCALE)).toBe(true);
    expect(areSent(row({ ...nameless, unique_files: 5 * 96 + 1 }), SCALE)).toBe(false);
  });

  it('takes a dozen visits of users at one command for a crowd that comes at once', () => {
    const once = { ...SENT, unique_users: 20, total_downloads: 25, num_sessions: 2, active_days: 2 };
    const few = { ...once, avg_active_days_per_user: 1.1 };
    expect(areSent(row({ ...few, user_visit_count: 24 }), SCALE)).toBe(true);
    expect(areSent(row({ ...few, user_visit_count: 23 }), SCALE)).toBe(false);
  });

  it('knows a place where somebody is always there, whose visits never end', () => {
    const day = { ...SENT, night_activity_ratio_local: 0.05, hourly_entropy: 2.6, avg_active_days_per_user: 1.2 };
    expect(areSent(row({ ...day, num_sessions: 2, active_days: 2 }), SCALE)).toBe(true);
    expect(areSent(row({ ...day, num_sessions: 2, active_days: 300 }), SCALE)).toBe(false);
    expect(areSent(row({ ...day, num_sessions: 13, active_days: 13 }), SCALE)).toBe(false);
  });
});

describe('isShift', () => {
  /** Thirty names that take 180 data sets one by one within seven hours, whatever the day. */
  const NIGHTS = {
    unique_users: 30,
    total_downloads: 305,
    user_visit_count: 295,
    unique_projects: 180,
    hourly_entropy: 1.93,
    weekend_ratio: 0.28,
  };

  it.each([
    ['names at work on all days alike', NIGHTS, true],
    ['people, who rest at weekends', { ...NIGHTS, weekend_ratio: 0.15 }, false],
    ['people who come at weekends', { ...NIGHTS, weekend_ratio: 0.45 }, false],
    ['people, who take several things', { ...NIGHTS, user_visit_count: 200 }, false],
    ['a town that comes all day long', { ...NIGHTS, hourly_entropy: 2.6 }, false],
    ['a course', { ...NIGHTS, unique_projects: 5 }, false],
    ['one person', { ...NIGHTS, unique_users: 1 }, false],
    ['what cannot be measured', {}, false],
  ])('%s', (_, values, wanted) => {
    expect(isShift(row(values), SCALE)).toBe(wanted);
  });

  it('judges nobody where the people of the log take one thing at a time, too', () => {
    expect(isShift(row(NIGHTS), { visit: 1 })).toBe(false);
  });
});

describe('isCity', () => {
  /** A carrier: 2,000 names, most of them once, for 1,200 data sets, of which one is taken 25 times as often as the mean. */
  const CARRIER = {
    unique_users: 2000,
    user_visit_count: 2400,
    downloads_per_user: 1.3,
    hourly_entropy: 2.94,
    unique_projects: 1200,
    top_project_concentration: 0.02,
  };

  it.each([
    ['many who prefer the day a little, and want some things more than others', CARRIER, true],
    ['a machine, to which all hours are alike', { ...CARRIER, hourly_entropy: 3.05 }, false],
    ['hours so clear that they are told otherwise', { ...CARRIER, hourly_entropy: 2.7 }, false],
    // Two visits to each in the mean: chance gives the luckiest 1.1 · (2 + 4 · √2) = 8.4 of 2,400.
    ['names that want all things alike', { ...CARRIER, top_project_concentration: 0.0034 }, false],
    ['collectors', { ...CARRIER, downloads_per_user: 20 }, false],
    ['there for a part of the log only', { ...CARRIER, lifespan_days: 270 }, false],
    ['too few to tell', { ...CARRIER, user_visit_count: 199 }, false],
    ['what cannot be measured', {}, false],
  ])('%s', (_, values, wanted) => {
    expect(isCity(row({ lifespan_days: 540, ...values }), 548)).toBe(wanted);
  });

  it('makes exemplars of people of those who would be a farm otherwise', () => {
    const scale = { crowd: 80, bulk: 60, returning: 0.6, projects: 5000, span: 548, week: 0.4, visit: 1.2, tastes: 1 };
    const flat = { weekend_ratio: 0.28, num_sessions: 2300, user_gini_coefficient: 0.2, user_entropy: 10.9 };
    const carrier = { ...CARRIER, ...flat, total_downloads: 2600, avg_active_days_per_user: 1.25, lifespan_days: 540 };
    expect(behaviourCriteria(scale)(row(carrier))).toEqual({ organic: 0.4, bot: 0, hub: 0 });
    expect(behaviourCriteria(scale)(row({ ...carrier, hourly_entropy: 3.1 })).bot).toBeGreaterThan(0);
    // Weekends that are kept say more than a favourite: a university of some zones.
    const kept = { ...carrier, hourly_entropy: 2.8, weekend_ratio: 0.05 };
    expect(behaviourCriteria(scale)(row(kept)).organic).toBeGreaterThan(0.75);
    // A favourite of one of them, as of a person behind the address of a crawler, makes no city of a few names that want everything one by one.
    expect(behaviourCriteria(scale)(row({ ...carrier, unique_users: 2, downloads_per_user: 1300 })).organic).toBe(0);
    expect(behaviourCriteria(scale)(row({ ...carrier, unique_users: 29, downloads_per_user: 19 })).bot).toBe(0.7);
  });
});

describe('isUnsleeping', () => {
  /** 150 names that push 13 data sets, in bursts over a year, at hours that are as good as random: ln 24 − 22 ÷ 760 is 3.149. */
  const PUSHED = {
    unique_users: 150,
    user_visit_count: 760,
    hourly_entropy: 3.15,
    unique_projects: 13,
    lifespan_days: 480,
  };

  it.each([
    ['the same few things at random hours', PUSHED, true],
    ['people of all zones, who prefer some hours still', { ...PUSHED, hourly_entropy: 3.13 }, false],
    ['as even as so few visits can be', { ...PUSHED, user_visit_count: 100, hourly_entropy: 2.95 }, true],
    ['a course on line', { ...PUSHED, lifespan_days: 100 }, false],
    ['a portal, of which everybody wants something else', { ...PUSHED, unique_projects: 46 }, false],
    ['too few to tell', { ...PUSHED, unique_users: 29, unique_projects: 5 }, false],
    ['what cannot be measured', {}, false],
  ])('%s', (_, values, wanted) => {
    expect(isUnsleeping(row(values), 5000)).toBe(wanted);
  });

  it('calls nothing narrow that is as broad as its archive', () => {
    expect(isUnsleeping(row(PUSHED), 44)).toBe(true);
    expect(isUnsleeping(row(PUSHED), 43)).toBe(false);
  });
});
