// `npm test`: everything that a change must pass, in the order in which a failure is cheapest to learn of.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, root, run, setUp } from './setup.mjs';

const tally = { passed: 0, failed: 0, skipped: 0 };
const tool = (path, ...args) => run(process.execPath, [join(root, 'node_modules', path), ...args]);

const STEPS = [
  ['set-up and build', setUp],
  ['lint and format', () => tool('@biomejs/biome/bin/biome', 'check', '.')],
  ['types', () => tool('typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json')],
  ['tests of the parts', () => tests('unit')],
  ['tests of runs', () => tests('runs')],
  ['tests of the whole', () => tests('whole')],
];

process.exitCode = main();

function main() {
  for (const [name, work] of STEPS) {
    process.stdout.write(`\n== ${name}\n`);
    const before = tally.failed;
    const code = work();
    if (code === 0) continue;
    if (tally.failed === before) tally.failed += 1;
    process.stdout.write(`\n== failed: ${name}\n`);
    summary();
    return code;
  }
  summary();
  return 0;
}

/** Runs one vitest project and adds its counts; a file that does not load counts as one failure. */
function tests(project) {
  mkdirSync(cache, { recursive: true });
  const file = join(cache, `${project}.json`);
  rmSync(file, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = tool('vitest/vitest.mjs', 'run', '--project', project, ...reporters);
  if (!existsSync(file)) return code || 1;
  const result = JSON.parse(readFileSync(file, 'utf8'));
  const unloaded = result.testResults.filter(
    (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
  );
  tally.passed += result.numPassedTests;
  tally.failed += result.numFailedTests + unloaded.length;
  tally.skipped += result.numPendingTests + result.numTodoTests;
  return code;
}

function summary() {
  const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : '';
  process.stdout.write(`\n${tally.passed} passed, ${tally.failed} failed${skipped}\n`);
}
