import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, noteWithoutChromium, openBrowser, seriousIssues, textOf, watchPage } from './support/chromium.js';
import { node, root, scratch } from './support/run.js';

noteWithoutChromium('report.html');
const HOSTILE = '<img src=x onerror=alert(1)>';

/** A log of a thousand locations, one of them named by somebody hostile, who is also the largest. */
const LOG = `
  SELECT TIMESTAMP '2023-01-01' + to_hours(CAST(hash(l, i) % 15000 AS INTEGER)) AS timestamp, 'u' || (hash(l, i, 1) % 7) AS "user",
         'PXD' || (i % 40) AS accession, 'f' || (i % 90) || '.raw' AS filename, 'http' AS method,
         CASE WHEN l = 0 THEN '</script>${HOSTILE}' WHEN l % 2 = 0 THEN 'Kenya' ELSE 'Japan' END AS country,
         CASE WHEN l = 0 THEN '${HOSTILE}' ELSE 'City ' || l END AS geoip_city_name,
         CASE WHEN l = 0 THEN '${HOSTILE}' ELSE printf('%.3f,%.3f', CAST(l % 120 AS DOUBLE) - 60, l * 0.3 - 150) END AS geo_location
  FROM range(1000) t(l), range(4 + CASE WHEN l = 0 THEN 3000 ELSE l % 30 END) r(i)`;

async function report(query: string): Promise<string> {
  const folder = await scratch();
  const duckdb = createRequire(join(root, 'packages/core/package.json')).resolve('@duckdb/node-api');
  const program = `
    const { DuckDBInstance } = (await import(${JSON.stringify(pathToFileURL(duckdb).href)})).default;
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(${JSON.stringify(`COPY (${query}) TO 'log.parquet' (FORMAT parquet)`)});
    const { runBotAnnotator } = await import(${JSON.stringify(join(root, 'packages/deeplogbot/dist/index.js'))});
    const { htmlReport } = await import(${JSON.stringify(join(root, 'packages/reports/dist/index.js'))});
    await runBotAnnotator({ input: 'log.parquet', outputDir: '.', outputStrategy: 'reports_only', reporters: [htmlReport] });
    process.exit(0);`;
  await node(['--input-type=module', '-e', program], { cwd: folder });
  return join(folder, 'report.html');
}

const rowsOf = (page: Page) => page.locator('#locations-body tr').allInnerTexts();

describe.skipIf(CHROMIUM === undefined)('report.html in Chromium', () => {
  let browser: Browser;
  let page: Page;
  let path: string;
  let requests: string[];
  let complaints: string[];

  beforeAll(async () => {
    path = await report(LOG);
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    ({ requests, complaints } = watchPage(page));
    await page.goto(pathToFileURL(path).href);
    await page.waitForSelector('#locations[data-ready]');
  });

  afterAll(async () => browser?.close());

  it('asks for nothing but itself and complains about nothing', () => {
    expect(requests).toEqual([pathToFileURL(path).href]);
    expect(complaints).toEqual([]);
  });

  it('may not reach the network even if it tried', async () => {
    const blocked = await page.evaluate(() =>
      fetch('https://example.org/').then(
        () => false,
        () => true,
      ),
    );
    expect(blocked).toBe(true);
    expect(complaints.splice(0).join(' ')).toContain('Content Security Policy');
  });

  it('opens with what is left after filtering', async () => {
    expect(await textOf(page, '.answer')).toMatch(/^[\d,]+ of 21,\d{3} downloads \([\d.]+\u00a0%\) are left/);
  });

  it('shows a hostile name as text, in the table, the details and the drawings', async () => {
    await page.fill('#filter-text', 'onerror');
    expect(await textOf(page, '#locations-count')).toContain('of 1 locations');
    expect((await rowsOf(page))[0]).toContain(HOSTILE);
    await page.click('#locations-body button');
    expect(await textOf(page, '#detail-title')).toContain(HOSTILE);
    await page.keyboard.press('Escape');
    expect(await page.locator('main img').count()).toBe(0);
    await page.fill('#filter-text', '');
    expect(complaints).toEqual([]);
  });

  it('filters by words, verdict, country, downloads', async () => {
    const found = async () =>
      Number(/of ([\d,]+) loc/.exec(await textOf(page, '#locations-count'))?.[1]?.replace(',', '') ?? 0);
    expect(await found()).toBe(1000);
    await page.selectOption('#filter-country', 'Kenya');
    expect(await found()).toBe(499);
    await page.fill('#filter-downloads', '20');
    const some = await found();
    expect(some).toBeGreaterThan(0);
    expect(some).toBeLessThan(499);
    await page.fill('#filter-text', 'kenya city nothing-has-this');
    expect(await textOf(page, '#locations-count')).toBe('No location matches.');
    await page.fill('#filter-text', '');
    await page.fill('#filter-downloads', '');
    await page.selectOption('#filter-country', '');
    await page.selectOption('#filter-label', 'insufficient_evidence');
    const unsure = await found();
    await page.selectOption('#filter-label', '');
    expect(unsure).toBeLessThan(1000);
  });

  it('sorts in both directions and turns pages', async () => {
    const downloads = async () =>
      (await page.locator('#locations-body td.number:nth-child(5)').allInnerTexts()).map((text) =>
        Number(text.replace(',', '')),
      );
    expect(await downloads()).toEqual([...(await downloads())].sort((a, b) => b - a));
    await page.click('th[data-column="downloads"] button');
    expect(await page.getAttribute('th[data-column="downloads"]', 'aria-sort')).toBe('ascending');
    const first = await downloads();
    expect(first).toEqual([...first].sort((a, b) => a - b));
    await page.click('#page-after');
    expect(await textOf(page, '#locations-count')).toContain('51 to 100 of 1,000');
    expect((await downloads())[0]).toBeGreaterThanOrEqual(first.at(-1)!);
  });

  it('works with the keyboard alone', async () => {
    await page.focus('#locations-body button');
    const row = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.row);
    const before = await row();
    await page.keyboard.press('ArrowDown');
    const after = await row();
    expect(after).not.toBe(before);
    await page.keyboard.press('Enter');
    expect(await page.locator('#details').getAttribute('open')).not.toBeNull();
    expect(await page.locator('#details-content tbody tr').count()).toBeGreaterThan(10);
    await page.keyboard.press('Escape');
    expect(await row()).toBe(after);
  });

  it.each(['light', 'dark'] as const)('has no serious issue of accessibility when %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    expect(await seriousIssues(page)).toEqual([]);
  });

  it('is no wider than a phone', async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
  });

  it('says what is not measured in a log of one class without coordinates, countries or data sets', async () => {
    const small = await report(`SELECT TIMESTAMP '2023-01-01' + to_days(CAST(i AS INTEGER)) AS timestamp, 'u' AS "user",
      NULL::VARCHAR AS country, 'host ' || (i % 3) AS geo_location FROM range(30) t(i)`);
    const other = await browser.newPage();
    await other.goto(pathToFileURL(small).href);
    await other.waitForSelector('#locations[data-ready]');
    const text = await textOf(other, 'main');
    expect(text).toContain('No location is a pair of coordinates');
    expect(text).toContain('downloads by data set: the log has no project column');
    expect(await other.locator('#locations-body tr').count()).toBe(3);
  });
});
