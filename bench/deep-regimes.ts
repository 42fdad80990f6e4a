/*
 * How the deep method and the rules do on logs of three further generators (bench/other), whose laws are not those
 * that they were developed on.
 *
 *   npx tsx --tsconfig tsconfig.json bench/deep-regimes.ts [seed …] [--only 'part of a name']
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isWithin } from './deep-tolerances.js';
import { generatedTable } from './generated-table.js';
import { type PeopleFound, type RegimeScore, scoreRegime, scoreRules, tableOf } from './other/measure.js';
import { EXTREMES, REGIMES } from './other/regimes.js';

const LABELS = 200;
const folder = join(tmpdir(), 'deeplogbot-regimes');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', default: '' } },
});
const isWanted = ({ name }: { readonly name: string }) => name.includes(values.only);
const asked = positionals.map(Number);
const seeds = asked.length > 0 ? asked : [1];

const shown = (scores: readonly RegimeScore[], tolerance: 'withoutLabels' | 'withLabels') =>
  scores.map(({ macroF1 }) => `${macroF1.toFixed(3)}${isWithin(tolerance, macroF1) ? '' : ' missed'}`).join(' · ');

function errors(scores: readonly RegimeScore[]): string {
  const all = new Map<string, number>();
  for (const { wrong } of scores) for (const [kind, n] of wrong) all.set(kind, (all.get(kind) ?? 0) + n);
  const most = [...all].sort((a, b) => b[1] - a[1]).slice(0, 5);
  return most.map(([kind, n]) => `${kind} ${n}`).join(', ') || 'none';
}

const people: (readonly [log: string, without: readonly PeopleFound[], labelled: readonly PeopleFound[]])[] = [];
const peopleOf = (scores: readonly RegimeScore[]) => scores.map((score) => score.people);

console.log(`Macro-F1 of seeds ${seeds.join(', ')}\n`);
console.log('| | locations | days | rules | without labels | with 200 labels | most frequent errors without labels |');
console.log('|---|---|---|---|---|---|---|');
for (const regime of REGIMES.filter(isWanted)) {
  const without: RegimeScore[] = [];
  const labelled: RegimeScore[] = [];
  const rules: string[] = [];
  for (const seed of seeds) {
    const known = await tableOf(regime, seed, folder);
    rules.push(scoreRules(known).toFixed(3));
    without.push(await scoreRegime(known, seed));
    labelled.push(await scoreRegime(known, seed, Math.min(LABELS, Math.floor(known.table.rows / 2))));
  }
  people.push([regime.name, peopleOf(without), peopleOf(labelled)]);
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
for (const regime of EXTREMES.filter(isWanted)) {
  const scores: RegimeScore[] = [];
  for (const seed of seeds) scores.push(await scoreRegime(await tableOf(regime, seed, folder), seed));
  people.push([regime.name, peopleOf(scores), []]);
  const each = (of: (score: RegimeScore) => number) => scores.map(of).join(' · ');
  console.log(
    `| ${regime.name} | ${regime.locations} | ${each(({ called }) => called)} | ${each(({ found }) => found)} |`,
  );
}

for (const seed of [1, 2, 3].filter((n) => isWanted({ name: `first generator, seed ${n}` }))) {
  const { table, labels } = await generatedTable(seed);
  const known = table.keys.map((key, row) => ({ key, label: labels[row]!, kind: labels[row]! }));
  const log = { table, known, byRules: [] };
  people.push([
    `first generator, seed ${seed}`,
    peopleOf([await scoreRegime(log, seed)]),
    peopleOf([await scoreRegime(log, seed, LABELS)]),
  ]);
}
const held = (found: readonly PeopleFound[]) => `${found.filter(({ isInside }) => isInside).length} of ${found.length}`;
const shares = (found: readonly PeopleFound[]) =>
  found.map((each) => `${each.said.toFixed(2)}, true ${each.true.toFixed(2)}`).join(' · ') || '–';
console.log('\nDownloads of people: whether the 95 % interval holds them, and their share of what is left, as said\n');
console.log('| | interval without labels | share | interval with 200 labels | share |\n|---|---|---|---|---|');
for (const [name, without, labelled] of people)
  console.log(`| ${name} | ${held(without)} | ${shares(without)} | ${held(labelled)} | ${shares(labelled)} |`);
const total = (pick: 1 | 2) => held(people.flatMap((row) => row[pick]));
console.log(`| all | ${total(1)} | | ${total(2)} | |`);
