import { defineConfig, type Options } from 'tsup';

/** One build for every package: ESM, CJS and declarations from the named entries. */
export const build = (entry: Record<string, string>, extra: Options = {}) =>
  defineConfig({
    entry,
    format: ['esm', 'cjs'],
    dts: true,
    clean: true,
    target: 'node20',
    platform: 'neutral',
    splitting: true,
    treeshake: true,
    external: [/^node:/, /^@deeplogbot\//, /^@duckdb\//],
    ...extra,
  });
