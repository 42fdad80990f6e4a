import type { Options } from 'tsup';

/** One build for every package: ESM, CJS and declarations from the named entries. What a package depends on stays outside. */
export const options = (entry: Record<string, string>): Options => ({
  entry,
  format: ['esm', 'cjs'],
  dts: true,
  clean: true,
  target: 'node20',
  platform: 'neutral',
  splitting: true,
  treeshake: true,
  external: [/^node:/, /^@deeplogbot\//, /^@duckdb\//, /^@napi-rs\//],
});
