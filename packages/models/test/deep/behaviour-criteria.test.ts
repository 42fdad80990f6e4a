import { describe, expect, it } from 'vitest';
import { behaviourCriteria, logScale } from '../../src/deep/behaviour-criteria.js';
import { measures, row } from './rows.js';

const CROWD = {
  unique_users: 100,
  downloads_per_user: 3,
  avg_active_days_per_user: 1,
  user_gini_coefficient: 0.2,
  unique_projects: 80,
};

describe('exemplars by behaviour', () => {
  const scale = {
    crowd: 100,
    bulk: 100,
    returning: 1,
    projects: 500,
    span: 730,
    week: 0.8,
    visit: 4,
    tastes: Number.NaN,
  };
  const weights = (values: Readonly<Record<string, number>>) => behaviourCriteria(scale)(row(values));
  const office = { night_activity_ratio_local: 0, weekend_ratio: 0.02, hourly_entropy: 2.2, num_sessions: 200 };
  it('takes a crowd of strangers for bots though it keeps office hours, and one that comes back for people', () => {
    const crowd = { ...office, ...CROWD, downloads_per_user: 2, total_downloads: 200, user_entropy: 6.6 };
    expect(weights(crowd)).toEqual({ organic: 0, bot: 0.8, hub: 0 });
    const people = weights({ ...crowd, avg_active_days_per_user: 2, user_gini_coefficient: 0.6 });
    expect(people.bot).toBe(0);
    expect(people.organic).toBeGreaterThan(0.8);
  });

  it('takes a night shift for people, and what copies on a timer for a hub', () => {
    const shift = { ...office, night_activity_ratio_local: 0.9, unique_users: 6, downloads_per_user: 60 };
    expect(weights({ ...shift, total_downloads: 360, avg_active_days_per_user: 5 }).organic).toBeGreaterThan(0.8);
    const mirror = { unique_users: 1, downloads_per_user: 5000, total_downloads: 5000, weekend_ratio: 0.28 };
    expect(weights({ ...mirror, inter_session_regularity: 40, num_sessions: 120, hourly_entropy: 0.2 })).toEqual({
      organic: 0,
      bot: 0,
      hub: 0.85,
    });
  });

  it('takes one user for a hub from three times what is much, where hours say little', () => {
    const place = { unique_users: 1, num_sessions: 60, hourly_entropy: 2.5, weekend_ratio: 0.2 };
    const of = (n: number) =>
      weights({ ...place, night_activity_ratio_local: 0.2, total_downloads: n, downloads_per_user: n }).hub;
    expect([299, 300].map(of)).toEqual([0, 0.5]);
  });

  it('takes what drips at all hours for a collection where some of at least four take far more than others', () => {
    const place = { hourly_entropy: 3.17, night_activity_ratio_local: 0.33, weekend_ratio: 0.285, lifespan_days: 100 };
    const of = (users: number, gini: number, each: number) => {
      const n = users * each;
      const taken = { unique_users: users, downloads_per_user: each, total_downloads: n, unique_projects: 0.6 * n };
      return weights({
        ...place,
        ...taken,
        user_gini_coefficient: gini,
        num_sessions: n,
        avg_active_days_per_user: 20,
      });
    };
    expect([of(4, 0.35, 60), of(4, 0.35, 49), of(4, 0.29, 60), of(3, 0.35, 60)].map(({ hub }) => hub)).toEqual([
      0.6, 0, 0, 0,
    ]);
  });

  it('takes for a bot who takes much, though one file at a time at all hours', () => {
    const trickle = { unique_users: 1, total_downloads: 900, downloads_per_user: 900, downloads_per_session: 1.2 };
    const place = {
      ...trickle,
      unique_files: 850,
      unique_projects: 20,
      num_sessions: 750,
      hourly_entropy: 3.15,
      http_ratio: 1,
    };
    expect(weights(place)).toEqual({ organic: 0, bot: 0.7, hub: 0 });
    expect(weights({ ...place, weekend_ratio: 0.28, http_ratio: 0 })).toEqual({ organic: 0, bot: 0, hub: 0.85 });
  });

  it('takes for bots who takes everything once, in office hours too, and who checks one file at all hours', () => {
    const crawler = { unique_users: 7, total_downloads: 600, downloads_per_user: 86, unique_projects: 500 };
    const place = { ...office, ...crawler, unique_files: 400, num_sessions: 60, avg_active_days_per_user: 8 };
    expect(weights(place)).toEqual({ organic: 0, bot: 0.6, hub: 0 });
    expect(weights({ ...place, unique_projects: 200 }).bot).toBe(0);
    const check = { unique_users: 1, unique_files: 1, unique_projects: 1, total_downloads: 900, num_sessions: 900 };
    const timer = { ...check, downloads_per_session: 1, hourly_entropy: 3.17, inter_session_regularity: 100 };
    expect(weights({ ...timer, downloads_per_user: 900 })).toEqual({ organic: 0, bot: 0.7, hub: 0 });
    expect(weights({ ...timer, downloads_per_user: 900, unique_files: 3 }).hub).toBe(0.7);
    const collector = { ...place, total_downloads: 3500, downloads_per_user: 500, unique_projects: 2400 };
    expect(weights({ ...collector, weekend_ratio: 0.28, hourly_entropy: 3.1 })).toEqual({
      organic: 0,
      bot: 0.6,
      hub: 0,
    });
  });

  it('takes many names that want a file or some at most hours for bots, and machines that come back for them for hubs', () => {
    const few = {
      unique_users: 60,
      unique_files: 3,
      unique_projects: 1,
      total_downloads: 130,
      downloads_per_user: 2.2,
    };
    const names = { ...few, user_gini_coefficient: 0.3, num_sessions: 100, hourly_entropy: 2.9, weekend_ratio: 0.25 };
    expect(weights({ ...names, avg_active_days_per_user: 1.5 })).toEqual({ organic: 0, bot: 0.5, hub: 0 });
    for (const [name, value] of [
      ['unique_users', 14],
      ['unique_files', 4],
      ['downloads_per_user', 21],
      ['num_sessions', 29],
      ['hourly_entropy', 2.8],
      ['weekend_ratio', 0.15],
    ] as const) {
      expect(weights({ ...names, avg_active_days_per_user: 1.5, [name]: value }).bot).not.toBe(0.5);
    }
    const runs = { ...names, avg_active_days_per_user: 9, downloads_per_user: 25, active_days: 200 };
    expect(weights(runs)).toEqual({ organic: 0, bot: 0, hub: 0.6 });
    expect(weights({ ...runs, active_days: 20 }).hub).toBe(0);
    const check = { ...runs, unique_users: 8, unique_files: 1, downloads_per_session: 1, hourly_entropy: 3.17 };
    expect(weights({ ...check, num_sessions: 300, inter_session_regularity: 100 })).toEqual({
      organic: 0,
      bot: 0.7,
      hub: 0,
    });
  });

  it('takes many names at night, seven days a week, for bots', () => {
    const night = { ...office, night_activity_ratio_local: 0.95, unique_users: 150, downloads_per_user: 7 };
    const crowd = { ...night, total_downloads: 1050, user_entropy: 6.8, user_gini_coefficient: 0.3 };
    expect(weights({ ...crowd, weekend_ratio: 0.28 }).bot).toBeGreaterThan(0.8);
    expect(weights({ ...crowd, weekend_ratio: 0.05 }).bot).toBe(0);
    const few = weights({ ...crowd, weekend_ratio: 0.28, unique_users: 6, user_entropy: 2.5 });
    expect(few.bot).toBe(0);
  });

  it('takes an institute whose users each take much over most hours of the day for a hub', () => {
    const hours = { night_activity_ratio_local: 0.08, weekend_ratio: 0.2, hourly_entropy: 2.8, num_sessions: 3000 };
    const institute = { ...hours, unique_users: 20, downloads_per_user: 240, user_gini_coefficient: 0.45 };
    const atATime = { ...institute, total_downloads: 4800, unique_projects: 400 };
    expect(weights(atATime)).toEqual({ organic: 0, bot: 0, hub: 0.5 });
    const oneByOne = { ...atATime, num_sessions: 4700, user_visit_count: 4700 };
    expect(weights(oneByOne)).toEqual({ organic: 0, bot: 0, hub: 0.6 });
    const laboratory = weights({ ...atATime, hourly_entropy: 2.3, night_activity_ratio_local: 0, weekend_ratio: 0.03 });
    expect(laboratory.hub).toBe(0);
    expect(laboratory.organic).toBeGreaterThan(0.8);
    expect(weights({ ...atATime, hourly_entropy: Number.NaN }).hub).toBe(0);
  });

  it('takes those for people whose days and weeks show it, though so many together come like a timer', () => {
    const lab = { ...office, unique_users: 40, downloads_per_user: 150, total_downloads: 6000, lifespan_days: 1400 };
    const alike = { ...lab, interval_entropy: 0.4, inter_session_regularity: 3, num_sessions: 700 };
    expect(weights(alike).hub).toBe(0);
    expect(weights(alike).organic).toBeGreaterThan(0.8);
    expect(weights({ ...alike, unique_users: 3 })).toEqual({ organic: 0, bot: 0, hub: 0.85 });
    expect(weights({ ...alike, downloads_per_user: 10, unique_users: 3 })).toEqual({ organic: 0, bot: 0, hub: 0 });
    expect(weights({ ...alike, night_activity_ratio_local: 0.2, weekend_ratio: 0.2 }).hub).toBe(0.85);
  });

  it('takes names that are used alike for a bot, and few that collect for a hub', () => {
    const round = { num_sessions: 3000, hourly_entropy: 3.17, night_activity_ratio_local: 0.33, weekend_ratio: 0.286 };
    const crawler = { ...round, total_downloads: 3200, unique_projects: 400, user_visit_count: 3200 };
    const many = { ...crawler, unique_users: 40, downloads_per_user: 80, user_gini_coefficient: 0.07 };
    expect(weights(many).bot).toBeGreaterThan(0.5);
    // Forty names that take a thing or two each time, and all as much.
    const search = { ...crawler, unique_users: 40, downloads_per_user: 160, user_gini_coefficient: 0.21 };
    expect(weights({ ...search, total_downloads: 3900 })).toEqual({ organic: 0, bot: 0.7, hub: 0 });
    expect(weights({ ...search, total_downloads: 3900, user_gini_coefficient: 0.45 }).hub).toBe(0.6);
    const portal = { ...crawler, unique_users: 8, downloads_per_user: 400, user_gini_coefficient: 0.45 };
    expect(weights(portal)).toEqual({ organic: 0, bot: 0, hub: 0.6 });
  });

  it('takes one name that walks through the data sets around the clock for a bot, and one that fetches them again for a hub', () => {
    const round = { num_sessions: 590, hourly_entropy: 3.16, night_activity_ratio_local: 0.33, weekend_ratio: 0.286 };
    const crawler = { ...round, unique_users: 1, downloads_per_user: 600, total_downloads: 600, user_visit_count: 590 };
    expect(weights({ ...crawler, unique_projects: 600 })).toEqual({ organic: 0, bot: 0.7, hub: 0 });
    expect(weights({ ...crawler, unique_projects: 300 })).toEqual({ organic: 0, bot: 0, hub: 0.6 });
  });

  it('takes one who fetches much of the archive within days and never again for a bot, and whoever keeps it up for a hub', () => {
    const round = { hourly_entropy: 3.17, night_activity_ratio_local: 0.33, weekend_ratio: 0.286, num_sessions: 4 };
    const visit = { ...round, unique_users: 1, downloads_per_user: 4000, total_downloads: 4000, unique_projects: 400 };
    const raid = { ...visit, lifespan_days: 5, active_days: 5 };
    expect(weights(raid)).toEqual({ organic: 0, bot: 0.7, hub: 0 });
    expect(weights({ ...raid, unique_projects: 8 }).bot).toBe(0);
    expect(weights({ ...raid, quiet_days: 300 }).bot).toBe(0.7);
    // In the last days of the log nobody knows yet whether it comes back.
    expect(weights({ ...raid, quiet_days: 3 })).toEqual({ organic: 0, bot: 0, hub: 0 });
    expect(weights({ ...raid, lifespan_days: 300 }).hub).toBe(0.5);
    expect(weights({ ...raid, lifespan_days: 40 }).bot).toBe(0);
    const dense = { ...raid, num_sessions: 20, inter_session_regularity: 5 };
    expect(weights(dense).bot).toBe(0.7);
    const kept = { ...dense, lifespan_days: 20, active_days: 20 };
    expect(weights(kept).bot).toBe(0.7);
    expect(weights({ ...kept, http_ratio: 0.7 })).toEqual({ organic: 0, bot: 0, hub: 0.85 });
    const inAShortLog = behaviourCriteria({ ...scale, span: 14 })(row(raid));
    expect(inAShortLog).toEqual({ organic: 0, bot: 0, hub: 0.5 });
  });

  it('takes whoever grabs what there is within a moment of the log for a bot, and whoever does so by bulk transfers for a hub', () => {
    const visit = { hourly_entropy: 1.5, num_sessions: 2, unique_users: 1, http_ratio: 1, active_days: 2 };
    const much = { downloads_per_user: 900, total_downloads: 900, unique_files: 500, lifespan_days: 1.5 };
    const grab = { ...visit, ...much, unique_projects: 40 };
    const bot = { organic: 0, bot: 0.7, hub: 0 };
    expect(weights(grab)).toEqual(bot);
    expect(weights({ ...grab, http_ratio: Number.NaN })).toEqual(bot);
    const nightly = { inter_session_regularity: 30, num_sessions: 20, active_days: 20, lifespan_days: 20 };
    expect(weights({ ...grab, ...nightly })).toEqual(bot);
    expect(weights({ ...grab, ...nightly, lifespan_days: 100 }).hub).toBe(0.85);
    expect(weights({ ...grab, lifespan_days: 100 }).bot).toBe(0);
    const inTenMonths = behaviourCriteria({ ...scale, span: 300 });
    expect(inTenMonths(row({ ...grab, lifespan_days: 14 }))).toEqual(bot);
    expect(inTenMonths(row({ ...grab, lifespan_days: 16 })).bot).toBe(0);
    expect(weights({ ...grab, unique_projects: 5 }).bot).toBe(0);
    expect(weights({ ...grab, total_downloads: 150, downloads_per_user: 150, unique_files: 130 }).bot).toBe(0);
    const shared = { unique_users: 8, total_downloads: 150, downloads_per_user: 19, unique_files: 140 };
    expect(weights({ ...grab, ...shared, quiet_days: 300 })).toEqual(bot);
    expect(weights({ ...grab, ...shared, quiet_days: 10 }).bot).toBe(0);
    expect(weights({ ...grab, http_ratio: 0.7 }).bot).toBe(0);
    expect(weights({ ...grab, unique_users: 5, user_gini_coefficient: 0.3 }).bot).toBe(0);
    expect(weights({ ...grab, unique_projects: 300 })).toEqual(bot);
    expect(weights({ ...grab, unique_projects: 300, http_ratio: 0.1 }).bot).toBe(0);
  });

  it('takes nodes that fetch data sets together by no browser for a hub', () => {
    const nodes = { ...office, unique_users: 20, downloads_per_user: 90, total_downloads: 1800, user_visit_count: 60 };
    const cluster = { ...nodes, user_gini_coefficient: 0.2, max_concurrent_users: 8, http_ratio: 0 };
    expect(weights(cluster)).toEqual({ organic: 0, bot: 0, hub: 0.7 });
    expect(weights({ ...cluster, max_concurrent_users: 3 }).hub).toBe(0);
    expect(weights({ ...cluster, http_ratio: 0.5 }).hub).toBe(0);
    expect(weights({ ...cluster, unique_users: 6 }).hub).toBe(0);
    expect(weights({ ...cluster, user_visit_count: 900 }).hub).toBe(0);
  });

  it('takes many names that want one file around the clock for bots, and a course that wants it for people', () => {
    const round = { hourly_entropy: 3.15, night_activity_ratio_local: 0.33, weekend_ratio: 0.286, num_sessions: 150 };
    const names = { ...round, unique_users: 90, downloads_per_user: 2, total_downloads: 180, user_visit_count: 180 };
    const farm = { ...names, unique_projects: 1, unique_files: 1, avg_active_days_per_user: 2, lifespan_days: 80 };
    expect(weights(farm)).toEqual({ organic: 0, bot: 0.6, hub: 0 });
    const some = { ...farm, user_visit_count: 120 };
    expect(weights(some)).toEqual({ organic: 0, bot: 0.5, hub: 0 });
    expect(weights({ ...some, hourly_entropy: 2.5 }).bot).toBe(0);
    expect(weights({ ...some, weekend_ratio: 0.1 }).bot).toBe(0);
    expect(weights({ ...some, unique_files: 5 }).bot).toBe(0);
    expect(weights({ ...some, unique_files: 0 }).bot).toBe(0); // of which no name is known
    expect(weights({ ...farm, unique_users: 9 }).bot).toBe(0);
  });

  it('takes what drips by a protocol of bulk transfers for a hub', () => {
    const round = { num_sessions: 3600, hourly_entropy: 3.18, night_activity_ratio_local: 0.33, weekend_ratio: 0.29 };
    const drip = {
      ...round,
      downloads_per_session: 1.3,
      unique_users: 2,
      downloads_per_user: 2400,
      total_downloads: 4800,
      unique_projects: 2000,
    };
    expect(weights(drip).bot).toBe(0.6);
    expect(weights({ ...drip, aspera_ratio: 0.5 })).toEqual({ organic: 0, bot: 0, hub: 0.95 });
  });

  it('takes many who come back again and again for much of the archive, by night too, for an institute', () => {
    const hours = { night_activity_ratio_local: 0.09, weekend_ratio: 0.17, hourly_entropy: 2.8, num_sessions: 3000 };
    const members = { ...hours, unique_users: 70, downloads_per_user: 90, avg_active_days_per_user: 60 };
    const institute = { ...members, total_downloads: 6300, unique_projects: 450, user_gini_coefficient: 0.1 };
    expect(weights(institute)).toEqual({ organic: 0, bot: 0, hub: 0.6 });
    expect(weights({ ...institute, avg_active_days_per_user: 5 }).hub).toBe(0);
    expect(weights({ ...institute, unique_projects: 90 }).hub).toBe(0);
    const byDay = { ...institute, hourly_entropy: 2.4 };
    expect(weights(byDay).hub).toBe(0);
    expect(weights({ ...byDay, aspera_ratio: 0.5 }).hub).toBe(0.6);
    const much = { ...byDay, downloads_per_user: 240, total_downloads: 16_800 };
    expect(weights(much).hub).toBe(0.6);
    expect(weights({ ...much, night_activity_ratio_local: 0, weekend_ratio: 0.03 }).hub).toBe(0);
    const pool = { ...institute, night_activity_ratio_local: 0.33, weekend_ratio: 0.286, hourly_entropy: 3.17 };
    expect(weights(pool)).toEqual({ organic: 0, bot: 0.6, hub: 0 });
  });

  it('takes a crowd in office hours for bots where it keeps less of the week than people of the log, or comes out of nowhere', () => {
    const names = { ...office, unique_users: 300, downloads_per_user: 3, total_downloads: 900, unique_projects: 280 };
    const crowd = { ...names, user_gini_coefficient: 0.3, user_entropy: 8.1, avg_active_days_per_user: 2.6 };
    const lasting = { ...crowd, lifespan_days: 700, active_weeks: 100 };
    expect(weights(lasting).bot).toBe(0);
    expect(weights({ ...lasting, weekend_ratio: 0.21 }).bot).toBe(0.6);
    expect(weights({ ...lasting, weekend_ratio: 0.15 }).bot).toBe(0);
    expect(weights({ ...lasting, weekend_ratio: 0.21, unique_users: 90, unique_projects: 84 }).bot).toBe(0);
    expect(weights({ ...lasting, weekend_ratio: 0.21, lifespan_days: 400, active_weeks: 5 }).bot).toBe(0);
    expect(weights({ ...lasting, lifespan_days: 90, active_weeks: 13 }).bot).toBe(0.6);
    expect(weights({ ...lasting, lifespan_days: 20, active_weeks: 3 }).bot).toBe(0);
  });

  it('leaves a round-the-clock crowd with tastes and weekends to people', () => {
    const vpn = {
      unique_users: 300,
      downloads_per_user: 9,
      total_downloads: 2700,
      user_entropy: 7,
      user_gini_coefficient: 0.5,
      unique_projects: 400,
      top_project_concentration: 0.1,
      avg_active_days_per_user: 2.4,
      num_sessions: 700,
      hourly_entropy: 3.14,
      night_activity_ratio_local: 0.32,
    };
    expect(weights({ ...vpn, weekend_ratio: 0.19 })).toEqual({ organic: 0.4, bot: 0, hub: 0 });
    expect(weights({ ...vpn, weekend_ratio: 0.286 })).toEqual({ organic: 0.25, bot: 0, hub: 0 });
    const farm = { ...vpn, weekend_ratio: 0.286, top_project_concentration: 0.004, user_gini_coefficient: 0.25 };
    expect(weights(farm).bot).toBeGreaterThan(0.8);
  });

  it('measures its scale on the log, with bounds', () => {
    const users = new Array(20).fill(3);
    const log = measures({ unique_users: users, downloads_per_user: users, unique_projects: [7, Number.NaN, 400] });
    const unseen = { week: Number.NaN, visit: Number.NaN, tastes: Number.NaN };
    expect(logScale(log)).toEqual({ crowd: 60, bulk: 60, returning: 0, projects: 400, span: 0, ...unseen });
    const unknown = [Number.NaN, Number.NaN];
    expect(logScale(measures({ unique_projects: unknown, unique_files: [7, 90] })).projects).toBe(90);
    expect(logScale(measures({ unique_projects: unknown, unique_files: unknown })).projects).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(logScale(measures({}))).toEqual({
      crowd: 30,
      bulk: 60,
      returning: 0,
      projects: Number.POSITIVE_INFINITY,
      span: 0,
      ...unseen,
    });
    const small = { unique_users: users, downloads_per_user: users, num_sessions: users.map(() => 20) };
    const weekly = logScale(measures({ ...small, lifespan_days: [3, 90], weekend_ratio: users.map(() => 1 / 14) }));
    expect(weekly.span).toBe(90);
    expect(weekly.week).toBeCloseTo(0.75, 12);
    const taken = { total_downloads: users.map((_, i) => 10 * (i + 1)), user_visit_count: users.map(() => 5) };
    expect(logScale(measures({ ...small, ...taken })).visit).toBe(22);
    expect(logScale(measures({ ...small, ...taken, num_sessions: users.map(() => 2) })).visit).toBeNaN();
    const nine = Object.entries({ ...small, weekend_ratio: users }).map(([name, values]) => [name, values.slice(0, 9)]);
    expect(logScale(measures(Object.fromEntries(nine))).week).toBeNaN();
  });
});
