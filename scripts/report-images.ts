// Pictures of the demo's report for the documents: `npm run demo`, then `npx tsx scripts/report-images.ts [FOLDER]`.
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const folder = process.argv[2] ?? fileURLToPath(new URL('../docs/images', import.meta.url));
const report = new URL('../output/demo/report.html', import.meta.url).href;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
try {
  for (const width of [1280, 400]) {
    const page = await browser.newPage({
      viewport: { width, height: 900 },
      colorScheme: width === 400 ? 'dark' : 'light',
    });
    await page.goto(report);
    await page.waitForSelector('#locations[data-ready]');
    await page.screenshot({ path: `${folder}/report-${width}.png`, fullPage: process.argv[3] === 'full' });
  }
} finally {
  await browser.close();
}
