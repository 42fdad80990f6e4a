import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { CLASSES, type ClassName, createRandom, FeatureTable } from '@deeplogbot/core';
import { columnsOf, decide, OUTCOMES, parseRules, type RuleSet, rulesTrace } from '@deeplogbot/rules';

/*
 * Searches the thresholds of the default location rules on the public labels and reports repeated 5-fold cross-validation.
 * Run: npx tsx bench/tune-rules.ts [repetitions]
 */

const EBI = new URL('../packages/providers/ebi/', import.meta.url);

/** Round values per threshold, so that a curator can say them aloud: [rule, feature, bound, candidates]. */
const GRID: readonly (readonly [string, string, 'min' | 'max', readonly number[]])[] = [
  ['crowd_of_equal_users', 'user_entropy', 'min', [4.4, 4.5, 4.75, 5]],
  ['crowd_of_equal_users', 'user_gini_coefficient', 'max', [0.6, 0.65, 0.7, 0.75]],
  ['sudden_small_crowd', 'unique_users', 'min', [6, 8, 9, 10, 12]],
  ['sudden_small_crowd', 'downloads_per_user', 'max', [3, 4, 5, 10]],
  ['sudden_small_crowd', 'hourly_entropy', 'min', [2, 2.2, 2.4]],
  ['sudden_small_crowd', 'working_hours_ratio', 'max', [0.4, 0.45, 0.5]],
  ['round_the_clock', 'hourly_entropy', 'min', [2.75, 2.8, 2.85, 2.9]],
  ['round_the_clock', 'years_span', 'max', [1, 2, 4]],
  ['same_files_again', 'downloads_per_user', 'min', [50, 75, 100, 150]],
  ['same_files_again', 'unique_projects', 'max', [6, 12, 20, 25, 30]],
  ['latest_year_surge', 'downloads_per_user', 'min', [10, 20, 40, 75]],
  ['latest_year_surge', 'fraction_latest_year', 'min', [0.85, 0.9, 0.93, 0.95, 0.98]],
  ['people_who_return', 'working_hours_ratio', 'min', [0.4, 0.45, 0.5, 0.55, 0.6]],
  ['people_who_return', 'user_gini_coefficient', 'min', [0.65, 0.7, 0.75]],
  ['people_who_return', 'downloads_per_user', 'max', [20, 50, 60, 70]],
  ['small_place', 'user_entropy', 'max', [4, 4.5, 5]],
  ['small_place', 'total_downloads', 'max', [2000, 2500, 3000]],
  ['heavy_users', 'downloads_per_user', 'min', [50, 60, 70, 80, 100]],
  ['heavy_users', 'total_downloads', 'min', [2000, 2500, 3000]],
  ['shared_gateway', 'total_downloads', 'min', [10000, 25000, 50000]],
  ['shared_gateway', 'downloads_per_user', 'min', [20, 30, 40]],
  ['shared_gateway', 'user_gini_coefficient', 'min', [0.85, 0.9, 0.92]],
];

type Thresholds = readonly number[];
interface Sample {
  readonly table: FeatureTable;
  readonly labels: readonly ClassName[];
  /** Whether both annotators gave the label; else a rule settled it. */
  readonly agreed: readonly boolean[];
}

/** The labelled locations as a feature table. */
export async function labelledLocations(): Promise<Sample> {
  const text = await readFile(new URL('test/fixtures/location-labels.csv', EBI), 'utf8');
  const [header = '', ...lines] = text.trim().split('\n');
  const names = header.split(',');
  const rows = lines.map((line) =>
    [...line.matchAll(/"([^"]*)"|([^,]+)|(?<=,|^)(?=,|$)/g)].map((m) => m[1] ?? m[2] ?? ''),
  );
  const columns = new Map(
    names.slice(3, 17).map((name, i) => [name, Float64Array.from(rows, (row) => Number(row[3 + i]))] as const),
  );
  const keys = rows.map((row) => row[0]!);
  const attributes = { country: rows.map((row) => row[1]!), city: rows.map((row) => row[2]!) };
  return {
    table: new FeatureTable(keys, attributes, columns, new Map()),
    labels: rows.map((row) => row[17] as ClassName),
    agreed: rows.map((row) => row[18] === 'agreed'),
  };
}

type Bounds = Record<string, number>;
type Document = Record<string, Record<string, { patterns?: (Record<string, Bounds> & { id: string })[] }>>;

const patternOf = (document: Document, id: string) =>
  ['behavior_type', 'automation_category']
    .flatMap((level) => Object.values(document[level]!).flatMap((section) => section.patterns ?? []))
    .find((pattern) => (pattern.id as unknown as string) === id)!;

/** The shipped rules with other thresholds. YAML is a superset of JSON, so the changed document is parsed like any file. */
function withThresholds(text: string, thresholds: Thresholds): RuleSet {
  const document = structuredClone(parseRules(text).document) as Document;
  GRID.forEach(([rule, feature, bound], i) => {
    patternOf(document, rule)[feature]![bound] = thresholds[i]!;
  });
  return parseRules(JSON.stringify(document), { file: 'default.yaml' });
}

const shipped = (text: string): Thresholds => {
  const document = parseRules(text).document as Document;
  return GRID.map(([rule, feature, bound]) => patternOf(document, rule)[feature]![bound]!);
};

const predict = (rules: RuleSet, { table }: Sample): string[] =>
  Array.from(decide(rules, columnsOf(table)).outcome, (code) => OUTCOMES[code]!);

/** F1 of each class over the rows given. */
export function f1(predicted: readonly string[], labels: readonly ClassName[], rows: readonly number[]): number[] {
  return CLASSES.map((name) => {
    const hit = rows.filter((i) => predicted[i] === name && labels[i] === name).length;
    const said = rows.filter((i) => predicted[i] === name).length;
    const is = rows.filter((i) => labels[i] === name).length;
    return said + is === 0 ? 0 : (2 * hit) / (said + is);
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Coordinate descent over the grid; a change must gain more than one location's worth, so that ties keep the shipped value. */
function search(
  text: string,
  sample: Sample,
  rows: readonly number[],
  start: Thresholds,
  cache: Map<string, string[]>,
) {
  const score = (thresholds: Thresholds) => {
    const key = thresholds.join();
    const predicted = cache.get(key) ?? predict(withThresholds(text, thresholds), sample);
    cache.set(key, predicted);
    return mean(f1(predicted, sample.labels, rows));
  };
  let best = start;
  let bestScore = score(best);
  for (let pass = 0, improved = true; pass < 3 && improved; pass++) {
    improved = false;
    for (const [i, [, , , candidates]] of GRID.entries()) {
      for (const candidate of candidates) {
        const next = best.with(i, candidate);
        const value = score(next);
        if (value > bestScore + 0.001) [best, bestScore, improved] = [next, value, true];
      }
    }
  }
  return best;
}

function folds(labels: readonly ClassName[], seed: number): number[] {
  const random = createRandom(seed);
  const fold = new Array<number>(labels.length);
  for (const name of CLASSES) {
    const rows = [...labels.keys()].filter((i) => labels[i] === name);
    const draws = rows.map((row) => [random.next(), row] as const).sort((a, b) => a[0] - b[0]);
    for (const [i, [, row]] of draws.entries()) fold[row] = i % 5;
  }
  return fold;
}

/** The middle of each candidate list: where every search starts, so that no fold sees thresholds fitted on its test part. */
const NEUTRAL: Thresholds = GRID.map(([, , , candidates]) => candidates[Math.floor((candidates.length - 1) / 2)]!);

const figure = (value: number) => value.toFixed(3);

interface RuleTally {
  matched: number;
  right: number;
}

async function main(repetitions: number): Promise<void> {
  const text = await readFile(new URL('rules/default.yaml', EBI), 'utf8');
  const sample = await labelledLocations();
  const all = [...sample.labels.keys()];
  const cache = new Map<string, string[]>();
  const tally = new Map<string, RuleTally>();
  console.log('seed  macro   organic bot     hub');
  const macros: number[] = [];
  for (let seed = 1; seed <= repetitions; seed++) {
    const fold = folds(sample.labels, seed);
    const predicted = new Array<string>(all.length);
    for (let k = 0; k < 5; k++) {
      const train = all.filter((i) => fold[i] !== k);
      const rules = withThresholds(text, search(text, sample, train, NEUTRAL, cache));
      const guess = predict(rules, sample);
      const { fired } = rulesTrace(rules, sample.table);
      for (const i of all.filter((row) => fold[row] === k)) {
        predicted[i] = guess[i]!;
        count(tally, rules, fired[i]!, guess[i]!, sample.labels[i]!);
      }
    }
    const scores = f1(predicted, sample.labels, all);
    macros.push(mean(scores));
    console.log([String(seed).padEnd(5), figure(mean(scores)), ...scores.map(figure)].join('   '));
  }
  console.log(
    `mean  ${figure(mean(macros))}, lowest ${figure(Math.min(...macros))}, highest ${figure(Math.max(...macros))}`,
  );
  precision(tally);
  finalTable(text, sample, search(text, sample, all, NEUTRAL, cache));
  await baseline(sample);
}

/** Counts a rule where it fired for the class that was given. */
function count(tally: Map<string, RuleTally>, rules: RuleSet, fired: readonly string[], guess: string, truth: string) {
  const section = guess === 'hub' ? 'legitimate_automation' : guess;
  const side = rules.sections[section as 'bot'];
  const ids = fired.filter((id) => side.patterns.some((pattern) => pattern.id === id));
  for (const id of ids.length > 0 ? ids : [`fallback:${guess}`]) {
    const entry = tally.get(id) ?? { matched: 0, right: 0 };
    entry.matched++;
    if (guess === truth) entry.right++;
    tally.set(id, entry);
  }
}

function precision(tally: ReadonlyMap<string, RuleTally>): void {
  console.log('\nout-of-fold precision per rule (matches over all repetitions)');
  for (const [id, { matched, right }] of tally) console.log(`${id.padEnd(24)} ${figure(right / matched)}  ${matched}`);
}

function finalTable(text: string, sample: Sample, found: Thresholds): void {
  const now = shipped(text);
  console.log('\nsearch on all rows against the shipped file');
  GRID.forEach(([rule, feature, bound], i) => {
    if (found[i] !== now[i]) console.log(`${rule}.${feature}.${bound}: found ${found[i]}, shipped ${now[i]}`);
  });
  for (const [name, thresholds] of Object.entries({ found, shipped: now })) {
    report(
      `${name}, all rows (not a held-out figure)`,
      predict(withThresholds(text, thresholds), sample),
      sample.labels,
    );
  }
}

async function baseline(sample: Sample): Promise<void> {
  const text = await readFile(new URL('rules/reference.yaml', EBI), 'utf8');
  report('reference.yaml, all rows', predict(parseRules(text), sample), sample.labels);
}

function report(title: string, predicted: readonly string[], labels: readonly ClassName[]): void {
  const scores = f1(predicted, labels, [...labels.keys()]);
  console.log(`\n${title}: macro-F1 ${figure(mean(scores))}`);
  console.log('true \\ said  organic  bot  hub   precision  recall  F1');
  CLASSES.forEach((name, c) => {
    const row = CLASSES.map((other) => labels.filter((label, i) => label === name && predicted[i] === other).length);
    const said = predicted.filter((p) => p === name).length;
    const recall = row[c]! / row.reduce((a, b) => a + b, 0);
    const cells = row.map((n) => String(n).padStart(7)).join('');
    console.log(`${name.padEnd(10)}${cells}   ${figure(row[c]! / said)}  ${figure(recall)}  ${figure(scores[c]!)}`);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(Number(process.argv[2] ?? 5));
