import { afterAll, describe, expect, it } from 'vitest';
import { closeEngine, type Download, extract, featuresOf, times } from '../log.js';

afterAll(closeEngine);

const both = ['clean', 'reference'] as const;
/** Six digits, as the worked examples are given. */
const near = (value: number | undefined, expected: number) =>
  expect(Math.abs(value! - expected), `${value} instead of ${expected}`).toBeLessThanOrEqual(
    2e-6 * Math.max(1, Math.abs(expected)),
  );
const ofUsers = (counts: readonly number[]) => counts.flatMap((n, i) => times(n, { user: `u${i}` }));
const inYears = (counts: readonly number[], loc?: string) =>
  counts.flatMap((n, i) => times(n, { at: `${2021 + i}-05-05T12:00:00`, ...(loc === undefined ? {} : { loc }) }));
const hour = (h: number) => `2024-03-06T${String(h).padStart(2, '0')}:30:00`;

describe('users', () => {
  it.each([
    [[1, 2, 3], 0.222222],
    [[1, 1, 8], 0.466667],
    [[1, 1, 1, 1], 0],
  ] as const)('Gini of %j', async (counts, expected) => {
    near((await featuresOf(ofUsers(counts))).user_gini_coefficient, expected);
  });

  it('a single user has no inequality; the reference says 0.5', async () => {
    expect((await featuresOf(times(3, {}))).user_gini_coefficient).toBe(0);
    expect((await featuresOf(times(3, {}), { definitions: 'reference' })).user_gini_coefficient).toBe(0.5);
  });

  it('entropy of 1, 1, 2 is 1.5 bits, of one user exactly 0', async () => {
    near((await featuresOf(ofUsers([1, 1, 2]))).user_entropy, 1.5);
    expect((await featuresOf(times(2, {}))).user_entropy).toBe(0);
    near((await featuresOf(times(2, {}), { definitions: 'reference' })).user_entropy, -1.44e-10);
  });

  it('the top tenth of 25 users are two', async () => {
    const f = await featuresOf(ofUsers([10, 7, 5, ...Array.from({ length: 22 }, () => 1)]));
    near(f.power_user_ratio, 17 / 44);
    near(f.single_download_user_ratio, 22 / 25);
    near(f.downloads_per_user, 44 / 25);
  });

  it('counts users per active hour: 2, 2, 3, 1, one of them the same person all day', async () => {
    const users = [2, 2, 3, 1].flatMap((n, h) => Array.from({ length: n }, (_, i) => ({ at: hour(h), user: `u${i}` })));
    const clean = await featuresOf(users);
    near(clean.avg_users_per_hour, 2);
    expect(clean.max_users_per_hour).toBe(3);
    near(clean.user_cv, Math.sqrt(2 / 3) / 2);
    near(clean.users_per_active_hour, 3 / 4);
    near((await featuresOf(users, { definitions: 'reference' })).user_cv, 1);
  });
});

describe('projects', () => {
  it('gives the worked example 60, 30, 10 and leaves rows without a project out', async () => {
    const rows = [60, 30, 10].flatMap((n, i) => times(n, { project: `PXD${i}` }));
    const f = await featuresOf([...rows, ...times(17, { project: null })]);
    near(f.project_hhi, 0.46);
    near(f.top_project_concentration, 0.6);
    near(f.top3_project_concentration, 1);
    expect(f.unique_projects).toBe(3);
    expect(f.projects_per_user).toBe(3);
  });
});

describe('years', () => {
  it.each(both)('gives the worked example 10, 0, 30, 60 in a log of four years, %s', async (definitions) => {
    const rows = [...inYears([10, 0, 30, 60]), ...inYears([0, 1, 0, 0], 'elsewhere')];
    const f = await featuresOf(rows, { definitions, loc: '52.2,0.12' });
    near(f.yearly_entropy, 0.897946);
    near(f.year_over_year_cv, 1.0583);
    near(f.spike_ratio, 3);
    expect(f).toMatchObject({ years_span: 3, first_year: 2021, last_year: 2024, years_before_latest: 2 });
    near(f.fraction_latest_year, 0.6);
    near(f.peak_year_concentration, 0.6);
    near(f.downloads_per_year, 100 / 3);
    near(f.temporal_trend_anomaly, Math.log(4) / Math.log(4));
  });

  it('measures a new location against 1000 downloads', async () => {
    const rows = [...inYears([0, 0, 0, 50]), ...inYears([5, 0, 0, 1], 'elsewhere')];
    const f = await featuresOf(rows, { loc: '52.2,0.12' });
    near(f.spike_ratio, 0.05);
    expect(f).toMatchObject({ is_new_location: 1, year_over_year_cv: 0, yearly_entropy: 0, temporal_trend_anomaly: 0 });
  });

  it('takes the years of the log from locations below the minimum too', async () => {
    const rows = [...inYears([4]), ...inYears([0, 1], 'elsewhere')];
    const f = await featuresOf(rows, { schema: { minLocationDownloads: 2 } });
    expect(f).toMatchObject({ fraction_latest_year: 0, is_new_location: 0, years_before_latest: 1 });
  });

  it('is not misled by a future date when the log’s date is given', async () => {
    const rows = [...inYears([10, 0, 0, 20]), { at: '2093-01-01T00:00:00' }];
    near((await featuresOf(rows)).fraction_latest_year, 1 / 31);
    near((await featuresOf(rows, { schema: { asOf: '2024-12-31' } })).fraction_latest_year, 2 / 3);
  });
});

describe('hours of the day', () => {
  it('knows even traffic around the clock', async () => {
    const f = await featuresOf(Array.from({ length: 24 }, (_, h) => ({ at: hour(h) })));
    near(f.hourly_entropy, 3.17805);
    near(f.working_hours_ratio, 1 / 3);
    near(f.night_activity_ratio, 1 / 3);
    near(f.peak_hour_concentration, 1 / 24);
    expect(f.hourly_download_std).toBe(0);
  });

  it('takes bands as half open: 9 works and 17 does not, 22 and 5 are night and 6 is not', async () => {
    const f = await featuresOf([8, 9, 16, 17, 21, 22, 5, 6].map((h) => ({ at: hour(h) })));
    near(f.working_hours_ratio, 2 / 8);
    near(f.night_activity_ratio, 2 / 8);
  });

  it('takes bands from the schema; a night that does not wrap', async () => {
    const schema = { nightHoursStart: 0, nightHoursEnd: 6, workingHoursStart: 6, workingHoursEnd: 22 };
    const f = await featuresOf(
      [0, 5, 6, 21, 22].map((h) => ({ at: hour(h) })),
      { schema },
    );
    near(f.working_hours_ratio, 2 / 5);
    near(f.night_activity_ratio, 2 / 5);
  });

  it('deviates with the divisor 24, empty hours included', async () => {
    const f = await featuresOf(times(24, { at: hour(3) }));
    near(f.hourly_download_std, Math.sqrt(23));
  });
});

describe('protocols', () => {
  const rows = ['http', 'HTTP', 'https', 'ftp', 'fasp-aspera', 'gridftp-globus', null, null].map((method) => ({
    method,
  }));

  it('maps https and spellings together', async () => {
    const f = await featuresOf(rows);
    expect(f).toMatchObject({ http_ratio: 3 / 8, ftp_ratio: 1 / 8, aspera_ratio: 1 / 8, globus_ratio: 1 / 8 });
    expect(f.protocol_diversity).toBe(4);
    near(f.protocol_legitimacy_score, (0.9 + 0.95 + 0.6 + 0.3) / 8);
  });

  it('keeps raw spellings apart for the reference, and https in none', async () => {
    const f = await featuresOf(rows, { definitions: 'reference' });
    expect(f).toMatchObject({ http_ratio: 2 / 8, protocol_diversity: 6 });
  });
});

describe('countries and peers', () => {
  const place = (loc: string, country: string | null, users: number, each: number) =>
    Array.from({ length: users }, (_, u) => times(each, { loc, country, user: `u${u}` })).flat();
  const rows = [
    ...place('a', 'X', 1, 1),
    ...place('b', 'X', 2, 3),
    ...place('c', 'Z', 4, 40),
    ...place('d', null, 3, 2),
  ];

  it('sums locations by country; no country is no group', async () => {
    const a = await featuresOf(rows, { loc: 'a' });
    expect(a).toMatchObject({
      locations_per_country: 2,
      country_total_dl: 7,
      country_total_users: 3,
      country_new_locations: 2,
      country_low_dl_user_locations: 2,
      country_high_spike_locations: 0,
      country_fraction_latest: 1,
      country_suspicious_location_ratio: 0.5,
    });
    near(a.country_zscore, -1 / Math.SQRT2);
    expect((await featuresOf(rows, { loc: 'd' })).locations_per_country).toBeNaN();
    const reference = await featuresOf(rows, { loc: 'd', definitions: 'reference' });
    expect(reference).toMatchObject({ locations_per_country: 0, country_zscore: 0, country_total_dl: 0 });
  });

  it('ranks by downloads, ties sharing the mean rank', async () => {
    const { features } = await extract(rows);
    expect([...features.need('global_rank_percentile')]).toEqual([1 / 4, 2.5 / 4, 1, 2.5 / 4]);
  });

  it('gives 0.5 where all locations have as many users', async () => {
    const { features } = await extract([...place('a', 'X', 2, 1), ...place('b', 'X', 2, 30)]);
    expect([...features.need('peer_similarity')]).toEqual([0.5, 0.5]);
  });

  it('makes one row of a location with three countries, and calls its place by the most frequent one', async () => {
    const mixed = ['X', 'Z', 'Z', null, null, null].map((country) => ({ country }));
    const { features } = await extract(mixed);
    expect(features.rows).toBe(1);
    expect(features.attributes.country).toEqual(['Z']);
    near(features.need('geographic_stability')[0], 2 / 3);
  });

  it('is half sure of every place for the reference, one without a country included', async () => {
    const { features } = await extract([{ loc: 'a', country: null }, { loc: 'b' }], { definitions: 'reference' });
    expect([...features.need('geographic_stability')]).toEqual([0.5, 0.5]);
  });
});

describe('files, versions and farms', () => {
  it('measures files: 4 rows of one, 2 of another, 2 of a third by two users', async () => {
    const rows: Download[] = [
      ...times(4, { file: 'set_1.2.3.raw' }),
      ...times(2, { file: 'set_1.2.3.xml', user: 'v' }),
      { file: 'set_2.0.0.raw', user: 'v' },
      { file: 'set_2.0.0.raw' },
      { file: null },
    ];
    const f = await featuresOf(rows);
    expect(f).toMatchObject({
      unique_files: 3,
      unique_versions: 2,
      version_concentration: 0.5,
      targets_latest_only: 0,
    });
    near(f.avg_users_per_file, 4 / 3);
    near(f.file_entropy, 1.5);
    near(f.file_mirroring_score, 1 / 1.6);
    expect(f.file_exploration_score).toBe(0);
    near(f.avg_files_per_user, 2);
    const reference = await featuresOf(rows, { definitions: 'reference' });
    expect(reference).toMatchObject({ file_entropy: 0, file_mirroring_score: 10, file_exploration_score: 0 });
  });

  it('takes a two-part number for no version', async () => {
    const f = await featuresOf([{ file: 'v1.2.raw' }]);
    expect(f).toMatchObject({ unique_versions: 0, targets_latest_only: 0 });
    expect(f.version_concentration).toBeNaN();
    expect((await featuresOf([{ file: 'v1.2.raw' }], { definitions: 'reference' })).version_concentration).toBe(0.5);
  });

  it('caps a perfectly even farm at 100; the reference does not see it; a lone user is none', async () => {
    const farm = ofUsers(Array.from({ length: 101 }, () => 2));
    const clean = await featuresOf(farm);
    expect(clean.user_homogeneity_score).toBe(100);
    near(clean.bot_farm_score, 100 * Math.log(102));
    const reference = await featuresOf(farm, { definitions: 'reference' });
    expect(reference).toMatchObject({ user_homogeneity_score: 0, bot_farm_score: 0 });
    expect((await featuresOf(times(5, {}))).user_homogeneity_score).toBe(0);
  });

  it('measures homogeneity of 1, 2, 3 as mean ÷ sd', async () => {
    near((await featuresOf(ofUsers([1, 2, 3]))).user_homogeneity_score, 2);
  });

  it('counts days, weeks and density over the calendar', async () => {
    const rows = ['2024-03-04T00:00:00', '2024-03-04T23:00:00', '2024-03-13T12:00:00'].map((at) => ({ at }));
    const f = await featuresOf(rows);
    expect(f).toMatchObject({ active_days: 2, active_weeks: 2, persistence_score: 4, lifespan_days: 9.5 });
    near(f.activity_density, 2 / 10);
    near((await featuresOf(rows, { definitions: 'reference' })).activity_density, 2 / 9.5);
    near(f.user_authenticity_score, 2);
    expect(f.quiet_days).toBe(0);
    const after = [...rows, { at: '2024-03-20T00:00:00', loc: 'elsewhere' }];
    expect(await featuresOf(after)).toMatchObject({ lifespan_days: 9.5, quiet_days: 6.5 });
    expect(await featuresOf(after, { loc: 'elsewhere' })).toMatchObject({ lifespan_days: 0, quiet_days: 0 });
  });
});

describe('interaction and signature', () => {
  it('scarcity at U = 50, DPU = 21, and nothing at DPU = 20', async () => {
    const at = async (each: number) => featuresOf(ofUsers(Array.from({ length: 50 }, () => each)));
    near((await at(21)).user_scarcity_score, 0.606531);
    expect((await at(20)).user_scarcity_score).toBe(0);
  });

  it('weighs the composite 0.375, 0.3125, 0.3125', async () => {
    const one = await featuresOf(times(30, {}));
    near(one.bot_composite_score, 0.375 + 0.3125 * Math.exp(-0.01) + 0.3125);
    near((await featuresOf(times(3, {}))).bot_composite_score, 0.6875);
  });

  it('works 1 user, 30 downloads at noon on a Wednesday out by hand', async () => {
    const clean = await featuresOf(times(30, {}));
    near(clean.dl_user_per_log_users, 30 / Math.log(3));
    near(clean.download_concentration, 15);
    near(clean.temporal_irregularity, Math.log(31) / 0.1);
    near(clean.access_regularity, 10);
    near(clean.ua_per_user, 1 / (1 / 31 + 0.01));
    near(clean.ip_concentration, 1 - Math.log(2) / Math.log(3));
    near(clean.request_velocity, 30);
    near(clean.weekend_weekday_imbalance, 2 / 7);
    near(clean.request_pattern_anomaly, 1 / (30 / (Math.log(2) + 1) + 0.1));
    expect(clean.session_anomaly).toBe(0);
    const reference = await featuresOf(times(30, {}), { definitions: 'reference' });
    near(reference.request_velocity, 30 / 169);
    near(reference.weekend_weekday_imbalance, 0.5);
  });
});
