import { build } from '../../tsup.shared.js';

export default build({ index: 'src/index.ts', node: 'src/node.ts', wasm: 'src/wasm.ts' });
