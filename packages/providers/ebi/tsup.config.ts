import { build } from '../../../tsup.shared.js';

export default build({ index: 'src/index.ts' }, { loader: { '.yaml': 'text' } });
