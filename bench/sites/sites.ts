import { Laws } from '../other/laws.js';
import {
  BROWSERS_2012,
  BROWSERS_2018,
  BROWSERS_2026,
  CRAWLERS_2026,
  FEED_READERS,
  FEED_SERVICES,
  MOBILE_APPS,
  MONITORS,
  PROGRAMS,
  SCANNERS,
  SEARCH_ENGINES_2012,
} from './agents.js';
import type { Hit, Site, Truth, Visit } from './hit.js';
import { Addresses, type Caller, type Layout, Visitors } from './visitors.js';

const pagesOf = (...folders: readonly string[]): string[] =>
  folders.flatMap((folder) => Array.from({ length: 40 }, (_, i) => `/${folder}/${i + 1}`));

const ASSETS = [
  '/static/site.css',
  '/static/site.js',
  '/img/logo.png',
  '/img/photo-1.jpg',
  '/img/photo-2.jpg',
  '/fonts/a.woff2',
];

interface Plan {
  readonly name: string;
  readonly year: number;
  readonly days?: number;
  readonly layout: Partial<Layout>;
  readonly fill: (site: Filling) => void;
}

/** Collects the visits of a site while it is planned. */
class Filling {
  readonly visits: Visit[] = [];
  readonly laws: Laws;
  readonly go: Visitors;
  readonly addresses: Addresses;

  constructor(seed: number, layout: Layout, year: number, days: number) {
    this.laws = new Laws(seed);
    this.go = new Visitors(this.laws, layout, Date.UTC(year, 2, 10) / 1000, days);
    this.addresses = new Addresses(this.laws);
  }

  /** `n` visits of one kind, each by an address and agent of its own. */
  add(
    n: number,
    kind: string,
    truth: Truth,
    agents: readonly string[] | null,
    hits: (who: Caller, i: number) => Hit[],
  ): void {
    for (let i = 0; i < n; i++) {
      const who = {
        ip: this.laws.next() < 0.2 ? this.addresses.v6() : this.addresses.v4(),
        agent: agents && agents[i % agents.length]!,
      };
      this.visits.push(this.go.visit(kind, truth, hits(who, i)));
    }
  }
}

const readers = (site: Filling, n: number, agents: readonly string[]): void =>
  site.add(n, 'reader', 'person', agents, (who) => site.go.reading(who, site.laws.geometric(6)));

const PLANS: readonly Plan[] = [
  {
    name: 'magazine of 2012',
    year: 2012,
    layout: {
      protocol: 'HTTP/1.1',
      assets: [
        '/style.css',
        '/js/jquery.js',
        '/images/head.gif',
        '/images/a.jpg',
        '/images/b.jpg',
        '/images/c.gif',
        '/ad.swf',
      ],
    },
    fill: (site) => {
      const { go, laws } = site;
      readers(site, 150, BROWSERS_2012);
      site.add(30, 'glance', 'person', BROWSERS_2012, (who) => go.glance(who));
      site.add(25, 'without referrers', 'person', BROWSERS_2012, (who) => go.private(who, 3 + laws.int(15)));
      site.add(10, 'opens tabs', 'person', BROWSERS_2012, (who) => go.tabs(who, 2 + laws.int(3)));
      site.add(6, 'regular', 'person', BROWSERS_2012, (who) => go.regular(who, 120 + laws.int(180)));
      site.add(8, 'behind an old proxy', 'person', BROWSERS_2012, (who) =>
        go.reading(who, 12).map((hit) => ({ ...hit, protocol: 'HTTP/1.0' })),
      );
      site.add(30, 'search engine', 'declared', SEARCH_ENGINES_2012, (who) => go.crawler(who, 5 + laws.int(80), true));
      site.add(6, 'scraper', 'undeclared', BROWSERS_2012.slice(0, 3), (who) => go.scraper(who, 150 + laws.int(200), 1));
      site.add(
        10,
        'script',
        'machine',
        [
          'Wget/1.12 (linux-gnu)',
          'Java/1.6.0_26',
          'libwww-perl/6.02',
          'Python-urllib/2.7',
          'curl/7.21.0 (x86_64-pc-linux-gnu)',
        ],
        (who) => go.collector(who, 8, 'pdf').map((hit) => ({ ...hit, referrer: null })),
      );
      site.add(8, 'scanner', 'undeclared', ['ZmEu', 'Morfeus Fucking Scanner', ...SCANNERS], (who) =>
        go.scanner(who, 3 + laws.int(30)),
      );
    },
  },
  {
    name: 'shop with an app, 2018',
    year: 2018,
    layout: { protocol: 'HTTP/1.1', calls: ['/cart/count', '/recommend?n=4'] },
    fill: (site) => {
      const { go, laws } = site;
      readers(site, 80, BROWSERS_2018);
      site.add(8, 'regular', 'person', BROWSERS_2018, (who) => go.regular(who, 100 + laws.int(150)));
      site.add(10, 'opens tabs', 'person', BROWSERS_2018, (who) => go.tabs(who, 3));
      site.add(80, 'app', 'machine', MOBILE_APPS, (who) => go.app(who, 1 + laws.int(5)));
      site.add(12, 'script', 'machine', PROGRAMS, (who) => go.script(who, 100 + laws.int(1500)));
      site.add(6, 'price scraper', 'undeclared', BROWSERS_2018, (who) => go.scraper(who, 400, 3));
      site.visits.push(...go.rotating('45.155.204.9', BROWSERS_2018, 120));
      site.add(10, 'crawler', 'declared', CRAWLERS_2026, (who) => go.crawler(who, 60, true));
      site.add(6, 'monitor', 'declared', MONITORS, (who) => go.monitor(who, 5));
    },
  },
  {
    name: 'static blog with feeds, 2024',
    year: 2024,
    layout: { protocol: 'HTTP/2.0', assets: ['/main.css', '/img/portrait.webp'] },
    fill: (site) => {
      const { go, laws } = site;
      readers(site, 90, BROWSERS_2026);
      site.add(40, 'glance', 'person', BROWSERS_2026, (who) => go.glance(who));
      site.add(30, 'feed reader of a person', 'machine', FEED_READERS, (who) => go.feedReader(who, 30 + laws.int(60)));
      site.add(8, 'feed service', 'declared', FEED_SERVICES, (who) => go.feedReader(who, 30));
      site.add(14, 'crawler', 'declared', CRAWLERS_2026, (who) => go.crawler(who, 40, laws.next() < 0.7));
      site.add(12, 'scanner', 'undeclared', SCANNERS, (who) => go.scanner(who, 2 + laws.int(40)));
      site.add(8, 'brute force', 'undeclared', SCANNERS, (who) => go.bruteForce(who, 60));
      site.add(5, 'monitor', 'declared', MONITORS, (who) => go.monitor(who, 10));
    },
  },
  {
    name: 'forum behind a content network, 2026',
    year: 2026,
    layout: { protocol: 'HTTP/3.0', assets: [], calls: ['/ajax/notifications', '/ajax/online'] },
    fill: (site) => {
      const { go, laws } = site;
      readers(site, 100, BROWSERS_2026);
      site.add(20, 'regular', 'person', BROWSERS_2026, (who) => go.regular(who, 150 + laws.int(250)));
      site.add(20, 'opens tabs', 'person', BROWSERS_2026, (who) => go.tabs(who, 4));
      site.add(20, 'page left open', 'person', BROWSERS_2026, (who) => go.dashboard(who, 6, 10));
      site.add(10, 'without referrers', 'person', BROWSERS_2026, (who) => go.private(who, 10 + laws.int(30)));
      site.add(24, 'crawler', 'declared', CRAWLERS_2026, (who) => go.crawler(who, 200, laws.next() < 0.5));
      site.add(10, 'scraper', 'undeclared', BROWSERS_2026, (who) => go.scraper(who, 300 + laws.int(600), 1.5));
      site.add(
        10,
        'headless browser',
        'declared',
        [
          'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/145.0.0.0 Safari/537.36',
        ],
        (who) => go.headless(who, 15),
      );
    },
  },
  {
    name: 'WordPress under attack, 2026',
    year: 2026,
    layout: {
      protocol: 'HTTP/2.0',
      assets: [
        '/wp-content/themes/a/style.css',
        '/wp-includes/js/jquery/jquery.min.js',
        '/wp-content/uploads/2026/01/photo.webp',
        '/wp-content/uploads/2026/02/b.jpg',
      ],
    },
    fill: (site) => {
      const { go, laws } = site;
      readers(site, 80, BROWSERS_2026);
      site.add(6, 'editor who logs in', 'person', BROWSERS_2026, (who) => [
        ...go.reading(who, 3),
        ...go.bruteForce(who, 2, '/wp-login.php', 200),
        ...go
          .reading(who, 30)
          .map((hit) =>
            hit.target.startsWith('/blog')
              ? { ...hit, target: `/wp-admin/post.php?post=${laws.int(200)}&action=edit` }
              : hit,
          ),
      ]);
      site.add(
        4,
        'app of the blog',
        'machine',
        ['wp-iphone/26.0 (iPhone; iOS 18.0)', 'wp-android/25.8 (Android 15; Pixel 9)'],
        (who) => go.bruteForce(who, 12, '/xmlrpc.php', 200),
      );
      site.add(25, 'brute force', 'undeclared', BROWSERS_2026, (who) =>
        go.bruteForce(who, 40 + laws.int(300), '/wp-login.php', 200),
      );
      site.add(10, 'brute force by xmlrpc', 'undeclared', BROWSERS_2026, (who) =>
        go.bruteForce(who, 40 + laws.int(300), '/xmlrpc.php', 200),
      );
      site.add(10, 'scanner', 'undeclared', SCANNERS, (who) => go.scanner(who, 4 + laws.int(40)));
      site.add(14, 'crawler', 'declared', CRAWLERS_2026, (who) => go.crawler(who, 50, true));
      site.add(6, 'the site itself', 'declared', ['WordPress/6.7.1; https://site.example'], (who) =>
        go.bruteForce(who, 200, '/wp-cron.php', 200),
      );
      site.add(6, 'monitor', 'declared', MONITORS, (who) => go.monitor(who, 5, 'GET'));
    },
  },
  {
    name: 'repository of data, 2021',
    year: 2021,
    layout: { protocol: 'HTTP/1.1' },
    fill: (site) => {
      const { go, laws } = site;
      readers(site, 60, BROWSERS_2018);
      site.add(20, 'collector of documents', 'person', BROWSERS_2018, (who) =>
        go.collector(who, 10 + laws.int(60), 'pdf'),
      );
      site.add(15, 'collector of data', 'person', BROWSERS_2018, (who) => go.collector(who, 5 + laws.int(40), 'csv'));
      site.add(30, 'download by program', 'machine', PROGRAMS, (who) =>
        go.collector(who, 20 + laws.int(300), 'fastq.gz').map((hit) => ({ ...hit, referrer: null })),
      );
      site.add(12, 'crawler', 'declared', CRAWLERS_2026, (who) => go.crawler(who, 80, true));
      site.add(6, 'scraper', 'undeclared', BROWSERS_2018, (who) => go.scraper(who, 200, 1));
      site.add(6, 'without an agent', 'undeclared', null, (who) => go.scraper(who, 80, 2));
    },
  },
  {
    name: 'pages of an office, one address, 2019',
    year: 2019,
    days: 3,
    layout: { protocol: 'HTTP/1.1', calls: ['/rest/menu', '/rest/user/me', '/rest/notifications'] },
    fill: (site) => {
      const { go, laws } = site;
      const agents = BROWSERS_2018.flatMap((agent, i) => [
        agent,
        agent.replace(/(\d+)\.0(\.\d+)?/, `${60 + i}.0`),
        agent.replace(/(\d+)\.0(\.\d+)?/, `${50 + i}.0`),
      ]);
      for (const agent of new Set(agents)) {
        const who = { ip: '10.20.0.1', agent };
        const hits = Array.from({ length: 8 }, () => go.reading(who, laws.geometric(25))).flat();
        site.visits.push(go.visit('colleague', 'person', hits));
      }
      site.add(20, 'works from home', 'person', BROWSERS_2018, (who) => go.reading(who, 25));
      site.add(8, 'is refused or lost', 'person', BROWSERS_2018, (who) =>
        go.lost(who, ['/manager', '/jenkins/', '/owa/', '/config.php'].slice(0, 1 + laws.int(3)), 404),
      );
      site.add(8, 'must log in', 'person', BROWSERS_2018, (who) => [
        ...go.lost(who, ['/owa/', '/jenkins/'], 401),
        ...go.reading(who, 4).map((hit) => ({ ...hit, target: hit.target.replace(/^\/(wiki|blog)/, '/owa') })),
      ]);
      site.add(4, 'monitor', 'declared', MONITORS, (who) => go.monitor(who, 5));
    },
  },
  {
    name: 'a little of everything, 2023',
    year: 2023,
    days: 1,
    layout: { protocol: 'HTTP/2.0', assets: ['/static/site.css', '/static/site.js', '/img/logo.png'] },
    fill: (site) => {
      const { go } = site;
      site.add(14, 'reader', 'person', BROWSERS_2018, (who) => go.reading(who, 2 + site.laws.int(8)));
      site.add(2, 'glance', 'person', BROWSERS_2018, (who) => go.glance(who));
      site.add(2, 'opens tabs', 'person', BROWSERS_2018, (who) => go.tabs(who, 2));
      site.add(1, 'page left open', 'person', BROWSERS_2018, (who) => go.dashboard(who, 2, 10));
      site.add(6, 'download by program', 'machine', PROGRAMS, (who) =>
        go.collector(who, 12, 'zip').map((hit) => ({ ...hit, referrer: null })),
      );
      site.add(8, 'crawler', 'declared', CRAWLERS_2026, (who) => go.crawler(who, 12, true));
      site.add(4, 'monitor', 'declared', MONITORS, (who) => go.monitor(who, 60));
      site.add(4, 'scanner', 'undeclared', SCANNERS, (who) => go.scanner(who, 19));
      site.add(2, 'scraper', 'undeclared', BROWSERS_2018, (who) => go.scraper(who, 120, 1));
    },
  },
];

const LAYOUT: Layout = {
  host: 'site.example',
  pages: pagesOf('blog', 'wiki', 'shop'),
  assets: ASSETS,
  calls: [],
  protocol: 'HTTP/1.1',
};

export const SITE_NAMES: readonly string[] = PLANS.map(({ name }) => name);

/** A made-up site with everybody who visits it, the same for the same seed. */
export function siteOf(name: string, seed: number): Site {
  const plan = PLANS.find((each) => each.name === name)!;
  const layout = { ...LAYOUT, ...plan.layout };
  const filling = new Filling(seed, layout, plan.year, plan.days ?? 4);
  plan.fill(filling);
  return { name, host: layout.host, visits: filling.visits };
}
