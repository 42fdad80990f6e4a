import { fileURLToPath } from 'node:url';
import { generateLog } from './generate.js';

/** Makes the log that ships with the repository: `npx tsx bench/generate/demo.ts`. */
const folder = fileURLToPath(new URL('../../examples/demo/', import.meta.url));

await generateLog({
  rows: 100_000,
  locations: 300,
  seed: 2025,
  oddRows: true,
  compression: 'zstd',
  threads: 1,
  path: `${folder}downloads.parquet`,
  labels: `${folder}labels.csv`,
});
