import { fileURLToPath } from 'node:url';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Packages resolve to their sources, so that unit tests need no build. The longest name first. */
const alias = [
  { find: '@deeplogbot/core/node', replacement: source('./packages/core/src/node.ts') },
  { find: '@deeplogbot/core/wasm', replacement: source('./packages/core/src/wasm.ts') },
  { find: '@deeplogbot/core', replacement: source('./packages/core/src/index.ts') },
  { find: '@deeplogbot/models', replacement: source('./packages/models/src/index.ts') },
  { find: '@deeplogbot/rules', replacement: source('./packages/rules/src/index.ts') },
  { find: '@deeplogbot/provider-ebi', replacement: source('./packages/providers/ebi/src/index.ts') },
  { find: '@deeplogbot/provider-http', replacement: source('./packages/providers/http/src/index.ts') },
  { find: '@deeplogbot/reports/node', replacement: source('./packages/reports/src/node.ts') },
  { find: '@deeplogbot/reports', replacement: source('./packages/reports/src/index.ts') },
  { find: '@deeplogbot/usage', replacement: source('./packages/usage/src/index.ts') },
  { find: /^deeplogbot\/browser$/, replacement: source('./packages/deeplogbot/src/browser.ts') },
  { find: /^deeplogbot$/, replacement: source('./packages/deeplogbot/src/index.ts') },
];

const globalSetup = source('./test/support/temporary-folder.ts');
const SECONDS = 1000;
const RUNS = ['packages/**/test/runs/**/*.test.ts', 'bench/test/runs/**/*.test.ts'];

/** What unit tests and runs share: the files of a worker share its modules, which halves their loading; a test that needs a fresh process starts one. */
const fromSources = {
  globalSetup,
  maxWorkers: 2,
  isolate: false,
  testTimeout: 180 * SECONDS,
  hookTimeout: 180 * SECONDS,
};

/** `unit`: packages alone. `runs`: the main job from its sources, in whole or from a log to its features. `whole`: the built product, examples, packed tarballs, pages. */
export default [
  {
    resolve: { alias },
    test: {
      ...fromSources,
      name: 'unit',
      include: ['packages/**/test/**/*.test.ts', 'bench/test/**/*.test.ts', 'test/unit/**/*.test.ts'],
      exclude: ['**/node_modules/**', ...RUNS],
    },
  },
  { resolve: { alias }, test: { ...fromSources, name: 'runs', include: RUNS } },
  {
    test: {
      globalSetup,
      name: 'whole',
      include: ['test/whole/**/*.test.ts'],
      testTimeout: 600 * SECONDS,
      hookTimeout: 600 * SECONDS,
      fileParallelism: false,
    },
  },
];
