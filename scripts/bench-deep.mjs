// `npm run bench:deep [-- PART …]`: the tables of docs/deep.md, in its order. Parts: labels, logs, regimes, cost; and, only where they are
// asked for, experiments (what was tried on the labels) and unseen (the further kinds of logs with another seed).
import { run, setUp } from './setup.mjs';

const PARTS = {
  labels: ['deep-quality.ts', 'labels', '10'],
  experiments: ['deep-experiments.ts', '10'],
  logs: ['deep-quality.ts', 'logs', '1', '2', '3'],
  regimes: ['deep-regimes.ts', '1'],
  unseen: ['deep-regimes.ts', '3'],
  cost: ['deep-speed.ts'],
};
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(PARTS, name));
const wanted = asked.length > 0 ? asked : ['labels', 'logs', 'regimes', 'cost'];

if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}; parts are ${Object.keys(PARTS).join(', ')}.`);
  process.exitCode = 2;
} else process.exitCode = setUp();
for (const name of wanted) {
  if (process.exitCode) break;
  const [file, ...rest] = PARTS[name];
  console.log(`\n${[file, ...rest].join(' ')}`);
  const start = performance.now();
  process.exitCode = run('npx', ['tsx', '--tsconfig', 'tsconfig.json', `bench/${file}`, ...rest]);
  console.log(`\n${name}: ${Math.round((performance.now() - start) / 1000)} s`);
}
