import { build } from '../../tsup.shared.js';

export default build({ index: 'src/index.ts', browser: 'src/browser.ts', cli: 'src/cli/main.ts' });
