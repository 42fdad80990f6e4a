// `npm run bench:deep`: every table of docs/deep.md, in its order: labels, what was tried on them, generated logs, further kinds of logs, cost.
import { run, setUp } from './setup.mjs';

const TABLES = [
  ['deep-quality.ts', 'labels', '10'],
  ['deep-experiments.ts', '10'],
  ['deep-quality.ts', 'logs', '1', '2', '3'],
  ['deep-regimes.ts', '1'],
  ['deep-regimes.ts', '3'],
  ['deep-speed.ts'],
];

process.exitCode = setUp();
for (const [file, ...rest] of TABLES) {
  if (process.exitCode) break;
  console.log(`\n${[file, ...rest].join(' ')}`);
  process.exitCode = run('npx', ['tsx', '--tsconfig', 'tsconfig.json', `bench/${file}`, ...rest]);
}
