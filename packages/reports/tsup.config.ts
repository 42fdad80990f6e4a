import { defineConfig } from 'tsup';
import { options } from '../../tsup.shared.js';

export default defineConfig(options({ index: 'src/index.ts', node: 'src/node.ts' }));
