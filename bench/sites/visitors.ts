import type { Laws } from '../other/laws.js';
import type { Hit, Truth, Visit } from './hit.js';

/** How a site is built, as far as a log can tell. */
export interface Layout {
  readonly host: string;
  readonly pages: readonly string[];
  /** What every page loads; empty where another host serves it. */
  readonly assets: readonly string[];
  /** What a page asks for once it runs. */
  readonly calls: readonly string[];
  readonly protocol: string;
}

export interface Caller {
  readonly ip: string;
  readonly agent: string | null;
}

/** The visitors of one site; every method is one way of visiting. */
export class Visitors {
  constructor(
    readonly laws: Laws,
    readonly layout: Layout,
    private readonly start: number,
    private readonly days: number,
  ) {}

  private hit(who: Caller, at: number, target: string, rest: Partial<Hit> = {}): Hit {
    const { layout, laws } = this;
    const base = { method: 'GET', protocol: layout.protocol, status: 200, bytes: 500 + laws.int(40_000) };
    return { at, ...who, target, referrer: null, took: laws.log(0.001, 0.8), host: layout.host, ...base, ...rest };
  }

  visit(kind: string, truth: Truth, hits: readonly Hit[]): Visit {
    return { kind, truth, hits };
  }

  private url(path: string): string {
    return `https://${this.layout.host}${path}`;
  }

  /** A moment by day, now and then at night. */
  private moment(): number {
    const { laws } = this;
    const hour = laws.next() < 0.1 ? laws.between(0, 24) : Math.min(23.9, Math.max(6, laws.normal(14, 4)));
    return this.start + laws.int(this.days) * 86_400 + hour * 3600;
  }

  /** Pages one after another, as long as it takes to read them, with what belongs to each; the cache fills. */
  reading(
    who: Caller,
    pages: number,
    at = this.moment(),
    readingTime = 45,
    entry: string | null = 'https://www.google.com/',
  ): Hit[] {
    const { laws, layout } = this;
    const hits: Hit[] = [];
    const cached = new Set<string>();
    let referrer = laws.next() < 0.5 ? entry : null;
    let now = at;
    for (let i = 0; i < pages; i++) {
      const path = laws.pick(layout.pages);
      hits.push(this.hit(who, now, path, { referrer }));
      const page = this.url(path);
      for (const asset of layout.assets) {
        const seen = cached.has(asset);
        if (seen && laws.next() < 0.8) continue;
        cached.add(asset);
        hits.push(this.hit(who, now + laws.between(0.05, 1.5), asset, { referrer: page, status: seen ? 304 : 200 }));
      }
      for (const call of layout.calls) hits.push(this.hit(who, now + laws.between(0.2, 2), call, { referrer: page }));
      if (i === 0 && laws.next() < 0.4) hits.push(this.hit(who, now + 1.6, '/favicon.ico', { referrer: page }));
      referrer = page;
      now += Math.max(1.2, laws.log(readingTime / 9, readingTime * 6));
    }
    return hits;
  }

  /** Somebody who came for one page, perhaps from a mail, with nothing but the page in the log. */
  glance(who: Caller): Hit[] {
    return [this.hit(who, this.moment(), this.laws.pick(this.layout.pages))];
  }

  /** Opens many results in tabs at once, then reads them. */
  tabs(who: Caller, rounds: number): Hit[] {
    const { laws, layout } = this;
    const hits: Hit[] = [];
    let now = this.moment();
    for (let round = 0; round < rounds; round++) {
      const list = laws.pick(layout.pages);
      hits.push(this.hit(who, now, list));
      const opened = 4 + laws.int(9);
      for (let i = 0; i < opened; i++) {
        now += laws.between(0.3, 1.2);
        const path = laws.pick(layout.pages);
        hits.push(this.hit(who, now, path, { referrer: this.url(list) }));
        for (const asset of layout.assets.slice(0, 2))
          hits.push(this.hit(who, now + 0.4, asset, { referrer: this.url(path), status: 304 }));
      }
      now += laws.log(60, 900);
    }
    return hits;
  }

  /** Somebody who lives on the site: hundreds of pages in a day. */
  regular(who: Caller, pages: number): Hit[] {
    return this.reading(who, pages, this.start + 7.5 * 3600, 18);
  }

  /** A browser that leaves out referrers, as privacy settings and some firewalls do. */
  private(who: Caller, pages: number): Hit[] {
    return this.reading(who, pages, this.moment(), 45, null).map((hit) => ({ ...hit, referrer: null }));
  }

  /** A page that stays open and asks for news every few seconds. */
  dashboard(who: Caller, hours: number, period: number): Hit[] {
    const at = this.moment();
    const page = this.url('/dashboard');
    const hits = this.reading(who, 1, at);
    for (let t = 5; t < hours * 3600; t += period) {
      hits.push(
        this.hit(who, at + t + this.laws.between(0, 0.3), '/dashboard/poll', {
          method: 'POST',
          referrer: page,
          bytes: 60,
        }),
      );
    }
    return hits;
  }

  /** Somebody who fetches a shelf of documents by hand. */
  collector(who: Caller, files: number, extension: string): Hit[] {
    let now = this.moment();
    const list = this.url('/archive/');
    const hits = [this.hit(who, now, '/archive/')];
    for (let i = 0; i < files; i++) {
      now += this.laws.log(2, 40);
      hits.push(this.hit(who, now, `/archive/volume-${i + 1}.${extension}`, { referrer: list, bytes: 2_000_000 }));
    }
    return hits;
  }

  /** Somebody who types an address that is not there, or is refused. */
  lost(who: Caller, paths: readonly string[], status: number): Hit[] {
    let now = this.moment();
    const hits = this.reading(who, 2, now - 120);
    for (const path of paths) {
      hits.push(this.hit(who, now, path, { status }));
      now += this.laws.log(4, 40);
    }
    return hits;
  }

  /** An app that calls an interface on behalf of somebody. */
  app(who: Caller, sessions: number): Hit[] {
    const hits: Hit[] = [];
    for (let s = 0; s < sessions; s++) {
      let now = this.moment();
      const calls = this.laws.geometric(25);
      for (let i = 0; i < calls; i++) {
        const target = this.laws.pick([
          '/api/v1/items?page=1',
          `/api/v1/items/${this.laws.int(3000)}`,
          '/api/v1/cart',
          '/v2/profile',
          `/img/${this.laws.int(400)}.jpg`,
          '/v2/feed',
        ]);
        hits.push(this.hit(who, now, target, { method: this.laws.next() < 0.2 ? 'POST' : 'GET' }));
        now += this.laws.log(0.05, 30);
      }
    }
    return hits;
  }

  /** A script that calls one interface in a loop. */
  script(who: Caller, calls: number): Hit[] {
    let now = this.moment();
    return Array.from({ length: calls }, (_, i) => {
      now += this.laws.log(0.2, 3);
      return this.hit(who, now, i % 3 ? `/api/v1/items/${this.laws.int(40)}` : '/api/v1/items?page=1');
    });
  }

  /** A crawler in no hurry that follows links, robots.txt first or not at all. */
  crawler(who: Caller, pages: number, robots: boolean): Hit[] {
    let now = this.moment();
    const hits = robots ? [this.hit(who, now, '/robots.txt', { bytes: 120 })] : [];
    for (let i = 0; i < pages; i++) {
      now += this.laws.log(0.5, 200);
      hits.push(this.hit(who, now, this.laws.pick(this.layout.pages)));
    }
    return hits;
  }

  /** Fetches every page behind the agent of a browser, at an even pace and nothing else. */
  scraper(who: Caller, pages: number, pace: number): Hit[] {
    let now = this.moment();
    return Array.from({ length: pages }, (_, i) => {
      now += this.laws.between(0.7, 1.3) * pace;
      return this.hit(who, now, this.layout.pages[i % this.layout.pages.length]!);
    });
  }

  /** The same address with the agent of another browser each time; one visit each, for each is a client. */
  rotating(ip: string, agents: readonly string[], pages: number): Visit[] {
    let now = this.moment();
    return Array.from({ length: pages }, (_, i) => {
      now += this.laws.between(0.5, 2);
      const agent = agents[i % agents.length]!.replace(/Chrome\/\d+/, `Chrome/${60 + i}`);
      return this.visit('scraper that changes its agent', 'undeclared', [
        this.hit({ ip, agent: `${agent} ${i}` }, now, this.layout.pages[i % this.layout.pages.length]!),
      ]);
    });
  }

  /** A browser without a screen that says so; loads everything. */
  headless(who: Caller, pages: number): Hit[] {
    return this.reading(who, pages, this.moment(), 3, null);
  }

  monitor(who: Caller, minutes: number, method = 'HEAD'): Hit[] {
    const hits: Hit[] = [];
    for (let t = 0; t < this.days * 86_400; t += minutes * 60)
      hits.push(this.hit(who, this.start + t + 2, '/', { method, bytes: 0 }));
    return hits;
  }

  feedReader(who: Caller, minutes: number): Hit[] {
    const hits: Hit[] = [];
    for (let t = this.laws.between(0, 3600); t < this.days * 86_400; t += minutes * 60) {
      hits.push(this.hit(who, this.start + t, '/feed.xml', { status: t < 7200 ? 200 : 304 }));
    }
    return hits;
  }

  /** Tries to log in, again and again. */
  bruteForce(who: Caller, tries: number, path = '/wp-login.php', status = 404): Hit[] {
    let now = this.moment();
    return Array.from({ length: tries }, (_, i) => {
      now += this.laws.between(0.4, 2);
      return this.hit(who, now, i === 0 ? path : path, { method: i % 6 ? 'POST' : 'GET', status });
    });
  }

  /** Looks for what is left lying about. */
  scanner(who: Caller, paths: number): Hit[] {
    let now = this.moment();
    const list = [
      '/.env',
      '/.git/config',
      '/wp-login.php',
      '/phpmyadmin/index.php',
      '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php',
      '/admin/config.php',
      '/backup.zip',
      '/old/',
      '/test.php',
      '/api/.env',
      '/.aws/credentials',
      '/server-status',
      '/actuator/health',
      '/boaform/admin/formLogin',
      '/shell.php',
      '/wp-content/plugins/hellopress/wp_filemanager.php',
      '/cgi-bin/luci',
      '/login.action',
      '/solr/admin/info/system',
    ];
    return Array.from({ length: paths }, (_, i) => {
      now += this.laws.log(0.1, 4);
      return this.hit(who, now, list[i % list.length]!, { status: 404, bytes: 150 });
    });
  }
}

/** Addresses of made-up networks, one after another. */
export class Addresses {
  private next = 0;

  constructor(private readonly laws: Laws) {}

  v4(): string {
    const n = this.next++;
    return `${[81, 91, 109, 151, 178, 213][n % 6]}.${(n * 37) % 256}.${(n * 101 + (n >> 3)) % 256}.${1 + ((n * 13) % 254)}`;
  }

  v6(): string {
    const n = this.next++;
    return `2001:db8:${(n * 7 + 1).toString(16)}:${(n * 3).toString(16)}::${this.laws.int(65_535).toString(16)}`;
  }
}
