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

/**
 * `unit`: packages alone, in memory; the files of a worker share its modules, which halves their loading, so a test that
 * needs a fresh process starts one. `whole`: runs of the built product, examples, packed tarballs, pages.
 */
export default [
  {
    resolve: { alias },
    test: {
      name: 'unit',
      maxWorkers: 2,
      isolate: false,
      include: ['packages/**/test/**/*.test.ts', 'bench/test/**/*.test.ts', 'test/unit/**/*.test.ts'],
      testTimeout: 180_000,
      hookTimeout: 180_000,
    },
  },
  {
    test: {
      name: 'whole',
      include: ['test/whole/**/*.test.ts'],
      testTimeout: 600_000,
      hookTimeout: 600_000,
      fileParallelism: false,
    },
  },
];
