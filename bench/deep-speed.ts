/*
 * What the deep method costs behind the features.
 *
 *   npx tsx --tsconfig tsconfig.json bench/deep-speed.ts [locations] [--labels]
 *
 * With --labels the whole run has 200 labels, which are learned from apart. The rules are asked, too, as in every run. The table is
 * that of a generated log, its rows repeated with each value changed by up to 5 %.
 */
import { parseArgs } from 'node:util';
import { CLASSES, type ClassifyContext, type ClassName, createRandom, FeatureTable } from '@deeplogbot/core';
import {
  type DeepOptions,
  deepClassifier,
  matrixOf,
  measuresOf,
  modelFromText,
  type TrainedModel,
  trainModel,
} from '@deeplogbot/models';
import { ebiProvider } from '@deeplogbot/provider-ebi';
import { parseRules, rulesClassifier } from '@deeplogbot/rules';
import { generatedTable } from './generated-table.js';
import { labelledLocations } from './tune-rules.js';

const LABELS = 200;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { labels: { type: 'boolean', default: false } },
});
const locations = Number(positionals[0] ?? 71_000);
const context: ClassifyContext = { randomState: 42, contamination: 0.15 };
const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1);

/** Processor seconds since an earlier reading. */
function processor(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}

function repeated(table: FeatureTable, rows: number): FeatureTable {
  const random = createRandom(1);
  const columns = [...table.columns].map(([name, column]) => {
    const repeats = Float64Array.from({ length: rows }, (_, row) => {
      const value = column[row % column.length]!;
      return row < column.length ? value : value * (0.95 + 0.1 * random.next());
    });
    return [name, repeats] as const;
  });
  const keys = Array.from({ length: rows }, (_, row) => `place ${row}`);
  return new FeatureTable(keys, { country: [], city: [] }, new Map(columns), table.specs);
}

async function fitSpeed(): Promise<void> {
  const { table, labels } = await labelledLocations();
  const started = performance.now();
  trainModel(table, { labels, provider: 'ebi' });
  console.log(`fit and calibrate on ${labels.length} labels: ${seconds(started)} s (aim ≤ 3)`);
}

/** The fastest of a few runs, in rows per second of processor time: other work on the machine counts for nothing. */
async function rate(run: () => unknown): Promise<string> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 7; i++) {
    const before = process.cpuUsage();
    await run();
    least = Math.min(least, processor(before));
  }
  return `${Math.round(locations / least / 1000) * 1000} per second of processor time`;
}

async function scoreSpeed(table: FeatureTable, model: TrainedModel): Promise<void> {
  const columns = matrixOf(measuresOf(table), model.features, table.rows);
  console.log(`scores of ${locations} locations: ${await rate(() => model.scores.rawScores(columns))} (aim ≥ 500,000)`);
  const plain = deepClassifier({ model, selfTraining: false, reasons: 0 });
  console.log(`verdicts by the model alone, without reasons: ${await rate(() => plain.classify(table, context))}`);
}

/** Watches the longest time between two turns of the event loop: by the clock, and in processor time, which other work does not lengthen. */
function watchTurns(): () => string {
  const longest = { clock: 0, processor: 0 };
  let last = performance.now();
  let used = process.cpuUsage();
  const beat = setInterval(() => {
    longest.clock = Math.max(longest.clock, performance.now() - last);
    longest.processor = Math.max(longest.processor, 1000 * processor(used));
    last = performance.now();
    used = process.cpuUsage();
  }, 5);
  return () => {
    clearInterval(beat);
    return `${Math.round(longest.clock)} ms, ${Math.round(longest.processor)} ms of processor time`;
  };
}

async function wholeSpeed(table: FeatureTable, options: DeepOptions): Promise<void> {
  const turns = watchTurns();
  const started = performance.now();
  const before = process.cpuUsage();
  const { rows } = await deepClassifier(options).classify(table, context);
  const counts = CLASSES.map((name) => `${name} ${rows.filter(({ label }) => label === name).length}`).join(', ');
  console.log(
    `classify ${locations} locations × ${table.columns.size} features with reasons: ${seconds(started)} s, ${Math.round(processor(before))} s of processor time (aim ≤ 60), ${counts}`,
  );
  console.log(`longest time without a turn of the event loop: ${turns()} (aim ≤ 250)`);
  console.log(`peak memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB (aim ≤ 1536)`);
}

async function abortSpeed(table: FeatureTable, options: DeepOptions): Promise<void> {
  const control = new AbortController();
  let asked = 0;
  setTimeout(() => {
    asked = performance.now();
    control.abort();
  }, 2000);
  await deepClassifier(options)
    .classify(table, { ...context, signal: control.signal })
    .then(
      () => console.log('the run was over before it was aborted'),
      () =>
        console.log(
          `from an abort in the middle to its end: ${Math.round(performance.now() - asked)} ms (aim ≤ 1,000)`,
        ),
    );
}

const model = modelFromText(await ebiProvider.model!(), 'the shipped model');
const known = await generatedTable(1);
const table = repeated(known.table, locations);
const drawn = [...createRandom(1).sample(known.labels.length, LABELS)];
const labels = new Map<string, ClassName>(drawn.map((row) => [table.keys[row]!, known.labels[row]!]));
const rules = rulesClassifier(parseRules(ebiProvider.rules.default), { inWords: false });
const options: DeepOptions = { model, rules, ...(values.labels && { labels }) };
await fitSpeed();
await scoreSpeed(table, model);
await wholeSpeed(table, options);
await abortSpeed(table, options);
