import { createRandom, type RunResult, type Verdict } from '@deeplogbot/core';
import { clientAddresses, clientPage, clientReport, consoleSummary } from '@deeplogbot/reports';
import { describe, expect, it } from 'vitest';
import { memoryDir, type Place, runOf } from './support/run.js';

const HOSTILE = '</script><img src=x onerror=alert(1)>';

interface Visitor {
  readonly kind: 'human' | 'suspicious' | 'declared_bot' | 'undeclared_bot' | 'impostor' | 'machine';
  readonly requests: number;
  readonly ip?: string;
  readonly agent?: string;
  readonly rules?: readonly string[];
  readonly features?: Readonly<Record<string, number>>;
}

const LABEL = { human: 'organic', suspicious: 'organic', machine: 'hub' } as const;

/** A run over clients: the ip stands where a place has its country, the agent where it has its city. */
function clientRun(visitors: readonly Visitor[], changes: Partial<RunResult> = {}): RunResult {
  const places = visitors.map(({ kind, requests, ip, agent, features }, i): Place => {
    const label = kind in LABEL ? LABEL[kind as keyof typeof LABEL] : 'bot';
    const known = { page_requests: requests, session_count: 1, ua_ai: 0, ip_verified_bot: Number.NaN };
    return {
      key: `c${String(i).padStart(7, '0')}`,
      label,
      downloads: requests,
      country: ip ?? `192.0.2.${i}`,
      city: agent ?? 'Mozilla/5.0',
      features: { robots_txt_requested: 0, ua_declared_bot: Number(kind === 'declared_bot'), ...known, ...features },
    };
  });
  const run = runOf(places, changes);
  const rows = run.verdicts.rows.map((verdict, i): Verdict => {
    const reasons = (visitors[i]!.rules ?? []).map((id) => ({
      id,
      contribution: 0.9,
      sentence: `Says ${id} (${id} ${i} >= 1).`,
    }));
    return { ...verdict, subcategory: visitors[i]!.kind, reasons };
  });
  return {
    ...run,
    schema: { ...run.schema, locationField: 'client' },
    verdicts: { ...run.verdicts, rows },
    ...changes,
  };
}

const SITE: readonly Visitor[] = [
  { kind: 'human', requests: 40 },
  { kind: 'suspicious', requests: 3, rules: ['ua_missing'] },
  { kind: 'declared_bot', requests: 20, agent: 'Examplebot/1', rules: ['ua_known_bot', 'robots_txt'] },
  { kind: 'undeclared_bot', requests: 30, agent: HOSTILE, ip: HOSTILE, rules: ['robots_txt'] },
  { kind: 'impostor', requests: 2, agent: 'Googlebot/2.1', rules: ['impersonation'] },
  { kind: 'machine', requests: 5, agent: 'curl/8' },
].map((visitor) => ({
  ...visitor,
  features: {
    robots_txt_requested: Number('rules' in visitor && visitor.rules!.includes('robots_txt')),
    ...('rules' in visitor && visitor.rules!.includes('impersonation') && { ip_verified_bot: 0 }),
  },
})) as readonly Visitor[];

const textOf = (html: string) =>
  html
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

describe('the page of clients', () => {
  it('begins with how many requests are of people, and counts impostors among undeclared bots', async () => {
    const text = textOf(await clientPage(clientRun(SITE)));
    expect(text).toContain('40 of 100 requests (40.0 %) come from 1 client');
    expect(text).toContain('Bots that say so made 20 (20.0 %), bots that do not made 32 (32.0 %)');
    expect(text).toContain('Undeclared bots 32 requests');
    expect(text).not.toContain('Insufficient evidence 0');
  });

  it('names who reads robots.txt without saying so, and whose claim does not hold', async () => {
    const text = textOf(await clientPage(clientRun(SITE)));
    expect(text).toContain('2 clients asked for robots.txt; 1 of them do not say');
    expect(text).toContain(
      'publishes: 0 clients (0 requests). At another one, so that they count as undeclared bots: 1 client (2 requests).',
    );
  });

  it('counts one client and one request as one, on the page and in the text', async () => {
    const crawler = (ip_verified_bot: number): Visitor => ({
      kind: ip_verified_bot ? 'declared_bot' : 'impostor',
      requests: 1,
      features: { ip_verified_bot, ua_ai: ip_verified_bot },
    });
    const texts = [textOf(await clientPage(clientRun([crawler(1), crawler(0)])))];
    const folder = memoryDir();
    await clientReport.write(clientRun([crawler(1)]), folder);
    texts.push(folder.files.get('access_report.txt')!.toString());
    for (const text of texts) expect(text).not.toMatch(/(?<![\d,.])1 (clients|requests)\b/);
    expect(texts[0]).toContain(
      '1 client (1 request). At another one, so that they count as undeclared bots: 1 client (1 request).',
    );
    expect(texts[0]).toContain('crawler or fetcher of a language model (1): 1 request (50.0 %)');
    expect(texts[1]).toContain('1 request, 1 client');
  });

  it('lists the twenty with the most evidence, with what they did, and neither people nor robots that say so', async () => {
    const suspect = (requests: number): Visitor => ({
      kind: 'undeclared_bot',
      requests,
      agent: `Suspect ${requests}`,
      features: { distinct_paths: 1, sensitive_missed: 3, garbage_requests: 0, status_4xx_ratio: 0.5 },
    });
    const html = await clientPage(
      clientRun([...SITE.slice(0, 3), ...Array.from({ length: 21 }, (_, i) => suspect(i + 100))]),
    );
    const part = textOf(/<section id="suspects"[\s\S]*?<\/section>/.exec(html)![0]);
    // Of equal evidence those with more requests come first: 120 down to 101.
    expect(part).toContain('Suspect 120 120 Undeclared bot');
    expect(part).toContain('1 path, 120 pages, 3 secrets not there, 50.0 % refused or missing');
    expect(part).not.toContain('no request');
    expect(part).toContain('Suspect 101 ');
    for (const other of ['Suspect 100 ', 'Examplebot', 'Person']) expect(part).not.toContain(other);
    expect(textOf(await clientPage(clientRun(SITE.slice(0, 1))))).toContain('Most suspicious None.');
  });

  it('says of an impostor first that it is one, not that it calls itself a robot', async () => {
    const impostor = { kind: 'impostor', requests: 9, rules: ['ua_known_bot', 'impersonation'] } as const;
    const text = textOf(await clientPage(clientRun([impostor])));
    expect(text).toMatch(/Says impersonation \([^)]*\)\. Says ua_known_bot/);
    expect(consoleSummary(clientRun([impostor]))).toMatch(/\n {4}Says impersonation/);
  });

  it('says what gives bots away in numbers before it names any, on the page and in the terminal', async () => {
    const bot = (requests: number, rule: string): Visitor => ({ kind: 'undeclared_bot', requests, rules: [rule] });
    const run = clientRun([...SITE.slice(0, 2), bot(3, 'fleet'), bot(4, 'fleet'), bot(50, 'attack')]);
    const part = textOf(/<section id="clients-top"[\s\S]*?<\/section>/.exec(await clientPage(run))![0]);
    expect(part).toMatch(
      /Clients Requests Says fleet\. 2 7 Says attack\. 1 50 The most active of them: .*Says attack \(/,
    );
    expect(consoleSummary(run)).toMatch(
      /2 clients +7 requests {2}Says fleet\.\n +1 client +50 requests {2}Says attack\./,
    );
    const alike = clientRun([bot(3, 'fleet'), bot(4, 'fleet')]);
    expect(consoleSummary(alike)).not.toContain('What gives away');
  });

  it('writes the addresses of bots that do not say so where addresses may be, with what others asked for from there', async () => {
    const visitors: Visitor[] = [
      { kind: 'undeclared_bot', requests: 3, ip: '192.0.2.1', rules: ['fleet'] },
      { kind: 'impostor', requests: 4, ip: '192.0.2.1', rules: ['impersonation'] },
      { kind: 'undeclared_bot', requests: 9, ip: '=1+1', rules: ['attack'] },
      { kind: 'human', requests: 50, ip: '192.0.2.1' },
      { kind: 'declared_bot', requests: 70, ip: '192.0.2.2' },
    ];
    const dir = memoryDir();
    await clientAddresses.write(clientRun(visitors, { settings: { keepIp: true } }), dir);
    expect(dir.files.get('undeclared_bot_addresses.csv')).toBe(
      [
        'address,clients,requests,requests_of_others,why',
        "'=1+1,1,9,0,Says attack (attack 2 >= 1).",
        '192.0.2.1,2,7,50,Says impersonation (impersonation 1 >= 1).',
        '',
      ].join('\r\n'),
    );
    expect(await clientAddresses.write(clientRun(visitors, { settings: { keepIp: false } }), memoryDir())).toEqual([]);
    expect(
      await clientAddresses.write(clientRun(visitors.slice(3), { settings: { keepIp: true } }), memoryDir()),
    ).toEqual([]);
  });

  it('counts the clients of each rule, and those that no other rule speaks against', async () => {
    const html = await clientPage(clientRun(SITE));
    const row = />robots_txt<\/td><td>(.*?)<\/td><td class="number">(\d+)<\/td><td class="number">(\d+)</.exec(html);
    expect(row?.slice(1)).toEqual(['Says robots_txt.', '2', '1']);
  });

  it('says which lines were set aside, why, and where the first ones are', async () => {
    const rejected = [7, 9, 11, 13].map((line) => ({ file: '/var/log/a.log', line, reason: 'bad-time' }));
    const counts = { rejectedRows: 1204, rejected, rejectedByReason: { 'bad-time': 1204 } };
    const text = textOf(await clientPage(clientRun(SITE, counts)));
    expect(text).toContain('1,204 lines were set aside');
    expect(text).toContain('has a time that cannot be read 1,204 a.log, line 7; a.log, line 9; a.log, line 11');
    expect(text).not.toContain('line 13');
    expect(text).not.toContain('/var/log');
  });

  it('holds nobody’s markup but its own', async () => {
    const html = await clientPage(clientRun(SITE));
    expect(html).not.toContain('<img');
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('is written without a client', async () => {
    const text = textOf(await clientPage(clientRun([])));
    expect(text).toContain('No client was classified.');
  });

  it('stays below a length for any number of clients, keeps all that are not plainly people, and says what is left out', async () => {
    const random = createRandom(3);
    const hex = () =>
      Math.floor(random.next() * 2 ** 32)
        .toString(16)
        .padStart(8, '0');
    const visitors = Array.from({ length: 6000 }, (_, i): Visitor => {
      const kind = i % 40 === 0 ? 'undeclared_bot' : 'human';
      const agent = `Mozilla/5.0 (X11; Linux x86_64) Chrome/${Math.floor(random.next() * 3000)}.0.${i % 97}`;
      const features = { unique: random.next(), pace: random.next() * 1000 };
      return {
        kind,
        requests: 1 + Math.floor(random.next() ** -1.1),
        ip: hex() + hex() + hex() + hex(),
        agent,
        features,
        rules: kind === 'human' ? [] : ['rate_peak', 'no_referrer'],
      };
    });
    // The program, the style and the head of the page come on top: 20,000 characters.
    const html = await clientPage(clientRun(visitors), 280_000);
    expect(html.length).toBeLessThan(300_000);
    const [, shown] = /Here are ([\d,]+) of 6,000 clients: first all that are not plainly people/.exec(html)!;
    expect(Number(shown!.replaceAll(',', ''))).toBeGreaterThan(2000);
    const data = JSON.parse(/id="table-data">(.*?)<\/script>/.exec(html)![1]!) as { rows: number };
    expect(data.rows).toBe(Number(shown!.replaceAll(',', '')));
  });
});

describe('the summary of clients', () => {
  it('has a line per verdict and names the most active bots, without control characters', () => {
    const evil = { kind: 'undeclared_bot', requests: 7, agent: '\u001b[2Jx\u202e', rules: ['rate_peak'] } as const;
    const text = consoleSummary(clientRun([...SITE, evil], { warnings: ['a note'] }));
    expect(text).toContain('  people                         1 client             40 requests   37.4 %');
    expect(text).toContain('  undeclared bots                3 clients            39 requests   36.4 %');
    expect(text).toContain('?[2Jx?\n    Says rate_peak');
    expect(text).toContain('  note: a note');
    expect(text).not.toContain('\u001b');
  });

  it('names every file, those of a folder of its own as one', () => {
    const files = [
      '/in/log_annotated.parquet',
      '/out/report.html',
      '/out/plots/a.svg',
      '/out/plots/b.png',
      '/out/run.json',
    ];
    expect(consoleSummary(clientRun(SITE, { files })).split('\n').slice(-4)).toEqual([
      '  wrote /in/log_annotated.parquet',
      '  wrote /out/report.html',
      '  wrote /out/run.json',
      '  wrote /out/plots/ (2 files)',
    ]);
  });
});
