import { describe, expect, it } from 'vitest';
import { featuresOf, type LineParts, line, log } from '../support.js';

/** Values of features of the only client. */
async function only(lines: readonly LineParts[], ...names: readonly string[]): Promise<number[]> {
  const table = await featuresOf(log(lines));
  expect(table.rows).toBe(1);
  return names.map((name) => table.need(name)[0]!);
}

const get = (path: string, at: number, rest: LineParts = {}): LineParts => ({
  request: `GET ${path} HTTP/1.1`,
  at,
  ...rest,
});

describe('pace', () => {
  it('gaps 1, 3 and 8 s: mean 4, population sd √(26/3), median 3', async () => {
    const names = [
      'avg_request_interarrival_time',
      'std_interarrival',
      'cv_interarrival',
      'median_interarrival',
      'min_interarrival',
    ];
    const values = await only([get('/a', 0), get('/b', 1), get('/c', 4), get('/d', 12)], ...names);
    const sd = Math.sqrt((9 + 1 + 16) / 3);
    for (const [i, wanted] of [4, sd, sd / 4, 3, 1].entries()) expect(values[i]).toBeCloseTo(wanted, 12);
  });

  it('has no gap for one request, and none across sessions', async () => {
    expect(await only([get('/a', 0)], 'avg_request_interarrival_time', 'session_count', 'duration')).toEqual([
      Number.NaN,
      1,
      0,
    ]);
    const apart = [get('/a', 0), get('/b', 10), get('/c', 10 + 1801), get('/d', 10 + 1801 + 20)];
    expect(await only(apart, 'avg_request_interarrival_time', 'session_count', 'duration')).toEqual([15, 2, 30]);
    expect(await only([get('/a', 0), get('/b', 1800)], 'session_count')).toEqual([1]);
  });

  it('identical times: gap 0, no cv, and a rate over at least a second', async () => {
    const same = Array.from({ length: 6 }, (_, i) => get(`/${i}`, 5));
    expect(
      await only(same, 'avg_request_interarrival_time', 'cv_interarrival', 'requests_per_min', 'time_per_page'),
    ).toEqual([0, Number.NaN, 360, 0]);
  });

  it('peaks slide: ten requests over twenty seconds, six of them within ten', async () => {
    const at = [0, 2, 8, 9, 10, 11, 12, 17.9, 19, 20].map((second) => Math.floor(second));
    // [t − 10 s, t]: from 8 to 17 are 8, 9, 10, 11, 12, 17
    expect(
      await only(
        at.map((second, i) => get(`/${i}`, second)),
        'max_requests_10s',
        'max_requests_60s',
        'burst_ratio',
      ),
    ).toEqual([6, 10, 0.6]);
  });

  it('does not depend on the order of lines, nor on a shift in time', async () => {
    const lines = [get('/a', 100), get('/b.png', 101), get('/c', 130, { status: 404 }), get('/a', 200)];
    const table = await featuresOf(log(lines));
    const shuffled = await featuresOf(log([lines[2]!, lines[0]!, lines[3]!, lines[1]!]));
    const shifted = await featuresOf(log(lines.map((parts) => ({ ...parts, at: parts.at! + 50 }))));
    for (const name of table.columns.keys()) {
      expect([name, ...shuffled.need(name)]).toEqual([name, ...table.need(name)]);
      expect([name, ...shifted.need(name)]).toEqual([name, ...table.need(name)]);
    }
  });
});

describe('what was asked for', () => {
  it('counts kinds, methods and statuses', async () => {
    const lines = [
      get('/', 0),
      get('/style.css', 1),
      get('/logo.png', 1),
      get('/data/table.csv', 2, { status: 304 }),
      get('/robots.txt?x=1', 3),
      { request: 'HEAD /page HTTP/1.0', at: 4, status: 404 },
      { request: '\\x16\\x03\\x01', at: 5, status: 400 },
      { request: '-', at: 6, status: 408 },
    ];
    const names = [
      'number_requests_total',
      'number_requests_GET',
      'number_requests_HEAD',
      'html_ratio',
      'image_ratio',
      'ascii_ratio',
    ];
    expect(await only(lines, ...names)).toEqual([8, 5, 1, 0.25, 0.125, 0.125]);
    const others = [
      'robots_txt_requested',
      'bad_request_ratio',
      'status_4xx_ratio',
      'ratio_404',
      'ratio_304',
      'http10_ratio',
    ];
    expect(await only(lines, ...others)).toEqual([1, 0.25, 0.375, 0.125, 0.125, 1 / 6]);
  });

  it('tells bytes that are no request from connections that stay silent, and secrets that are missed', async () => {
    const lines = [
      { request: '\\x16\\x03\\x01', at: 0, status: 400 },
      { request: '-', at: 1, status: 408 },
      get('/.git/config', 2, { status: 404 }),
      get('/.env.prod', 3),
    ];
    expect(await only(lines, 'bad_request_ratio', 'garbage_requests', 'sensitive_missed', 'sensitive_level')).toEqual([
      0.5, 1, 1, 1.8,
    ]);
  });

  it('runs through numbers: 11, 12, 13, 20 has two steps of one among three', async () => {
    const lines = [11, 12, 13, 20].map((n, i) => get(`/item/${n}`, i));
    expect(await only(lines, 'id_run_ratio', 'distinct_items')).toEqual([2 / 3, 4]);
    expect(await only([get('/item/11', 0)], 'id_run_ratio', 'distinct_items')).toEqual([Number.NaN, 1]);
  });

  it('referrers of the site whose page was never asked for', async () => {
    const referrer = 'https://example.org/a';
    const lines = [get('/a', 0), get('/b', 1, { referrer }), get('/c', 2, { referrer: 'https://example.org/never' })];
    expect(await only(lines, 'referrer_mismatch_ratio', 'no_referrer_requests_ratio')).toEqual([0.5, 1 / 3]);
  });

  it('paths: three of five are distinct; popularity is of the whole site', async () => {
    const paths = ['/a', '/a', '/a', '/b', '/c'];
    const [distinct, repeats, popularity] = await only(
      paths.map((path, i) => get(path, i)),
      'distinct_paths',
      'repeat_ratio',
      'popularity_mean',
    );
    expect([distinct, repeats]).toEqual([3, 0.4]);
    expect(popularity).toBeCloseTo((3 * Math.log10(3)) / 5, 12);
  });
});

describe('buckets', () => {
  it('a bucket that loses one per ten seconds, filled at 0, 1, 2 and 30 s, holds 2.8 at most', async () => {
    const lines = [0, 1, 2, 30].map((at, i) => get(`/missing-${i}`, at, { status: 404 }));
    // Parts of a page that the site itself names and does not have are no probes.
    const broken = Array.from({ length: 20 }, (_, i) =>
      get(`/gone-${i}.png`, 1, { status: 404, referrer: 'https://example.org/missing-0' }),
    );
    expect(await only([...lines, ...broken], 'probing_level')).toEqual([2.8]);
  });

  it('counts a path once in a session', async () => {
    const lines = [0, 1, 2, 3].map((at) => get('/.env', at, { status: 404 }));
    expect(await only(lines, 'sensitive_level', 'probing_level')).toEqual([1, 1]);
  });

  it('eleven agents in a row at one address overflow the bucket of each of them', async () => {
    const table = await featuresOf(
      log(Array.from({ length: 12 }, (_, i) => get('/', i, { agent: `Agent ${i} of many` }))),
    );
    expect(table.rows).toBe(12);
    // 12 − 11 s ÷ 8 s
    for (const level of table.need('agent_switching_level')) expect(level).toBe(12 - 11 / 8);
    expect(new Set(table.need('distinct_uas'))).toEqual(new Set([12]));
  });
});

describe('what a format lacks', () => {
  it('is not measured: no agent and no referrer in the common format', async () => {
    const common = [0, 1].map((at) => line({ at }).replace(/ "-" "[^"]*"$/, '')).join('\n');
    const table = await featuresOf(common);
    const lacking = [
      'ua_missing',
      'ua_declared_bot',
      'ua_machine',
      'no_referrer_requests_ratio',
      'number_requests_no_referrer',
    ];
    for (const name of [
      ...lacking,
      'distinct_uas',
      'agent_switching_level',
      'max_fast_day_no_referrer',
      'referrer_mismatch_ratio',
    ]) {
      expect([name, ...table.need(name)]).toEqual([name, Number.NaN]);
    }
    expect(table.need('number_requests_total')[0]).toBe(2);
  });

  it('every feature says what it measures and when it is NULL', async () => {
    const table = await featuresOf(log([{}]));
    for (const spec of table.specs.values()) {
      expect(spec.meaning.length, spec.name).toBeGreaterThan(10);
      expect(spec.nullWhen.length, spec.name).toBeGreaterThan(3);
    }
    expect(table.columns.size).toBeGreaterThan(90);
  });
});
