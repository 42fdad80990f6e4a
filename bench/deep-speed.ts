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
const fitted = trainModel(labelled, { labels, provider: 'ebi' });
console.log(`fit and calibrate on ${labels.length} labels: ${seconds(started)} s (aim ≤ 3)`);

const model = modelFromText(await ebiProvider.model!(), 'the shipped model');
const table = repeated((await generatedTable(1)).table, locations);
const columns = matrixOf(measuresOf(table), model.features, table.rows);
fitted.scores.rawScores(columns);
started = performance.now();
model.scores.rawScores(columns);
console.log(
  `score ${locations} locations: ${Math.round(locations / Number((performance.now() - started) / 1000))} per second (aim ≥ 500,000)`,
);

let longest = 0;
let last = performance.now();
const beat = setInterval(() => {
  longest = Math.max(longest, performance.now() - last);
  last = performance.now();
}, 20);
started = performance.now();
const { rows } = await deepClassifier({ model }).classify(table, { randomState: 42, contamination: 0.15 });
clearInterval(beat);
const counts = CLASSES.map((name) => `${name} ${rows.filter(({ label }) => label === name).length}`).join(', ');
console.log(
  `classify ${locations} locations × ${table.columns.size} features with reasons: ${seconds(started)} s (aim ≤ 60), ${counts}`,
);
console.log(`longest time without a turn of the event loop: ${Math.round(longest)} ms (aim ≤ 250)`);
console.log(`peak memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB (aim ≤ 1536)`);
