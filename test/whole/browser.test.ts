import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { node, root, scratch } from './support/run.js';

const CHROMIUM = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
if (CHROMIUM === undefined) {
  console.warn('\n*** NO CHROMIUM FOUND: the browser test is SKIPPED. Install chromium or set CHROMIUM. ***\n');
}

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const DEMO = join(root, 'examples/demo/downloads.parquet');
const fromCore = createRequire(join(root, 'packages/core/package.json'));
const PAGE = join(root, 'examples/browser');

/** Everything the page may load, by name; the server knows nothing else. */
async function pageFiles(): Promise<Map<string, Uint8Array | string>> {
  const bundle = await build({
    entryPoints: [join(PAGE, 'page.ts')],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  // tsup leaves bare imports of chunks that have no effects
  expect(bundle.warnings.filter(({ id }) => id !== 'ignored-bare-import')).toEqual([]);
  const packaged = (name: string) => readFile(fromCore.resolve(name));
  return new Map<string, Uint8Array | string>([
    ['/', await readFile(join(PAGE, 'index.html'))],
    ['/page.js', bundle.outputFiles[0]!.text],
    ['/duckdb-eh.wasm', await packaged('@duckdb/duckdb-wasm/dist/duckdb-eh.wasm')],
    ['/duckdb-browser-eh.worker.js', await packaged('@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js')],
    ['/parquet_wasm_bg.wasm', await packaged('parquet-wasm/esm/parquet_wasm_bg.wasm')],
  ]);
}

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', wasm: 'application/wasm', '': 'text/html' };
const typeOf = (path: string) => TYPES[path.split('.')[1] ?? ''] ?? 'application/octet-stream';

/** Labels of the Node run, by location. */
async function labelsInNode(): Promise<Record<string, string>> {
  const program = `
    const { runBotAnnotator } = await import(${JSON.stringify(join(root, 'packages/deeplogbot/dist/index.js'))});
    const run = await runBotAnnotator({
      input: ${JSON.stringify(DEMO)}, outputDir: 'out', outputStrategy: 'reports_only', reporters: [], engine: 'native' });
    console.log(JSON.stringify(Object.fromEntries(run.features.keys.map((key, i) => [key, run.verdicts.rows[i].label]))));`;
  return JSON.parse(await node(['--input-type=module', '-e', program], { cwd: await scratch() }));
}

describe.skipIf(CHROMIUM === undefined)('a page in Chromium', () => {
  let server: Server;
  let origin: string;
  const served: string[] = [];

  beforeAll(async () => {
    const files = await pageFiles();
    server = createServer((request, response) => {
      const path = request.url ?? '';
      served.push(path);
      const body = files.get(path);
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': typeOf(path) }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => void server?.close());

  it('gives the demo log the labels of the Node run and asks for nothing but its own files', async () => {
    const browser = await chromium.launch({ executablePath: CHROMIUM!, args: ARGS });
    try {
      const page = await browser.newPage();
      const requests: string[] = [];
      const complaints: string[] = [];
      page.context().on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(origin);
      await page.setInputFiles('#log', DEMO);
      await page.waitForFunction(() => document.querySelector('#verdicts')?.textContent !== '', undefined, {
        timeout: 200_000,
      });
      const text = await page.textContent('#verdicts');
      const inPage = Object.fromEntries((text ?? '').split('\n').map((line) => line.split('\t').reverse()));

      expect(complaints).toEqual([]);
      expect(inPage).toEqual(await labelsInNode());
      expect(new Set(Object.values(inPage))).toEqual(new Set(['bot', 'hub', 'organic', 'insufficient_evidence']));
      expect(requests.filter((url) => !url.startsWith(`${origin}/`) && !url.startsWith('data:'))).toEqual([]);
      expect([...new Set(served)].sort()).toEqual([
        '/',
        '/duckdb-browser-eh.worker.js',
        '/duckdb-eh.wasm',
        '/page.js',
        '/parquet_wasm_bg.wasm',
      ]);
    } finally {
      await browser.close();
    }
  });
});
