import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { locationAnalysisParquet, runManifest } from '@deeplogbot/reports';
import { runBotAnnotator } from 'deeplogbot';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../../../../test/support/scratch.js';
import { shortAgent } from '../../src/diff/kind.js';
import { cli } from '../support/cli.js';
import { people as locations, parquet } from '../support/logs.js';

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const ROBOT = 'ExampleBot/1.0 (+http://example.org/bot)';

const line = (ip: string, minute: number, path: string, agent: string, referrer = '-') =>
  `${ip} - - [01/Mar/2026:10:${String(minute).padStart(2, '0')}:00 +0000] "GET ${path} HTTP/1.1" 200 1000 "${referrer}" "${agent}"`;

/** A visitor who reads `pages` pages and loads a picture with each. */
const visitor = (ip: string, pages: readonly string[], agent = CHROME) =>
  pages.flatMap((page, i) => [
    line(ip, 3 * i, page, agent, 'https://example.org/'),
    line(ip, 3 * i, '/logo.png', agent, `https://example.org${page}`),
  ]);

let folder: string;
interface Group {
  readonly name: string;
  readonly a: number;
  readonly b: number;
}

interface Diff {
  readonly note: string;
  readonly kind: string;
  readonly effect: Readonly<
    Record<'a' | 'b' | 'change' | 'reclassified' | 'appeared' | 'disappeared' | 'traffic', number>
  >;
  readonly commonClients: number;
  readonly changedClients: number;
  readonly verdicts: readonly unknown[];
  readonly reasons: readonly unknown[];
  readonly clients: readonly unknown[];
  readonly agents: readonly Group[];
  readonly pages: readonly Group[];
}

const diff = async (a: string, b: string): Promise<Diff> => {
  const { code, out, err } = await cli('diff', join(folder, a), join(folder, b), '-o', join(folder, 'out'), '--json');
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
};

/** Two days of one site. Ann comes on both and reads /b twice as often on the second, as does a robot; Bob comes on the second day only. */
beforeAll(async () => {
  folder = await scratch();
  const first = [...visitor('192.0.2.1', ['/a', '/b']), ...visitor('192.0.2.9', ['/a', '/b', '/c'], ROBOT)];
  const second = [
    ...visitor('192.0.2.1', ['/a', '/b', '/b']),
    ...visitor('192.0.2.2', ['/c']),
    ...visitor('192.0.2.9', ['/a'], ROBOT),
  ];
  for (const [name, lines] of [
    ['first', first],
    ['second', second],
  ] as const) {
    await writeFile(join(folder, `${name}.log`), `${lines.join('\n')}\n`);
    const run = ['-i', join(folder, `${name}.log`), '-p', 'http', '--quiet'];
    expect((await cli(...run, '-o', join(folder, name), '--salt', 'pepper')).code).toBe(0);
    expect((await cli(...run, '-o', join(folder, `${name}-unsalted`))).code).toBe(0);
  }
});

describe('the short name of an agent', () => {
  it.each([
    [CHROME, 'Chrome/140.0.0.0 Safari/537.36 (Windows NT 10.0; Win64; x64)'],
    [
      'Mozilla/5.0 (X11; Linux x86_64; rv:27.0) Gecko/20100101 Firefox/27.0',
      'Gecko/20100101 Firefox/27.0 (X11; Linux x86_64; rv:27.0)',
    ],
    [ROBOT, ROBOT],
    ['', ''],
    [`Mozilla/5.0 (${'('.repeat(1000)}`, `Mozilla/5.0 (${'('.repeat(1000)}`],
  ])('%s', (agent, wanted) => {
    expect(shortAgent(agent)).toBe(wanted);
  });
});

describe('deeplogbot diff of access logs', () => {
  it('compares clients, agents and pages where both runs have one salt', async () => {
    const { note, kind, commonClients, changedClients, effect, verdicts, agents, pages } = await diff(
      'first',
      'second',
    );
    // Ann: 2 pages and 2 pictures, then 3 and 3. Bob: 1 and 1. The robot counts on no day.
    expect(effect).toEqual({ a: 4, b: 8, change: 4, reclassified: 0, appeared: 2, disappeared: 0, traffic: 2 });
    expect([kind, commonClients, changedClients]).toEqual(['clients', 2, 0]);
    expect(verdicts).toEqual([
      { verdict: 'bot:declared', clientsA: 1, clientsB: 1, requestsA: 6, requestsB: 2 },
      { verdict: 'human', clientsA: 1, clientsB: 2, requestsA: 4, requestsB: 8 },
    ]);
    expect(agents).toEqual([{ name: CHROME, a: 4, b: 8, change: 4, because: null }]);
    // Pictures are parts of pages, so they are no rows of their own.
    expect(pages.map(({ name, a, b }) => [name, a, b])).toEqual([
      ['/b', 1, 2],
      ['/c', 0, 1],
    ]);
    expect(note).toMatch(
      /^Requests without bots and machines: 4 in the first run .*, 8 in the second .*: \+4 \(\+100\.0 %\)\. Of these /,
    );
    const page = await readFile(join(folder, 'out', 'diff.html'), 'utf8');
    expect(page).toContain('Clients that changed verdict');
    expect(page).not.toMatch(/locations|downloads|data set/i);
  });

  it('says why no client is in both runs, and compares the rest', async () => {
    const { note, commonClients, effect, agents, pages } = await diff('first-unsalted', 'second-unsalted');
    expect([commonClients, effect.change, agents.length, pages.length]).toEqual([0, 4, 1, 2]);
    expect(note).toContain(
      'No client is in both runs. Visitors can be recognised only where both runs have one --salt',
    );
    const text = await readFile(join(folder, 'out', 'diff.txt'), 'utf8');
    expect(text).not.toContain('that changed verdict');
  });

  it('finds nothing between a run and itself', async () => {
    const { effect, changedClients, agents, pages, reasons } = await diff('first', 'first');
    expect([effect.change, changedClients, agents, pages, reasons]).toEqual([0, 0, [], [], []]);
  });

  it('says which clients changed verdict, and what that moved', async () => {
    const table = await readFile(join(folder, 'first', 'client_analysis.csv'), 'utf8');
    await cp(join(folder, 'first'), join(folder, 'stricter'), { recursive: true });
    await writeFile(
      join(folder, 'stricter', 'client_analysis.csv'),
      table.replace(',human,organic,', ',bot:undeclared,bot,'),
    );
    const { effect, changedClients, clients } = await diff('first', 'stricter');
    expect(effect).toMatchObject({ a: 4, b: 0, reclassified: -4, traffic: 0 });
    expect(changedClients).toBe(1);
    expect(clients).toEqual([
      expect.objectContaining({ agent: CHROME, from: 'human', to: 'bot:undeclared', requestsA: 4, requestsB: 4 }),
    ]);
  });

  it('reads what the run wrote, not what another left in its folder', async () => {
    const again = join(folder, 'over-downloads');
    await cp(join(folder, 'first'), again, { recursive: true });
    await writeFile(join(again, 'location_analysis.parquet'), 'of a run before');
    expect(await diff('first', 'over-downloads')).toMatchObject({ kind: 'clients', commonClients: 2 });
  });

  it('refuses to compare visitors with locations', async () => {
    const downloads = join(folder, 'downloads');
    await runBotAnnotator({
      input: await parquet(join(folder, 'log.parquet'), locations(2)),
      outputDir: downloads,
      reporters: [locationAnalysisParquet, runManifest],
    });
    const { code, err } = await cli('diff', join(folder, 'first'), downloads, '-o', join(folder, 'out'));
    expect(code).toBe(2);
    expect(err).toContain('NOT_COMPARABLE');
    expect(err).toContain('one is of clients, the other of locations');
  });
});
