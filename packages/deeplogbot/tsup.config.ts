import { defineConfig } from 'tsup';
import { options } from '../../tsup.shared.js';

/** The command is a program and no library: one format, no declarations. */
export default defineConfig([
  options({ index: 'src/index.ts', browser: 'src/browser.ts' }),
  { ...options({ cli: 'src/cli/bin.ts' }), format: ['esm'], dts: false, clean: false },
]);
