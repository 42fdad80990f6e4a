import { beforeAll, describe, expect, it } from 'vitest';
import { BROWSER, featuresOf, type LineParts, log } from './support.js';

const get = (at: number, path: string, status: number, referrer = '-'): LineParts => ({
  at,
  request: `GET ${path} HTTP/1.1`,
  status,
  referrer: referrer === '-' ? '-' : `https://site.example${referrer}`,
});

/** Sixteen requests of a reader: a session of 40 s after midnight, and one of 7 s at nine. */
const READER: readonly LineParts[] = [
  get(0, '/', 200),
  get(1, '/a.css', 200, '/'),
  get(1, '/b.png', 200, '/'),
  get(2, '/favicon.ico', 304, '/'),
  get(10, '/docs/x', 503),
  get(11, '/docs/y?q=1&r=2', 200, '/docs/x'),
  { ...get(30, '', 302, '/docs/y'), request: 'POST /login HTTP/1.1' },
  { ...get(40, '', 403), request: 'PUT /docs/x HTTP/1.1' },
  get(32_400, '/paper.pdf', 206),
  get(32_401, '/data.csv', 200),
  get(32_402, '/set.zip', 200),
  get(32_403, '/talk.webm', 429),
  get(32_404, '/sitemap.xml', 200),
  get(32_405, '/feed.xml', 200),
  get(32_406, '/hidden', 404),
  get(32_407, '/docs/y?q=3&r=2', 200),
];

const HEADLESS =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/60.0.3112.78 Safari/537.36';

describe('a worked example', () => {
  let of: (ip: string) => (name: string) => number;
  beforeAll(async () => {
    // A browser without a screen in the reader's network, and a robot elsewhere.
    const neighbour = [1, 2, 3, 4].map((at) => ({ ...get(at, '/', 200), host: '192.0.2.2', agent: HEADLESS }));
    const robot = {
      ...get(5, '/', 200),
      host: '198.51.100.9',
      agent: 'Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)',
    };
    const options = { ownHosts: ['site.example'], trapPaths: ['/hidden'] };
    // Two addresses with an agent that makes less than a thousandth of the requests, and who makes the others.
    const rare = ['198.51.100.1', '203.0.113.1'].map((host) => ({ ...get(9, '/', 200), host, agent: 'x' }));
    const crowd = Array.from({ length: 2_000 }, (_, i) => ({
      ...get(i, '/c', 200),
      host: '203.0.113.2',
      agent: 'curl/8',
    }));
    const table = await featuresOf(log([...READER, ...neighbour, robot, ...rare, ...crowd]), options);
    of = (ip) => (name) => table.need(name)[table.attributes.country.indexOf(ip)]!;
  });

  it.each<readonly [what: string, values: Readonly<Record<string, number>>]>([
    [
      'methods',
      {
        number_requests_POST: 1,
        GET_requests_ratio: 14 / 16,
        HEAD_requests_ratio: 0,
        POST_requests_ratio: 1 / 16,
        other_method_ratio: 1 / 16,
      },
    ],
    [
      'answers',
      {
        status_2xx_ratio: 10 / 16,
        status_3xx_ratio: 2 / 16,
        status_5xx_ratio: 1 / 16,
        ratio_403: 1 / 16,
        ratio_429: 1 / 16,
        ratio_206: 1 / 16,
      },
    ],
    ['a second after 503 and after 429', { retry_after_429: 2 / 16 }],
    [
      'kinds',
      {
        script_style_ratio: 1 / 16,
        image_ratio: 2 / 16,
        asset_ratio: 3 / 16,
        document_ratio: 1 / 16,
        zip_ratio: 1 / 16,
        multimedia_ratio: 1 / 16,
        binary_ratio: 3 / 16,
        data_download_ratio: 3 / 16,
      },
    ],
    [
      'seven pages, five of them without a referrer, two images',
      { html_ratio: 7 / 16, unassigned_referrer_ratio: 5 / 7, html_to_image_ratio: 3.5 },
    ],
    [
      'single paths',
      { sitemap_requested: 1, favicon_requested: 1, feed_requested: 1, hidden_link_hits: 1, robots_txt_named: 0 },
    ],
    [
      'depths 0, 1 (11 times) and 2 (4 times)',
      { depth: 2, depth_mean: 19 / 16, depth_sd: Math.sqrt(16 * 27 - 19 ** 2) / 16 },
    ],
    ['queries', { distinct_query_shapes: 1, max_query_values: 2 }],
    [
      '47 s in two sessions',
      {
        click_rate: (7 * 60) / 47,
        max_session_requests: 8,
        max_session_requests_scaled: 8,
        max_session_logins: 1,
        max_session_pages: 5,
      },
    ],
    ['one of five pairs of pages in one folder', { sequential_ratio: 1 / 5 }],
    [
      'the site: 2 images of 2,023 requests; 4, 2, 1, 1 and 1 requests within 10 s of a page',
      { site_image_share: 2 / 2023, site_requests_per_view: 1 },
    ],
    ['the day: 10 of content, not fast', { active_days: 1, max_day_content: 10, max_fast_day_bare: 0 }],
    ['hours 0 and 9, half each', { night_ratio: 0.5, active_hours: 2, hour_entropy: 1 }],
    [
      '14 paths, two of them twice',
      { path_entropy: (Math.log(16) - (4 * Math.log(2)) / 16) / Math.log(14), swept_items: 0, crawl_level: 1 },
    ],
    [
      'the agent',
      {
        ua_length: BROWSER.length,
        ua_len_suspicious: 0,
        ua_headless: 0,
        ua_stale: 0,
        ua_names_bot: 0,
        ua_ai: 0,
        ua_nameless: 0,
        ua_impersonation: 0,
        ua_graphical: 1,
      },
    ],
    [
      'the network: 16 of 20 requests, two addresses, one of a browser',
      { subnet_share: 0.8, subnet_ips: 2, network_visitors: 1, network_bare_share: 0 },
    ],
    [
      'what a browser brings along',
      { lone_pages: 0, entered_pages: 0, blind_posts: 0, bare_posts: 0, attack_requests: 0, proxy_requests: 0 },
    ],
  ])('%s', (_, values) => {
    for (const [name, value] of Object.entries(values))
      expect([name, of('192.0.2.1')(name)]).toEqual([name, expect.closeTo(value, 12)]);
  });

  it('an agent of less than a thousandth of the requests: how many addresses share it', () => {
    expect(['distinct_ips_same_ua', 'ua_len_suspicious'].map(of('203.0.113.1'))).toEqual([2, 1]);
    expect(['distinct_ips_same_ua', 'gap_round_ratio'].map(of('203.0.113.2'))).toEqual([Number.NaN, Number.NaN]);
  });

  it('others: an old browser without a screen, a robot for language models', () => {
    expect(['ua_headless', 'ua_stale', 'lone_pages'].map(of('192.0.2.2'))).toEqual([1, 1, 1]);
    expect(['ua_ai', 'ua_names_bot', 'ua_headless'].map(of('198.51.100.9'))).toEqual([1, 1, 0]);
  });
});

it('a browser is old five years after its release', async () => {
  const chrome = (major: number) =>
    `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/${major}.0.0.0 Safari/537.36`;
  const table = await featuresOf(log([70, 72, 75].map((major, i) => ({ host: `192.0.2.${i}`, agent: chrome(major) }))));
  // Chrome 70 is of October 2018 and 80 of February 2020; the log is of January 2024.
  expect(table.attributes.country.map((ip, i) => [ip, table.need('ua_stale')[i]]).sort()).toEqual([
    ['192.0.2.0', 1],
    ['192.0.2.1', 0],
    ['192.0.2.2', 0],
  ]);
});

it('gaps of whole seconds: one of 1.04 and 1.5 s, where times have fractions', async () => {
  const json = ['00.000', '01.040', '02.540'].map((second) =>
    JSON.stringify({
      '@timestamp': `2024-01-02T00:00:${second}Z`,
      source: { ip: '192.0.2.1' },
      url: { path: '/' },
      http: { request: { method: 'GET' }, response: { status_code: 200 } },
      user_agent: { original: BROWSER },
    }),
  );
  expect((await featuresOf(json.join('\n'))).need('gap_round_ratio')[0]).toBe(0.5);
});
