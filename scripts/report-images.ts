// Pictures of the reports for the documents: `npm run demo`, a run over the access log of 2015 into `output/access`, then
// `npx tsx scripts/report-images.ts [FOLDER]`. A report that was not made keeps its picture.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const folder = process.argv[2] ?? fileURLToPath(new URL('../docs/images', import.meta.url));
const report = new URL('../output/demo/report.html', import.meta.url);
const access = new URL('../output/access/report.html', import.meta.url);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
try {
  for (const width of existsSync(report) ? [1280, 400] : []) {
    const page = await browser.newPage({
      viewport: { width, height: 900 },
      colorScheme: width === 400 ? 'dark' : 'light',
    });
    await page.goto(report.href);
    await page.waitForSelector('#locations[data-ready]');
    await page.screenshot({ path: `${folder}/report-${width}.png`, fullPage: process.argv[3] === 'full' });
  }
  if (existsSync(access)) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, colorScheme: 'light' });
    await page.goto(access.href);
    await page.waitForSelector('#clients[data-ready]');
    await page.screenshot({ path: `${folder}/access-1280.png` });
  }
} finally {
  await browser.close();
}
