/*
 * What the deep method costs behind the features.
 *
 *   npx tsx --tsconfig tsconfig.json bench/deep-speed.ts [locations]
 *
 * The table is that of a generated log, its rows repeated with each value changed by up to 5 %.
 */
import { CLASSES, createRandom, FeatureTable } from '@deeplogbot/core';
import { deepClassifier, matrixOf, measuresOf, modelFromText, trainModel } from '@deeplogbot/models';
import { ebiProvider } from '@deeplogbot/provider-ebi';
import { generatedTable } from './generated-table.js';
import { labelledLocations } from './tune-rules.js';

const locations = Number(process.argv[2] ?? 71_000);
const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1);

function repeated(table: FeatureTable, rows: number): FeatureTable {
  const random = createRandom(1);
  const columns = [...table.columns].map(([name, column]) => {
    const values = Float64Array.from({ length: rows }, (_, row) => {
      const value = column[row % column.length]!;
      return row < column.length ? value : value * (0.95 + 0.1 * random.next());
    });
    return [name, values] as const;
  });
  const keys = Array.from({ length: rows }, (_, row) => `place ${row}`);
  return new FeatureTable(keys, { country: [], city: [] }, new Map(columns), table.specs);
}

const { table: labelled, labels } = await labelledLocations();
let started = performance.now();
trainModel(labelled, { labels, provider: 'ebi' });
console.log(`fit and calibrate on ${labels.length} labels: ${seconds(started)} s (aim ≤ 3)`);

const model = modelFromText(await ebiProvider.model!(), 'the shipped model');
const table = repeated((await generatedTable(1)).table, locations);
const columns = matrixOf(measuresOf(table), model.features, table.rows);
/** The fastest of a few runs, in rows per second of processor time: other work on the machine counts for nothing. */
async function rate(run: () => unknown): Promise<string> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 7; i++) {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1e6);
  }
  return `${Math.round(locations / least / 1000) * 1000} per second of processor time`;
}
const context = { randomState: 42, contamination: 0.15 };
console.log(`scores of ${locations} locations: ${await rate(() => model.scores.rawScores(columns))} (aim ≥ 500,000)`);
const plain = deepClassifier({ model, selfTraining: false, reasons: 0 });
console.log(`verdicts by the model alone, without reasons: ${await rate(() => plain.classify(table, context))}`);

/** Longest time between two turns of the event loop: by the clock, and in processor time, which other work does not lengthen. */
const longest = { clock: 0, processor: 0 };
let last = performance.now();
let used = process.cpuUsage();
const beat = setInterval(() => {
  const { user, system } = process.cpuUsage(used);
  longest.clock = Math.max(longest.clock, performance.now() - last);
  longest.processor = Math.max(longest.processor, (user + system) / 1000);
  last = performance.now();
  used = process.cpuUsage();
}, 5);
started = performance.now();
const start = process.cpuUsage();
const { rows } = await deepClassifier({ model }).classify(table, context);
clearInterval(beat);
const { user, system } = process.cpuUsage(start);
const counts = CLASSES.map((name) => `${name} ${rows.filter(({ label }) => label === name).length}`).join(', ');
console.log(
  `classify ${locations} locations × ${table.columns.size} features with reasons: ${seconds(started)} s, ${Math.round((user + system) / 1e6)} s of processor time (aim ≤ 60), ${counts}`,
);
console.log(
  `longest time without a turn of the event loop: ${Math.round(longest.clock)} ms, ${Math.round(longest.processor)} ms of processor time (aim ≤ 250)`,
);
console.log(`peak memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB (aim ≤ 1536)`);

const control = new AbortController();
let asked = 0;
setTimeout(() => {
  asked = performance.now();
  control.abort();
}, 2000);
await deepClassifier({ model })
  .classify(table, { ...context, signal: control.signal })
  .then(
    () => console.log('the run was over before it was aborted'),
    () =>
      console.log(`from an abort in the middle to its end: ${Math.round(performance.now() - asked)} ms (aim ≤ 1,000)`),
  );
