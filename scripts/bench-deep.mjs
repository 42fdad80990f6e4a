// `npm run bench:deep [-- PART … | --full]`: the tables of docs/deep-accuracy.md and of what the method costs. Without a part: a setting of each that ends within 12 minutes on two
// cores. `--full`, or a part by its name: the tables as the page has them; `experiments` (what was tried on the labels) and `unseen` (the
// further kinds of logs with another seed) only then.
import { run, setUp } from './setup.mjs';

const SMALL = {
  labels: ['deep-quality.ts', 'labels', '3'],
  logs: ['deep-quality.ts', 'logs', '1'],
  regimes: ['deep-regimes.ts', '1', '--only', 'two'],
  cost: ['deep-speed.ts'],
};
const FULL = {
  labels: ['deep-quality.ts', 'labels', '10'],
  experiments: ['deep-experiments.ts', '10'],
  logs: ['deep-quality.ts', 'logs', '1', '2', '3'],
  regimes: ['deep-regimes.ts', '1'],
  unseen: ['deep-regimes.ts', '3'],
  cost: ['deep-speed.ts'],
};
const asked = process.argv.slice(2);
const isFull = asked.includes('--full');
const named = asked.filter((name) => name !== '--full');
const unknown = named.filter((name) => !Object.hasOwn(FULL, name));
const parts = isFull || named.length > 0 ? FULL : SMALL;
const wanted = named.length > 0 ? named : Object.keys(parts);

if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}; parts are ${Object.keys(FULL).join(', ')}.`);
  process.exitCode = 2;
} else process.exitCode = setUp();
for (const name of wanted) {
  if (process.exitCode) break;
  const [file, ...rest] = parts[name];
  console.log(`\n${[file, ...rest].join(' ')}`);
  const start = performance.now();
  process.exitCode = run('npx', ['tsx', '--tsconfig', 'tsconfig.json', `bench/${file}`, ...rest]);
  console.log(`\n${name}: ${Math.round((performance.now() - start) / 1000)} s`);
}
