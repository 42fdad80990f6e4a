import { describe, expect, it } from 'vitest';
import { type LineParts, log, verdictsOf } from '../support.js';

/** Ordinary sites, some of their fields or kinds of requests missing. People on them must not be called bots. */
const SITE = 'https://site.example';
const firefox = (major: number) => `Mozilla/5.0 (X11; Linux x86_64; rv:${major}.0) Gecko/20100101 Firefox/${major}.0`;

const request = (path: string, at: number, rest: LineParts = {}): LineParts => ({
  request: `GET ${path} HTTP/1.1`,
  at,
  ...rest,
});

/** A person who reads: a page each forty seconds, with what it loads, from page to page. */
function reader(person: number, pages: number, assets: readonly string[], rest: LineParts = {}): LineParts[] {
  const who = { host: `198.51.100.${person}`, agent: firefox(110 + (person % 15)), ...rest };
  const times = Array.from({ length: pages }, (_, i) => i);
  return times.flatMap((i) => {
    const at = person * 7 + i * (31 + ((person * 17 + i * 13) % 25));
    const before = i === 0 ? '-' : `${SITE}/read/${person}/${i - 1}`;
    const page = `${SITE}/read/${person}/${i}`;
    return [
      request(`/read/${person}/${i}`, at, { ...who, referrer: before }),
      ...assets.map((asset) => request(asset, at + 1, { ...who, referrer: page })),
    ];
  });
}

const people = Array.from({ length: 30 }, (_, i) => i + 1);
const notBots = (verdicts: readonly { readonly label: string }[]) =>
  expect(verdicts.filter(({ label }) => label === 'bot')).toEqual([]);

describe('people on', () => {
  it('a site whose pages load styles and images', async () => {
    const verdicts = await verdictsOf(log(people.flatMap((i) => reader(i, 14, ['/a.css', '/b.png']))));
    expect(new Set(verdicts.map(({ subcategory }) => subcategory))).toEqual(new Set(['human']));
  });

  it('a site behind a network that serves all but the pages', async () => {
    notBots(await verdictsOf(log(people.flatMap((i) => reader(i, 25, [])))));
  });

  it('an application of one page that asks for data without extensions, eight at once', async () => {
    const calls = (person: number): LineParts[] =>
      Array.from({ length: 12 }, (_, view) => view).flatMap((view) =>
        Array.from({ length: 8 }, (_, i) =>
          request(`/data/${view}/${i}`, 60 + view * 12, {
            host: `198.51.100.${person}`,
            agent: firefox(121),
            referrer: `${SITE}/app`,
          }),
        ),
      );
    notBots(
      await verdictsOf(
        log(
          people.flatMap((i) => [request('/app', 58, { host: `198.51.100.${i}`, agent: firefox(121) }), ...calls(i)]),
        ),
      ),
    );
  });

  it('a large office, all behind one address and many with one browser', async () => {
    const office = people.flatMap((i) =>
      reader(i, 40, ['/a.css', '/b.png'], { host: '192.0.2.1', agent: firefox(100 + (i % 25)) }),
    );
    notBots(await verdictsOf(log(office)));
  });

  it('a proxy that nobody named: three addresses for all', async () => {
    const crowd = Array.from({ length: 150 }, (_, i) =>
      reader(i % 120, 12, ['/a.css', '/b.png'], { host: `203.0.113.${1 + (i % 3)}`, agent: firefox(80 + (i % 45)) }),
    ).flat();
    notBots(await verdictsOf(log(crowd)));
  });

  it('a log without referrers and agents', async () => {
    const lines = people
      .flatMap((i) => reader(i, 30, ['/a.css', '/b.png']))
      .map((parts) =>
        log([parts])
          .split('" "')[0]!
          .replace(/ "-$| "https.*$/, ''),
      )
      .map((line) => line.replace(/" (\d+) (\d+).*$/, '" $1 $2'));
    const verdicts = await verdictsOf(`${lines.join('\n')}\n`);
    expect(verdicts).toHaveLength(30);
    notBots(verdicts);
  });

  it('a site of downloads, in pieces: a film and a large document', async () => {
    const pieces = (person: number) =>
      Array.from({ length: 2000 }, (_, i) =>
        request('/film.mp4', 100 + Math.floor(i / 4), {
          status: 206,
          host: `198.51.100.${person}`,
          agent: firefox(120),
        }),
      );
    const documents = Array.from({ length: 300 }, (_, i) =>
      request('/thesis.pdf', 100 + Math.floor(i / 8), { status: 206, host: '198.51.100.99', agent: firefox(120) }),
    );
    const verdicts = await verdictsOf(log([...people.slice(0, 2).flatMap(pieces), ...documents]));
    expect(verdicts.map(({ label }) => label)).toEqual(['organic', 'organic', 'organic']);
  });
});

describe('programs', () => {
  it('of people that call an interface are machines, at any pace', async () => {
    const client = Array.from({ length: 1200 }, (_, i) =>
      request(`/api/items/${i % 7}`, i * 2, { host: '192.0.2.80', agent: 'python-requests/2.31.0' }),
    );
    expect((await verdictsOf(log(client))).map(({ subcategory }) => subcategory)).toEqual(['machine']);
  });

  it('that walk through a site behind the agent of a browser are bots', async () => {
    const crawler = Array.from({ length: 200 }, (_, i) =>
      request(`/read/${i % 30}/${i}`, i, { host: '192.0.2.66', agent: firefox(121) }),
    );
    const readers = people.flatMap((i) => reader(i, 14, ['/a.css', '/b.png']));
    const bots = (await verdictsOf(log([...readers, ...crawler]))).filter(({ label }) => label === 'bot');
    expect(bots.map(({ ip, subcategory }) => [ip, subcategory])).toEqual([['192.0.2.66', 'undeclared_bot']]);
  });

  it('that change their agent with each request are bots', async () => {
    const lines = Array.from({ length: 60 }, (_, i) =>
      request(`/read/1/${i}`, i, { host: '192.0.2.67', agent: firefox(60 + i) }),
    );
    const labels = (await verdictsOf(log(lines))).map(({ label }) => label);
    expect(new Set(labels)).toEqual(new Set(['bot']));
  });
});
