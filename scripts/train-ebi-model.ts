/*
 * Fits the model that ships with the ebi provider on the public labelled locations and writes it into the provider's source.
 * Run: npx tsx --tsconfig tsconfig.json scripts/train-ebi-model.ts
 */
import { readFile, writeFile } from 'node:fs/promises';
import { CLASSES, type ClassName, FeatureTable } from '@deeplogbot/core';
import { modelToText, trainModel } from '@deeplogbot/models';

const EBI = new URL('../packages/providers/ebi/', import.meta.url);
const LABELS = 'test/fixtures/location-labels.csv';
const TARGET = 'src/model.generated.ts';

/** The labelled locations: keys, measures and labels. */
async function labelled(): Promise<{ table: FeatureTable; labels: ClassName[] }> {
  const [header = '', ...lines] = (await readFile(new URL(LABELS, EBI), 'utf8')).trim().split('\n');
  const names = header.split(',');
  const rows = lines.map((line) =>
    [...line.matchAll(/"([^"]*)"|([^,]+)|(?<=,|^)(?=,|$)/g)].map((cell) => cell[1] ?? cell[2] ?? ''),
  );
  const at = (name: string) => rows.map((row) => row[names.indexOf(name)]!);
  const measures = names.slice(names.indexOf('city') + 1, names.indexOf('label'));
  const columns = new Map(measures.map((name) => [name, Float64Array.from(at(name), Number)] as const));
  const labels = at('label').map((label) => CLASSES.find((name) => name === label)!);
  return {
    table: new FeatureTable(at('geo_location'), { country: at('country'), city: at('city') }, columns, new Map()),
    labels,
  };
}

const { table, labels } = await labelled();
const text = modelToText(trainModel(table, { labels, provider: 'ebi', source: 'location-labels.csv' })).trim();
await writeFile(
  new URL(TARGET, EBI),
  `// Written by scripts/train-ebi-model.ts; do not edit.\n\n/** A model of 625 labelled locations of the PRIDE archive (Apache-2.0, see NOTICE). */\nexport const locationModel =\n  '${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}';\n`,
);
console.log(`${TARGET}: ${text.length} characters`);
