/*
 * How the deep method and the rules do on logs of a second and a third generator (bench/other), whose laws are not those
 * that they were developed on.
 *
 *   npx tsx --tsconfig tsconfig.json bench/deep-regimes.ts [seed …]
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWithin } from './deep-tolerances.js';
import { type RegimeScore, scoreRegime, scoreRules, tableOf } from './other/measure.js';
import { EXTREMES, REGIMES } from './other/regimes.js';

const LABELS = 200;
const folder = join(tmpdir(), 'deeplogbot-regimes');
const asked = process.argv.slice(2).map(Number);
const seeds = asked.length > 0 ? asked : [1];

const shown = (scores: readonly RegimeScore[], tolerance: 'withoutLabels' | 'withLabels') =>
  scores.map(({ macroF1 }) => `${macroF1.toFixed(3)}${isWithin(tolerance, macroF1) ? '' : ' missed'}`).join(' · ');

function errors(scores: readonly RegimeScore[]): string {
  const all = new Map<string, number>();
  for (const { wrong } of scores) for (const [kind, n] of wrong) all.set(kind, (all.get(kind) ?? 0) + n);
  const most = [...all].sort((a, b) => b[1] - a[1]).slice(0, 5);
  return most.map(([kind, n]) => `${kind} ${n}`).join(', ') || 'none';
}

console.log(`Macro-F1 of seeds ${seeds.join(', ')}\n`);
console.log('| | locations | days | rules | without labels | with 200 labels | most frequent errors without labels |');
console.log('|---|---|---|---|---|---|---|');
for (const regime of REGIMES) {
  const without: RegimeScore[] = [];
  const labelled: RegimeScore[] = [];
  const rules: string[] = [];
  for (const seed of seeds) {
    const known = await tableOf(regime, seed, folder);
    rules.push(scoreRules(known).toFixed(3));
    without.push(await scoreRegime(known, seed));
    labelled.push(await scoreRegime(known, seed, Math.min(LABELS, Math.floor(known.table.rows / 2))));
  }
  const cells = [
    regime.locations,
    regime.days,
    rules.join(' · '),
    shown(without, 'withoutLabels'),
    shown(labelled, 'withLabels'),
  ];
  console.log(`| ${regime.name} | ${cells.join(' | ')} | ${errors(without)} |`);
}
console.log('\n| | places | called a bot | bots found |\n|---|---|---|---|');
for (const regime of EXTREMES) {
  const scores: RegimeScore[] = [];
  for (const seed of seeds) scores.push(await scoreRegime(await tableOf(regime, seed, folder), seed));
  const each = (of: (score: RegimeScore) => number) => scores.map(of).join(' · ');
  console.log(
    `| ${regime.name} | ${regime.locations} | ${each(({ called }) => called)} | ${each(({ found }) => found)} |`,
  );
}
