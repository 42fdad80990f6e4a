import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { autocorrelation } from '../../src/features/periodicity.js';
import { resolveHttpOptions } from '../../src/index.js';
import { BROWSER, featuresOf, type LineParts, log } from '../support.js';

const get = (path: string, at: number, rest: LineParts = {}): LineParts => ({
  request: `GET ${path} HTTP/1.1`,
  at,
  ...rest,
});

async function only(lines: readonly LineParts[], options: Parameters<typeof featuresOf>[1], ...names: string[]) {
  const table = await featuresOf(log(lines), options);
  expect(table.rows).toBe(1);
  return names.map((name) => table.need(name)[0]!);
}

describe('transfers', () => {
  it('pieces of a file within ten minutes are one transfer, of another file or later another', async () => {
    const lines = [
      get('/big.zip', 0, { status: 206, bytes: 100 }),
      get('/big.zip', 5, { status: 206, bytes: 100 }),
      get('/big.zip', 605, { status: 206, bytes: 100 }),
      get('/other.zip', 606, { status: 206, bytes: 300 }),
      get('/big.zip', 1206, { status: 206, bytes: 100 }),
      get('/big.zip', 1207, { status: 200, bytes: 500 }),
    ];
    // Pieces at 5 and 605 go on; 1206 is 601 s later, and 200 is no piece.
    const values = await only(lines, {}, 'transfer_count', 'piece_ratio', 'bytes_total', 'bytes_mean', 'bytes_sd');
    expect(values.slice(0, 4)).toEqual([4, 1 / 3, 1200, 200]);
    // 4 × (200 − 100)² + 100² + 300² = 140,000 over 6
    expect(values[4]).toBeCloseTo(Math.sqrt(140_000 / 6), 9);
  });

  it('sizes that no file has do not overflow', async () => {
    const lines = Array.from(
      { length: 9 },
      (_, i) => `192.0.2.1 - - [02/Jan/2024:00:00:0${i} +0000] "GET / HTTP/1.1" 200 4503599627370496`,
    );
    const table = await featuresOf(`${lines.join('\n')}\n`);
    expect(table.need('bytes_mean')[0]).toBe(2 ** 50);
  });
});

describe('pages of an application', () => {
  const own = { referrer: 'https://site.example/app' };
  it('what the page asks for by itself is no page view', async () => {
    const calls = Array.from({ length: 40 }, (_, i) => get(`/data/${i}`, 10 + Math.floor(i / 10), own));
    const names = ['page_requests', 'max_day_pages', 'max_pages_60s', 'time_per_page'];
    expect(await only([get('/app', 10), ...calls], { ownHosts: ['site.example'] }, ...names)).toEqual([41, 4, 4, 1]);
  });
});

describe('the tree of paths', () => {
  it('/a/b and /a/c are ends, /a is not; /d/ is one', async () => {
    expect(
      await only([get('/a', 0), get('/a/b', 1), get('/a/c', 2), get('/d/', 3), get('/a/b', 4)], {}, 'width'),
    ).toEqual([3]);
  });

  it('coverage: two of the three items that the site is known to have', async () => {
    const table = await featuresOf(
      log([
        get('/item/10', 0),
        get('/item/11', 1),
        get('/item/12', 2, { host: '198.51.100.7' }),
        get('/about', 3, { host: '203.0.113.9' }),
      ]),
    );
    const of = (ip: string) => table.need('coverage')[table.attributes.country.indexOf(ip)];
    expect([of('192.0.2.1'), of('198.51.100.7'), of('203.0.113.9')]).toEqual([2 / 3, 1 / 3, 0]);
  });
});

describe('sessions', () => {
  const lines = [get('/a', 3500), get('/b', 3700), get('/c', 9000)];
  it.each([
    ['idle', 2, 200],
    ['hour', 3, 0],
    ['day', 1, 5500],
    ['total', 1, 5500],
  ] as const)('by %s', async (sessionWindow, sessions, duration) => {
    expect(await only(lines, { sessionWindow }, 'session_count', 'duration')).toEqual([sessions, duration]);
  });

  it('names the windows there are', () => {
    expect(() => resolveHttpOptions({ sessionWindow: 'week' as 'day' })).toThrow('idle, hour, day, total');
  });
});

describe('periodicity', () => {
  /** The definition, second by second. */
  function byHand(seconds: readonly number[]): number {
    const first = seconds[0]!;
    const bins = new Array<number>(seconds.at(-1)! - first + 1).fill(0);
    for (const second of seconds) bins[second - first]!++;
    const mean = seconds.length / bins.length;
    const total = bins.reduce((sum, c) => sum + (c - mean) ** 2, 0);
    let best = 0;
    for (let lag = 2; lag <= Math.min(3600, bins.length - 1); lag++) {
      let sum = 0;
      for (let t = 0; t + lag < bins.length; t++) sum += (bins[t]! - mean) * (bins[t + lag]! - mean);
      best = Math.max(best, sum / total);
    }
    return best;
  }

  it('is what the definition gives', () => {
    const times = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(times, (unsorted) => {
        const seconds = [...unsorted].sort((a, b) => a - b);
        fc.pre(new Set(seconds).size > 1 && new Set(seconds).size <= seconds.at(-1)! - seconds[0]!);
        expect(autocorrelation(Float64Array.from(seconds))).toBeCloseTo(byHand(seconds), 9);
      }),
      { numRuns: 200 },
    );
  });

  it('a timer of a minute is near 1, and thirty requests are needed', async () => {
    const every = (n: number) => Array.from({ length: n }, (_, i) => get('/feed.xml', 60 * i));
    const [timer] = await only(every(100), {}, 'periodicity');
    expect(timer).toBeGreaterThan(0.95);
    expect(await only(every(29), {}, 'periodicity')).toEqual([Number.NaN]);
    expect(autocorrelation(new Float64Array(40).fill(7))).toBeNaN();
  });
});

describe('cookies', () => {
  const pattern = '%h %l %u %t "%r" %>s %b "%{Cookie}i"';
  const lineOf = (i: number, cookie: string) =>
    `192.0.2.1 - - [02/Jan/2024:00:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')} +0000] "GET /p${i % 20} HTTP/1.1" 200 10 "${cookie}"`;

  it('eleven without one among 101 requests for twenty paths', async () => {
    const lines = Array.from({ length: 101 }, (_, i) => lineOf(i, i < 11 ? '-' : 'id=1'));
    const table = await featuresOf(`${lines.join('\n')}\n`, { pattern });
    expect(table.need('cookie_absence_ratio')[0]).toBeCloseTo(11 / 101, 12);
    expect(table.need('max_day_without_cookie')[0]).toBe(11);
    const fewer = await featuresOf(`${lines.slice(0, 100).join('\n')}\n`, { pattern });
    expect(fewer.need('max_day_without_cookie')[0]).toBe(0);
  });

  it('is not measured where the format has none', async () => {
    expect(await only([get('/', 0)], {}, 'cookie_absence_ratio', 'max_day_without_cookie')).toEqual([
      Number.NaN,
      Number.NaN,
    ]);
  });
});

describe('topics', () => {
  const topics = { '/x': [1, 0], '/y': [0, 2], '/z': [1, 0] };
  const names = ['total_topics', 'unique_topics', 'page_similarity', 'page_variance', 'boolean_variance'];
  it('x, z, y: cosines 1 and 0; mean (2/3, 2/3), squared distances 5/9, 5/9 and 20/9', async () => {
    const values = await only([get('/x', 0), get('/z', 1), get('/about', 2), get('/y', 3)], { topics }, ...names);
    for (const [i, wanted] of [3, 2, 0.5, 10 / 9, 4 / 9].entries()) expect(values[i]).toBeCloseTo(wanted, 12);
  });

  it('sessions are apart, and without topics nothing is measured', async () => {
    const values = await only([get('/x', 0), get('/y', 4000)], { topics }, ...names);
    expect(values).toEqual([2, 2, Number.NaN, 0, 0]);
    expect(await only([get('/x', 0)], {}, ...names)).toEqual(names.map(() => Number.NaN));
    expect(() => resolveHttpOptions({ topics: { '/x': [1], '/y': [1, 2] } })).toThrow('/y');
  });
});

describe('one address, many people', () => {
  it('browsers that made more than two requests there are visitors of it', async () => {
    const agents = Array.from(
      { length: 25 },
      (_, i) => `Mozilla/5.0 (X11; Linux x86_64; rv:${i + 90}.0) Gecko/20100101 Firefox/${i + 90}.0`,
    );
    const lines = agents.flatMap((agent, i) => [0, 1, 2].map((k) => get(`/${i}/${k}`, i * 2 + k, { agent })));
    const table = await featuresOf(
      log([...lines, get('/', 200, { agent: 'curl/8.0' }), get('/', 201, { agent: BROWSER })]),
    );
    expect(new Set(table.need('address_visitors'))).toEqual(new Set([25]));
    expect(Math.max(...table.need('agent_switching_level'))).toBeLessThan(3);
  });
});
