import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { htmlPage } from '@deeplogbot/reports';
import { chromium } from 'playwright-core';
import { syntheticRun } from '../packages/reports/test/support/run.js';

const { values } = parseArgs({
  options: { locations: { type: 'string', default: '71000' }, features: { type: 'string', default: '180' } },
});

const WORDS = ['k', 'ke', 'ken', 'germany', '12', 'nothing has this', ''];

// npx tsx --tsconfig tsconfig.json bench/report-page.ts --locations 71000
const folder = await mkdtemp(join(tmpdir(), 'deeplogbot-page-'));
const html = await htmlPage(syntheticRun(Number(values.locations), 1000, {}, Number(values.features)));
await writeFile(join(folder, 'report.html'), html);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const started = performance.now();
  await page.goto(pathToFileURL(join(folder, 'report.html')).href);
  await page.waitForSelector('#locations[data-ready]');
  const interactive = performance.now() - started;
  const thread = await threadSeconds();
  const filters: number[] = [];
  const before = await threadSeconds();
  for (const words of WORDS) filters.push(await filterMs(words));
  const perFilter = ((await threadSeconds()) - before) / WORDS.length;
  console.table({
    'page, MB': (Buffer.byteLength(html) / 1e6).toFixed(2),
    'until the table answers, s': (interactive / 1000).toFixed(2),
    'of it the page’s own processor time, s': thread.toFixed(2),
    'filter, median ms': filters.sort((a, b) => a - b)[filters.length >> 1]!.toFixed(0),
    'filter, slowest ms': Math.max(...filters).toFixed(0),
    'filter, processor time on average, ms': (1000 * perFilter).toFixed(0),
  });

  /** From the key to the drawn table, in the page itself. */
  async function filterMs(words: string): Promise<number> {
    return page.evaluate((text) => {
      const input = document.querySelector('#filter-text') as HTMLInputElement;
      input.value = text;
      const before = performance.now();
      input.dispatchEvent(new Event('input', { bubbles: true }));
      document.querySelector('#locations-body')!.getBoundingClientRect();
      return performance.now() - before;
    }, words);
  }

  /** What the page's thread computed, whatever else the machine did. */
  async function threadSeconds(): Promise<number> {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')!.value;
  }
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}
