import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { node, root, scratch } from './support/run.js';

const CHROMIUM = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
if (CHROMIUM === undefined) {
  console.warn('\n*** NO CHROMIUM FOUND: the test of diff.html is SKIPPED. Install chromium or set CHROMIUM. ***\n');
}

const HOSTILE = '<img src=x onerror=alert(1)>';

/** Two months of one repository; the places of the second download more, and one of them is named by somebody hostile. */
const month = (n: number) => `
  SELECT TIMESTAMP '2023-0${n}-01' + to_hours(CAST(hash(l, i) % 600 AS INTEGER)) AS timestamp, 'u' || (hash(l, i, 1) % 7) AS "user",
         CASE WHEN i % 40 = 0 THEN '</script>${HOSTILE}' ELSE 'PXD' || (i % 40) END AS accession, 'f' || (i % 90) || '.raw' AS filename,
         'http' AS method, CASE WHEN l = 0 THEN '${HOSTILE}' WHEN l % 2 = 0 THEN 'Kenya' ELSE 'Japan' END AS country,
         printf('%.3f,%.3f', CAST(l % 120 AS DOUBLE) - 60, l * 0.3) AS geo_location
  FROM range(60) t(l), range(4 + (l % 30) * ${n}) r(i)`;

describe.skipIf(CHROMIUM === undefined)('diff.html in Chromium', () => {
  let browser: Browser;
  let page: Page;
  let url: string;
  const requests: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    const folder = await scratch();
    const duckdb = createRequire(join(root, 'packages/core/package.json')).resolve('@duckdb/node-api');
    const program = `
      const { DuckDBInstance } = (await import(${JSON.stringify(pathToFileURL(duckdb).href)})).default;
      const connection = await (await DuckDBInstance.create(':memory:')).connect();
      for (const [name, query] of ${JSON.stringify([1, 2].map((n) => [`${n}.parquet`, month(n)]))})
        await connection.run('COPY (' + query + ") TO '" + name + "' (FORMAT parquet)");
      process.exit(0);`;
    await node(['--input-type=module', '-e', program], { cwd: folder });
    const cli = join(root, 'packages/deeplogbot/dist/cli.js');
    for (const n of ['1', '2']) await node([cli, '-i', `${n}.parquet`, '-o', n, '--quiet'], { cwd: folder });
    await node([cli, 'diff', '1', '2', '-o', 'diff', '--quiet'], { cwd: folder });
    url = pathToFileURL(join(folder, 'diff', 'diff.html')).href;
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    browser = await chromium.launch({ executablePath: CHROMIUM!, args });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(url);
  });

  afterAll(async () => browser?.close());

  it('asks for nothing but itself and complains about nothing', () => {
    expect(requests).toEqual([url]);
    expect(complaints).toEqual([]);
  });

  it('says what changed and why, with hostile names as text', async () => {
    const text = (await page.locator('main').allInnerTexts())[0]!;
    expect(text).toMatch(/^Downloads without bots: [\d,]+ in the first run/);
    expect(text).toContain('The runs differ in their data alone, so that is the reason.');
    expect(text).toContain(HOSTILE);
    expect(await page.locator('main img, script').count()).toBe(0);
    expect(await page.locator('main figure svg').count()).toBe(3);
  });

  it.each([
    ['light', 1280],
    ['dark', 400],
  ] as const)(
    'has no serious issue of accessibility when %s and is no wider than %d px',
    async (colorScheme, width) => {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
      const found = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
        return (await axe.run()).violations.map(({ id, impact, nodes }) => ({ id, impact, first: nodes[0]?.html }));
      });
      expect(found.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    },
  );
});

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}
