import { describe, expect, it } from 'vitest';
import { behaviourCriteria } from '../../src/deep/behaviour-criteria.js';
import {
  demand,
  drips,
  isAroundTheClock,
  isChorus,
  isDevouring,
  isFetchingSets,
  isGathering,
  isLesson,
  isPaced,
  isPunctual,
  isRoaming,
  isSitting,
  isSweep,
  isTimed,
  isTrickling,
  isWalk,
  returningUsers,
  strangers,
} from '../../src/deep/machine-signs.js';
import { isGrabbing } from '../../src/deep/raids.js';
import { ramp } from '../../src/deep/rhythm.js';
import { measures, row } from './rows.js';

describe('ramp', () => {
  it.each([
    [1, 2, 4, 0],
    [3, 2, 4, 0.5],
    [9, 2, 4, 1],
    [1.1, 1.2, 1.05, 2 / 3],
  ])('%d between %d and %d is %d', (value, low, high, wanted) => {
    expect(ramp(value, low, high)).toBeCloseTo(wanted, 12);
    expect(ramp(Number.NaN, low, high)).toBeNaN();
  });
});

const CROWD = {
  unique_users: 100,
  downloads_per_user: 3,
  avg_active_days_per_user: 1,
  user_gini_coefficient: 0.2,
  unique_projects: 80,
};

describe('strangers', () => {
  it.each([
    ['a crowd of which nobody returns', CROWD, 1],
    ['users who are seen on other days', { ...CROWD, avg_active_days_per_user: 1.5 }, 0],
    [
      'users who come back for half of the little they take',
      { ...CROWD, downloads_per_user: 1.3, avg_active_days_per_user: 1.15 },
      0,
    ],
    ['users who differ as people do', { ...CROWD, user_gini_coefficient: 0.65 }, 0],
    ['a course, which shares its projects', { ...CROWD, unique_projects: 5 }, 0],
    ['a handful of users', { ...CROWD, unique_users: 5 }, 0],
    ['a log without projects says half as much', { ...CROWD, unique_projects: Number.NaN }, 0.5],
    ['visits where days are not known', { ...CROWD, avg_active_days_per_user: Number.NaN, user_visit_count: 100 }, 1],
    ['more visits than users', { ...CROWD, avg_active_days_per_user: Number.NaN, user_visit_count: 180 }, 0],
    ['a log without users', {}, 0],
  ])('%s', (_, values, wanted) => {
    expect(strangers(row(values), 1)).toBeCloseTo(wanted, 12);
    expect(strangers(row(values), 0)).toBe(0);
  });
});

describe('returningUsers', () => {
  const places = (perUser: number, count = 20) =>
    measures({
      unique_users: new Array(count).fill(4),
      active_days: new Array(count).fill(10),
      user_visit_count: new Array(count).fill(4 * perUser),
      avg_active_days_per_user: new Array(count).fill(perUser),
    });
  it('is 0 where names change daily, 1 where small places see their users again or are too few to say', () => {
    expect(returningUsers(places(1))).toBe(0);
    expect(returningUsers(places(1.8))).toBeCloseTo(0.5, 12);
    expect(returningUsers(places(2.5))).toBe(1);
    expect(returningUsers(places(1, 5))).toBe(1);
    expect(returningUsers(measures({}))).toBe(0);
    const days = (n: number) =>
      measures({
        unique_users: new Array(20).fill(4),
        active_days: new Array(20).fill(n),
        user_visit_count: new Array(20).fill(4),
        avg_active_days_per_user: new Array(20).fill(1),
      });
    expect([2, 3].map((n) => returningUsers(days(n)))).toEqual([1, 0]);
  });
});

describe('signs of machines', () => {
  it('takes visits for timed that are three deviations more regular than chance', () => {
    const timed = (regularity: number, visits: number) =>
      isTimed(row({ inter_session_regularity: regularity, num_sessions: visits }));
    expect(timed(1.7, 16)).toBe(false); // 1 + 3 / 4 = 1.75
    expect(timed(1.8, 16)).toBe(true);
    expect(timed(1.2, 10_000)).toBe(false);
    expect(timed(5, 4)).toBe(false);
    expect(timed(50, 4)).toBe(true);
    expect(timed(50, 3)).toBe(false);
    expect(isTimed(row({}))).toBe(false);
  });

  it('tells demand from data sets of unequal size that are taken in order', () => {
    const crowd = { total_downloads: 700, unique_projects: 150 };
    expect(demand(row({ ...crowd, top_project_concentration: 0.1 }))).toBe(1);
    expect(demand(row({ ...crowd, top_project_concentration: 0.04 }))).toBe(0); // six times its 1/150
    expect(demand(row({ ...crowd, unique_projects: 50, top_project_concentration: 0.1 }))).toBe(0);
    expect(demand(row({ ...crowd, total_downloads: 50, top_project_concentration: 0.3 }))).toBe(0);
    expect(demand(row(crowd))).toBe(0);
  });

  it('counts the pauses of dense visits from the least that parts two visits on', () => {
    const hourly = (days: number) =>
      isTimed(row({ inter_session_regularity: 1.6, num_sessions: 1000, lifespan_days: days }));
    expect(hourly(1000)).toBe(true); // a visit a day: 1.6 × (1 − 1/48) = 1.57
    expect(hourly(42)).toBe(false); // one an hour: half of each gap could not have been shorter, 0.81
  });

  it('takes nobody for gone within days of a log that lasts but a few times as long', () => {
    const raid = { unique_users: 1, unique_projects: 300, total_downloads: 400, active_days: 5, http_ratio: 1 };
    const grabbing = (days: number, span: number) => isGrabbing(row({ ...raid, lifespan_days: days }), span);
    expect([grabbing(10, 40), grabbing(11, 40), grabbing(30, 730), grabbing(31, 730)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('knows a job by its hour', () => {
    const job = { unique_users: 1, active_days: 90, hourly_entropy: 0.6, num_sessions: 90 };
    expect(isPunctual(row(job))).toBe(true);
    expect(isPunctual(row({ ...job, hourly_entropy: 2.2 }))).toBe(false);
    expect([12, 29, 30].map((days) => isPunctual(row({ ...job, active_days: days })))).toEqual([false, false, true]);
  });

  it.each([
    ['one file at a time, at all hours', {}, true],
    ['a dozen names', { unique_users: 12 }, true],
    ['many names', { unique_users: 13 }, false],
    ['data sets at one go', { downloads_per_session: 2 }, false],
    ['names whose visits fall into one another', { downloads_per_session: 30, user_visit_count: 101 }, true],
    ['names who take several at a visit', { downloads_per_session: 30, user_visit_count: 100 }, false],
    ['hours that somebody keeps', { hourly_entropy: 2.9 }, false],
    ['the same files again, as a build fetches them', { unique_files: 59 }, false],
    ['files that are not known', { unique_files: Number.NaN }, false],
    ['a transfer in bulk', { http_ratio: 0.8 }, false],
    ['protocols that are not known', { http_ratio: Number.NaN }, true],
    ['too little to tell', { total_downloads: 49 }, false],
  ])('knows a trickle: %s', (_, values, wanted) => {
    const trickle = { unique_users: 1, total_downloads: 200, downloads_per_session: 1.2, hourly_entropy: 3.1 };
    const place = { ...trickle, unique_files: 190, http_ratio: 1, ...values };
    expect(isTrickling(row(place))).toBe(wanted);
  });

  it.each([
    ['six hundred downloads of five hundred data sets', {}, true],
    ['the least of it', { total_downloads: 61, unique_projects: 40 }, true],
    ['people, who take more of what they want', { unique_projects: 389 }, false],
    ['too few data sets to tell', { total_downloads: 50, unique_projects: 39 }, false],
    ['a crowd', { unique_users: 21 }, false],
    ['a timer, as of a mirror', { inter_session_regularity: 40 }, false],
    ['hours of a job', { hourly_entropy: 0.5, active_days: 60 }, false],
    ['a transfer in bulk', { http_ratio: 0.8 }, false],
    ['files that are not known', { unique_files: Number.NaN }, false],
  ])('knows who takes everything: %s', (_, values, wanted) => {
    const crawler = { unique_users: 7, total_downloads: 600, unique_projects: 500, unique_files: 400, http_ratio: 1 };
    const place = { ...crawler, num_sessions: 60, active_days: 20, hourly_entropy: 2.4, ...values };
    expect(isDevouring(row(place), 4)).toBe(wanted);
    expect(isDevouring(row(place), Number.NaN)).toBe(wanted);
    expect(isDevouring(row(place), 1.3)).toBe(false); // as people of such a log take, too
  });

  it('knows names that one timer stands behind, and those who fetch data sets whole', () => {
    const names = { unique_users: 8, user_gini_coefficient: 0.03, num_sessions: 50, inter_session_regularity: 100 };
    const chorus = { ...names, total_downloads: 800, user_visit_count: 400, unique_projects: 600 };
    expect(isChorus(row(chorus))).toBe(true);
    expect(isChorus(row({ ...chorus, unique_users: 2 }))).toBe(false);
    expect(isChorus(row({ ...chorus, inter_session_regularity: 1 }))).toBe(false);
    expect(isChorus(row({ ...chorus, unique_projects: 20 }))).toBe(false); // runners of one build
    expect(isChorus(row({ ...chorus, user_visit_count: 100 }))).toBe(false); // eight files a visit
    const job = { ...chorus, downloads_per_user: 100, downloads_per_session: 16 };
    expect(isChorus(row(job))).toBe(false); // a few machines that keep a copy together
    expect(isChorus(row({ ...job, unique_users: 9 }))).toBe(true);
    expect(isChorus(row({ ...job, downloads_per_user: 19 }))).toBe(true);
    expect(isChorus(row({ ...job, downloads_per_session: 1.9 }))).toBe(true);
    const cloud = { unique_users: 40, user_gini_coefficient: 0.3, total_downloads: 3000, user_visit_count: 100 };
    expect(isFetchingSets(row(cloud))).toBe(true);
    expect(isFetchingSets(row({ ...cloud, user_visit_count: 1000 }))).toBe(false);
    expect(isFetchingSets(row({ ...cloud, user_gini_coefficient: 0.7 }))).toBe(false);
    expect(isFetchingSets(row({}))).toBe(false);
  });

  it('knows a sitting and a gathering by what they are there for', () => {
    const sitting = { unique_users: 1, num_sessions: 3, top3_project_concentration: 0.9, interval_entropy: 1.5 };
    expect(isSitting(row(sitting))).toBe(true);
    expect(isSitting(row({ ...sitting, top3_project_concentration: 0.05 }))).toBe(false);
    expect(isSitting(row({ ...sitting, num_sessions: 300 }))).toBe(false);
    const course = { unique_users: 200, unique_projects: 3, lifespan_days: 50, hourly_entropy: 3.1 };
    expect(isGathering(row({ ...course, avg_active_days_per_user: 2 }))).toBe(true);
    expect(isGathering(row({ ...course, user_visit_count: 400 }))).toBe(true);
    expect(isGathering(row({ ...course, avg_active_days_per_user: 1 }))).toBe(false);
    expect(isGathering(row({ ...course, avg_active_days_per_user: 1, hourly_entropy: 2.2 }))).toBe(true);
    const lasting = (days: number) => isGathering(row({ ...course, avg_active_days_per_user: 2, lifespan_days: days }));
    expect([100, 101, 900].map(lasting)).toEqual([true, false, false]);
    // At random hours 400 visits have 3.15 nats: one thing at a time is a campaign, several are a course for all zones.
    const returning = { ...course, avg_active_days_per_user: 2, user_visit_count: 400 };
    expect(isGathering(row({ ...returning, total_downloads: 420 }))).toBe(false);
    expect(isGathering(row({ ...returning, total_downloads: 800 }))).toBe(true);
    expect(isGathering(row({ ...returning, total_downloads: 420, hourly_entropy: 3 }))).toBe(true);
    expect(isGathering(row({ ...returning, total_downloads: 32, user_visit_count: 30 }))).toBe(true);
    expect(isGathering(row({ ...course, avg_active_days_per_user: 2, unique_projects: 150 }))).toBe(false);
  });

  it('knows an even pace, the clock around and a crawler that drips', () => {
    expect(isPaced(row({ interval_entropy: 0.3, total_downloads: 200 }))).toBe(true);
    expect(isPaced(row({ interval_entropy: 0.3, total_downloads: 10 }))).toBe(false);
    expect(isAroundTheClock(row({ hourly_entropy: 3.1, user_visit_count: 100 }))).toBe(true);
    expect(isAroundTheClock(row({ hourly_entropy: 2.6, user_visit_count: 100 }))).toBe(false);
    const crawler = { total_downloads: 1000, num_sessions: 900, unique_projects: 250 };
    expect(drips(row(crawler), 500)).toBe(true);
    expect(drips(row(crawler), 10_000)).toBe(false);
    expect(drips(row({ ...crawler, num_sessions: 100 }), 500)).toBe(false);
  });

  it('knows a walk, on which next to nothing is taken twice', () => {
    const walk = { unique_users: 1, total_downloads: 600, unique_projects: 501 };
    expect(isWalk(row(walk))).toBe(true);
    expect(isWalk(row({ ...walk, unique_projects: 500 }))).toBe(false);
    expect(isWalk(row({ ...walk, unique_users: 4 }))).toBe(false);
    expect(isWalk(row({ ...walk, unique_projects: Number.NaN, unique_files: 600 }))).toBe(true);
    expect(isWalk(row({}))).toBe(false);
  });

  it('tells a lesson from a crowd that is there at night or wants everything', () => {
    const lesson = {
      unique_users: 30,
      unique_projects: 2,
      max_concurrent_users: 28,
      hourly_entropy: 0.9,
      night_activity_ratio_local: 0,
      weekend_ratio: 0,
    };
    expect(isLesson(row(lesson))).toBe(true);
    expect(isLesson(row({ ...lesson, night_activity_ratio_local: Number.NaN }))).toBe(true);
    for (const other of [
      { unique_users: 400 },
      { unique_projects: 30 },
      { max_concurrent_users: 3 },
      { hourly_entropy: 3 },
      { night_activity_ratio_local: 0.4 },
      { weekend_ratio: 0.3 },
    ])
      expect(isLesson(row({ ...lesson, ...other }))).toBe(false);
  });
});

/** What a log shows nothing of. */
const UNSEEN = { span: 0, week: Number.NaN, visit: Number.NaN, tastes: Number.NaN };

const SWEEP = { unique_users: 1, total_downloads: 40, unique_projects: 40, num_sessions: 1, interval_entropy: 0.2 };

describe('isSweep', () => {
  it.each([
    ['one even pass over forty data sets', SWEEP, true],
    ['a mirror, which comes back', { ...SWEEP, num_sessions: 20 }, false],
    ['somebody who looks around in between', { ...SWEEP, interval_entropy: 2 }, false],
    ['a data set of forty files', { ...SWEEP, unique_projects: 1 }, false],
    ['a handful of data sets', { ...SWEEP, total_downloads: 8, unique_projects: 8 }, false],
    ['a data set here and there fetched again', { ...SWEEP, unique_projects: 33 }, false],
    ['a crowd', { ...SWEEP, unique_users: 9 }, false],
    ['what cannot be measured', {}, false],
  ])('%s', (_, values, wanted) => {
    expect(isSweep(row(values))).toBe(wanted);
  });

  it('makes a bot and never a hub or people, however much it takes', () => {
    const criteria = behaviourCriteria({
      crowd: 30,
      bulk: 60,
      returning: 1,
      projects: 3000,
      span: 0,
      week: Number.NaN,
      visit: Number.NaN,
      tastes: Number.NaN,
    });
    for (const n of [20, 500, 2000]) {
      const swept = { ...SWEEP, total_downloads: n, unique_projects: n, downloads_per_user: n };
      expect(criteria(row(swept))).toEqual({ organic: 0, bot: 0.6, hub: 0 });
    }
  });
});

const ROAMER = {
  unique_users: 1,
  total_downloads: 400,
  unique_projects: 300,
  num_sessions: 260,
  downloads_per_session: 1.5,
  inter_session_regularity: 1,
  lifespan_days: 60,
};

describe('isRoaming', () => {
  it.each([
    ['one name that takes other things each time, at any time', ROAMER, true],
    ['a job on a timer', { ...ROAMER, inter_session_regularity: 30 }, false],
    ['a build, which fetches the same again', { ...ROAMER, unique_projects: 20 }, false],
    ['a mirror, which takes data sets whole', { ...ROAMER, downloads_per_session: 30 }, false],
    ['somebody who has taken little', { ...ROAMER, total_downloads: 30, unique_projects: 30 }, false],
    ['a log without data sets, by its files', { ...ROAMER, unique_projects: Number.NaN, unique_files: 300 }, true],
    ['what cannot be measured', {}, false],
  ])('%s', (_, values, wanted) => {
    expect(isRoaming(row(values))).toBe(wanted);
  });

  it('makes a bot around the clock, and nothing of somebody who keeps hours', () => {
    const criteria = behaviourCriteria({ ...UNSEEN, crowd: 30, bulk: 60, returning: 1, projects: 900 });
    const clock = (night: number) =>
      criteria(row({ ...ROAMER, downloads_per_user: 400, night_activity_ratio_local: night, weekend_ratio: 0.28 }));
    expect(clock(1 / 3)).toEqual({ organic: 0, bot: 0.6, hub: 0 });
    expect(clock(0.02).bot).toBe(0);
  });
});

describe('a place with few visits', () => {
  const few = {
    unique_users: 6,
    downloads_per_user: 2,
    total_downloads: 12,
    num_sessions: 12,
    unique_projects: 12,
    night_activity_ratio_local: 0.33,
    weekend_ratio_local: 0.25,
    peer_rhythm: 0.05,
    peer_unrest: 0.1,
  };
  const criteria = behaviourCriteria({ ...UNSEEN, crowd: 80, bulk: 60, returning: 0, projects: 3000 });

  it.each([
    ['is a bot where its peers are machines', few, { organic: 0, bot: 0.5, hub: 0 }],
    [
      'is of people where it keeps their hours itself',
      { ...few, night_activity_ratio_local: 0, weekend_ratio_local: 0 },
      { organic: expect.closeTo(0.5 + (12 + 10 * 0.05) / 22 / 2, 9) },
    ],
    ['is unknown where no machines are seen', { ...few, peer_unrest: Number.NaN }, {}],
    ['is no bot where all want one data set', { ...few, unique_projects: 1 }, {}],
    [
      'is of people where its peers are',
      { ...few, weekend_ratio_local: 0, night_activity_ratio_local: 0.1, peer_rhythm: 0.6, peer_unrest: 0.8 },
      { organic: expect.closeTo(0.5 + ((12 * (0.7 + 1)) / 2 + 10 * 0.6) / 22 / 2, 9) },
    ],
  ])('%s', (_, values, wanted) => {
    expect(criteria(row(values))).toEqual({ organic: 0, bot: 0, hub: 0, ...wanted });
  });
});
