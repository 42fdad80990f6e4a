import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Chromium of this machine, or undefined. */
export const CHROMIUM = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);

/** Says loudly that tests of a page are left out. */
export function noteWithoutChromium(what: string): void {
  if (CHROMIUM !== undefined) return;
  console.warn(`\n*** NO CHROMIUM FOUND: the test of ${what} is SKIPPED. Install chromium or set CHROMIUM. ***\n`);
}

const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];

export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM!, args: ARGS });

/** What a page asks for and complains about, from now on. */
export function watchPage(page: Page): { readonly requests: string[]; readonly complaints: string[] } {
  const [requests, complaints]: [string[], string[]] = [[], []];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { requests, complaints };
}

export const textOf = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(selector).allInnerTexts())[0]!;

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe finds serious or worse. */
export async function seriousIssues(page: Page) {
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }
    ).axe.run();
    return violations.map(({ id, impact, nodes }) => ({ id, impact, first: nodes[0]?.html }));
  });
  return found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
}
