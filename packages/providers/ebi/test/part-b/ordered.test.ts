import { createRandom } from '@deeplogbot/core';
import { afterAll, describe, expect, it } from 'vitest';
import { closeEngine, DAY, extract, features, HOUR, type Row } from './fixture.js';

afterAll(closeEngine);

const VISITS: Row[] = [0, 600, 3000, 3600, 12_000].map((t) => ({ t }));

describe('visits', () => {
  it('gives the worked example: {0, 600}, {3000, 3600}, {12000}', async () => {
    for (const definitions of ['clean', 'reference'] as const) {
      const f = await features(VISITS, { definitions });
      // durations 600, 600, 0: mean 400, sd √120000; sizes 2, 2, 1; silences 2400, 8400
      expect(f.session_duration_cv).toBeCloseTo(0.866025, 6);
      expect(f.downloads_per_session_cv).toBeCloseTo(0.34641, 6);
      expect(f.inter_session_regularity).toBeCloseTo(1.27279, 5);
      expect(f.num_sessions).toBe(3);
      expect(f.downloads_per_session).toBeCloseTo(5 / 3, 12);
      // hours 0, 0, 3: log2 3 − 2/3
      expect(f.session_start_hour_entropy).toBeCloseTo(Math.log2(3) - 2 / 3, 12);
    }
  });

  it('keeps 1800 s inside a visit and ends it at 1801 s', async () => {
    expect((await features([{ t: 0 }, { t: 1800 }])).num_sessions).toBe(1);
    expect((await features([{ t: 0 }, { t: 1801 }])).num_sessions).toBe(2);
  });

  it('caps a perfect rhythm in clean mode and calls it 0 in reference mode', async () => {
    const rows = [0, 1, 2, 3].map((i) => ({ t: i * DAY }));
    expect((await features(rows)).inter_session_regularity).toBe(100);
    expect((await features(rows, { definitions: 'reference' })).inter_session_regularity).toBe(0);
  });

  it('starts a visit across midnight at 23 h in clean mode, at 0 h in reference mode', async () => {
    // one visit at 23:50 … 00:10, one at 00:30 the day after: hours {23, 0} or {0, 0}
    const rows = [23 * HOUR + 3000, DAY + 600, 2 * DAY + 1800].map((t) => ({ t }));
    expect((await features(rows)).session_start_hour_entropy).toBe(1);
    expect((await features(rows, { definitions: 'reference' })).session_start_hour_entropy).toBe(0);
  });

  it('measures nothing in one row, and gives the reference defaults', async () => {
    const clean = await features([{ t: 0 }]);
    const reference = await features([{ t: 0 }], { definitions: 'reference' });
    const names = ['session_duration_cv', 'inter_session_regularity', 'downloads_per_session_cv'] as const;
    expect(names.map((name) => clean[name])).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(names.map((name) => reference[name])).toEqual([1, 0, 1]);
    expect(reference.session_start_hour_entropy).toBe(2);
  });

  it('follows each user apart and leaves rows without a user out', async () => {
    // a: {0, 600}, {4000}; b: {300}; merged: one visit 0, 300, 600 and {4000}
    const rows = [
      { t: 0, user: 'a' },
      { t: 300, user: 'b' },
      { t: 600, user: 'a' },
      { t: 4000, user: 'a' },
      { t: 9000, user: null },
    ];
    const f = await features(rows);
    expect(f.user_visit_count).toBe(3);
    // durations 600, 0, 0: mean 200, sd √120000
    expect(f.user_visit_duration_cv).toBeCloseTo(Math.sqrt(120_000) / 200, 12);
    // sizes 2, 1, 1: mean 4/3, sd √(1/3)
    expect(f.user_visit_size_cv).toBeCloseTo(Math.sqrt(1 / 3) / (4 / 3), 12);
    expect(f.num_sessions).toBe(3);
  });

  it('joins the half hours of a long visit of one user, beside others', async () => {
    // a: 1800 s apart, one visit over 5 half hours, then another; b: 1801 s apart, three visits
    const rows = [
      ...[10, 1810, 3610, 5410, 7210, 20_000, 20_001].map((t) => ({ t, user: 'a' })),
      ...[20, 1821, 3622].map((t) => ({ t, user: 'b' })),
    ];
    const f = await features(rows);
    expect(f.user_visit_count).toBe(5);
    expect(f.user_visit_size_cv).toBeCloseTo(sampleCv([5, 2, 1, 1, 1]), 12);
    expect(f.user_visit_duration_cv).toBeCloseTo(sampleCv([7200, 1, 0, 0, 0]), 12);
  });

  it('finds the visits of users that a walk from row to row finds', async () => {
    const random = createRandom(7);
    const rows = Array.from({ length: 3000 }, () => ({ t: random.int(40 * HOUR), user: `u${random.int(12)}` }));
    const visits = walked(rows);
    expect(visits.some(({ duration }) => duration > 5000)).toBe(true);
    const f = await features(rows);
    expect(f.user_visit_count).toBe(visits.length);
    expect(f.user_visit_size_cv).toBeCloseTo(sampleCv(visits.map(({ n }) => n)), 12);
    expect(f.user_visit_duration_cv).toBeCloseTo(sampleCv(visits.map(({ duration }) => duration)), 12);
    const pauses = visits.flatMap(({ pause }) => pause ?? []);
    expect(f.user_visit_regularity).toBeCloseTo(1 / sampleCv(pauses), 12);
  });
});

/** Sample deviation by mean. */
function sampleCv(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1)) / mean;
}

interface Visit {
  n: number;
  duration: number;
  /** Since the end of the same user's visit before. */
  readonly pause?: number;
}

function walked(rows: readonly (Row & { readonly user: string })[]): Visit[] {
  const visits: Visit[] = [];
  const ordered = rows.toSorted((a, b) => (a.user < b.user ? -1 : a.user > b.user ? 1 : a.t - b.t));
  for (const [i, { t, user }] of ordered.entries()) {
    const before = ordered[i - 1];
    const gap = before?.user === user ? t - before.t : undefined;
    const visit = visits.at(-1);
    if (visit && gap !== undefined && gap <= 1800) {
      visit.n++;
      visit.duration += gap;
    } else visits.push({ n: 1, duration: 0, ...(gap !== undefined && { pause: gap }) });
  }
  return visits;
}

describe('timing', () => {
  it('works out gaps 10, 20, 20, 30, 100 000 s and 0 s by hand', async () => {
    // the last two gaps do not count: 0 s and more than a day; only four are left
    const few = [0, 10, 30, 50, 80, 80, 100_080].map((t) => ({ t }));
    const clean = await features(few);
    expect(clean.request_interval_mode).toBeNaN();
    expect(clean.round_second_ratio).toBeCloseTo(4 / 60, 15);
    expect(clean.millisecond_variance).toBeNaN();
    const reference = await features(few, { definitions: 'reference' });
    expect(reference.request_interval_mode).toBe(0);
    expect(reference.round_second_ratio).toBe(0.25);
    expect(reference.millisecond_variance).toBe(250_000);
    expect(reference.interval_entropy).toBe(1);
  });

  it('takes the mode of rounded gaps, the smaller of two that tie, and round seconds', async () => {
    // gaps 10, 20, 20.25, 9.75, 40: bins 10, 20, 20, 10, 40; rows at second 10, 30, 50.25, 0 and 40
    const f = await features([0, 10, 30, 50.25, 60, 100].map((t) => ({ t })));
    expect(f.request_interval_mode).toBe(10);
    expect(f.round_second_ratio).toBe(2 / 5);
    // ms 0, 0, 250, 0, 0: mean 50, Σ(x − mean)² = 50 000, ÷ 4
    expect(f.millisecond_variance).toBe(12_500);
    // mean 20, deviations −10, 0, 0.25, −10.25, 20
    const sd = Math.sqrt((100 + 0.0625 + 105.0625 + 400) / 4);
    expect(f.interval_entropy).toBeCloseTo(Math.log2(1 + sd / 20), 12);
    expect(f.interval_cv).toBeCloseTo(sd / 20, 12);
    expect(f.regularity_score).toBeCloseTo(1 / (1 + sd / 20), 12);
    expect(f.mean_interval).toBe(20);
    const reference = await features(
      [0, 10, 30, 50.25, 60, 100].map((t) => ({ t })),
      { definitions: 'reference' },
    );
    expect(reference.regularity_score).toBeCloseTo(20 / (sd + 1), 12);
  });

  it('does not change when all times shift by whole days or rows are shuffled', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => ({
      t: (i * 7919) % 500_000,
      file: `f${(i * 31) % 17}`,
      user: `u${i % 5}`,
    }));
    const moved = rows.map((row) => ({ ...row, t: row.t + 7 * DAY })).sort((a, b) => a.file.localeCompare(b.file));
    expect(await features(moved)).toEqual(await features(rows));
  });
});

describe('access', () => {
  const files = ['a1', 'b2', 'b2', 'c3', 'd9'].map((file, i) => ({ t: i * 60, file }));

  it('gives the worked example: ranks 1, 2, 2, 3, 4', async () => {
    const clean = await features(files);
    expect(clean.alphabetical_access_score).toBeCloseTo(0.970725, 6);
    expect(clean.directory_traversal_score).toBeCloseTo((0.970725 * 4) / 5, 6);
    expect(clean.unique_file_ratio).toBe(0.8);
    expect(clean.retry_ratio).toBe(0.25);
    // numbers 1, 2, 2, 3, 9: steps 1→2 and 2→3 of four
    expect(clean.sequential_file_ratio).toBe(0.5);
    const reference = await features(files, { definitions: 'reference' });
    expect(reference.alphabetical_access_score).toBeCloseTo(0.77658, 6);
    expect(reference.directory_traversal_score).toBe(reference.alphabetical_access_score);
    expect(reference.unique_file_ratio).toBe(1);
  });

  it('leaves rows without a file name out of the order, and names without a number out of the steps', async () => {
    const list = ['a1', null, 'b2', 'x', 'c3'].map((file, i) => ({ t: i, file }));
    const f = await features(list);
    // a1 → b2 counts, b2 → x counts without success, x → c3 does not start at a number
    expect(f.sequential_file_ratio).toBe(0.5);
    expect(f.unique_file_ratio).toBe(1);
    expect(f.file_diversity_ratio).toBe(4 / 5);
  });

  it('does not change when rows without a file name come between, whatever the other keys have', async () => {
    const named = (loc: string) => files.map((row) => ({ ...row, loc }));
    const between = files.map(({ t }) => ({ t: t + 30, file: null, loc: 'B' }));
    const { features: table } = await extract([...named('A'), ...named('B'), ...between]);
    for (const name of ['alphabetical_access_score', 'sequential_file_ratio', 'retry_ratio', 'unique_file_ratio']) {
      expect(table.need(name)[1], name).toBe(table.need(name)[0]);
    }
  });

  it('is NULL, and only it, when the log has no file names at all', async () => {
    const found = await extract(VISITS, { schema: { fileField: null } });
    expect(found.features.need('retry_ratio')[0]).toBeNaN();
    expect(found.features.need('num_sessions')[0]).toBe(3);
  });

  it('orders rows of one instant by file name', async () => {
    const one = ['c', 'a', 'b'].map((file) => ({ t: 0, file }));
    expect((await features(one)).alphabetical_access_score).toBe(1);
    const hostile = [`');DROP TABLE log;--`, 'a', 'b'].map((file, i) => ({ t: i, file }));
    expect((await features(hostile)).alphabetical_access_score).toBe(1);
  });
});
