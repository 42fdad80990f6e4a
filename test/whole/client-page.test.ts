import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, noteWithoutChromium, openBrowser, seriousIssues, textOf, watchPage } from './support/chromium.js';
import { node, root, scratch } from './support/run.js';

noteWithoutChromium('the page of access logs');

const HOSTILE = '<img src=x onerror=alert(1)>';
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

const line = (ip: string, minute: number, request: string, status: number, referrer: string, agent: string) =>
  `${ip} - - [02/Mar/2026:${String(8 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:07 +0000] "${request}" ${status} 512 "${referrer}" "${agent}"`;

/** Ninety readers, a crawler that says so, one that does not, a scanner, curl, an agent that is markup, and two lines that are no requests. */
const LOG = [
  ...Array.from({ length: 90 }, (_, i) => [
    line(`192.0.2.${i}`, i, `GET /articles/${i % 7} HTTP/1.1`, 200, '-', BROWSER),
    line(`192.0.2.${i}`, i, 'GET /style.css HTTP/1.1', 200, `https://site.example/articles/${i % 7}`, BROWSER),
    line(`192.0.2.${i}`, i, 'GET /logo.png HTTP/1.1', 200, `https://site.example/articles/${i % 7}`, BROWSER),
  ]).flat(),
  ...Array.from({ length: 40 }, (_, i) =>
    line(
      '203.0.113.7',
      i,
      `GET ${i === 0 ? '/robots.txt' : `/articles/${i}`} HTTP/1.1`,
      200,
      '-',
      'ExampleBot/1.0 (+https://bot.example)',
    ),
  ),
  line('203.0.113.8', 3, 'GET /robots.txt HTTP/1.1', 200, '-', BROWSER),
  ...['/.env', '/.git/config', '/wp-login.php', '/admin/config.php', '/.aws/credentials', '/phpinfo.php'].map(
    (path, i) => line('203.0.113.9', 200 + i, `GET ${path} HTTP/1.1`, 404, '-', BROWSER),
  ),
  line('198.51.100.4', 5, 'GET /data.csv HTTP/1.1', 200, '-', 'curl/8.6.0'),
  line('198.51.100.5', 6, `GET /${HOSTILE} HTTP/1.1`, 200, HOSTILE, `${HOSTILE}</script>`),
  'this is no request',
  '192.0.2.1 - - [99/Mar/2026:08:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-"',
];

describe.skipIf(CHROMIUM === undefined)('report.html of an access log in Chromium', () => {
  let browser: Browser;
  let page: Page;
  let url: string;
  let seen: ReturnType<typeof watchPage>;
  const found = async () =>
    Number(/of ([\d,]+) cl/.exec(await textOf(page, '#clients-count'))?.[1]?.replace(',', '') ?? 0);
  const verdicts = () => page.locator('#clients-body td.label').allInnerTexts();

  beforeAll(async () => {
    const folder = await scratch();
    await writeFile(join(folder, 'access.log'), `${LOG.join('\n')}\n`);
    await node(
      [join(root, 'packages/deeplogbot/dist/cli.js'), '-i', 'access.log', '-p', 'http', '-o', 'out', '--quiet'],
      { cwd: folder },
    );
    url = pathToFileURL(join(folder, 'out/report.html')).href;
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    seen = watchPage(page);
    await page.goto(url);
    await page.waitForSelector('#clients[data-ready]');
  });

  afterAll(async () => browser?.close());

  it('asks for nothing but itself and complains about nothing', () => {
    expect(seen).toEqual({ requests: [url], complaints: [] });
  });

  it('tells people, declared and undeclared bots and machines apart, with reasons', async () => {
    expect(await textOf(page, '.answer')).toContain('of 319 requests');
    const card = (style: string) => textOf(page, `.cards .${style}`);
    expect(await card('declared')).toMatch(/Declared bots\s+41\s+requests .* from 2 clients/);
    expect(await card('bot')).toMatch(/Undeclared bots\s+6\s+requests .* from 1 client/);
    expect(await card('hub')).toMatch(/Machines\s+2\s+requests/);
    const top = await textOf(page, '#clients-top');
    expect(top).toContain('Asked for a secret or a console that the site does not have (sensitive_missed 5 >= 1)');
    expect(await textOf(page, '#robots-txt')).toContain('2 clients asked for robots.txt; 1 of them do not say');
    expect(await textOf(page, '#rules')).toContain('secret_missed');
    expect(await textOf(page, '#quarantine')).toMatch(/bad-time[\s\S]*access\.log, line 321/);
  });

  it('filters by verdict, requests and words, also words of reasons', async () => {
    expect(await found()).toBe(95);
    await page.selectOption('#filter-verdict', 'bot:undeclared');
    expect(await verdicts()).toEqual(['Undeclared bot']);
    await page.selectOption('#filter-verdict', '');
    await page.fill('#filter-requests', '6');
    expect(await found()).toBe(2);
    await page.fill('#filter-requests', '');
    await page.fill('#filter-text', 'robots_txt');
    expect(await found()).toBe(2);
    await page.fill('#filter-text', '');
  });

  it('shows a hostile agent as text, in the lists, the table and the details', async () => {
    await page.fill('#filter-text', 'onerror');
    expect(await found()).toBe(1);
    await page.click('#clients-body button');
    expect(await textOf(page, '#detail-title')).toContain(HOSTILE);
    await page.keyboard.press('Escape');
    expect(await page.locator('main img').count()).toBe(0);
    await page.fill('#filter-text', '');
    expect(seen.complaints).toEqual([]);
  });

  it('sorts and works with the keyboard alone', async () => {
    await page.click('th[data-column="verdict"] button');
    expect(await page.getAttribute('th[data-column="verdict"]', 'aria-sort')).toBe('ascending');
    await page.focus('#clients-body button');
    const row = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.row);
    const before = await row();
    await page.keyboard.press('ArrowDown');
    const after = await row();
    expect(after).not.toBe(before);
    await page.keyboard.press('Enter');
    expect(await page.locator('#details-content tbody tr').count()).toBeGreaterThan(10);
    await page.keyboard.press('Escape');
    expect(await row()).toBe(after);
  });

  it.each(['light', 'dark'] as const)('has no serious issue of accessibility when %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    expect(await seriousIssues(page)).toEqual([]);
  });

  it('prints without its controls', async () => {
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#filters').isVisible()).toBe(false);
    expect(await page.locator('.answer').isVisible()).toBe(true);
    await page.emulateMedia({ media: 'screen' });
  });

  it('is no wider than a phone', async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
  });
});
