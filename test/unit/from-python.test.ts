import { ebiProvider } from '@deeplogbot/provider-ebi';
import { expect, it } from 'vitest';
import { read } from './support/workspace.js';

/** Options of DeepLogBot 0.1.0 for Python, in their order. */
const OPTIONS = [
  'input_parquet',
  'output_parquet',
  'output_dir',
  'contamination',
  'compute_importances',
  'schema',
  'custom_extractors',
  'sample_size',
  'classification_method',
  'min_location_downloads',
  'annotate',
  'output_strategy',
  'provider',
] as const;

const FLAGS = [
  '--input',
  '--output',
  '--output-dir',
  '--contamination',
  '--compute-importances',
  '--sample-size',
  '--classification-method',
  '--min-location-downloads',
  '--output-strategy',
  '--reports-only',
  '--provider',
  '--list-providers',
];

const page = read('docs/from-python.md');
const camelCase = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

it('every option of the reference is one here', () => {
  const options = read('packages/deeplogbot/src/options.ts');
  expect(OPTIONS.filter((name) => !options.includes(`readonly ${camelCase(name)}?:`))).toEqual([]);
});

it('every flag of the reference is one here', () => {
  const flags = ['annotate-command', 'flags'].map((name) => read(`packages/deeplogbot/src/cli/${name}.ts`)).join('\n');
  expect(FLAGS.filter((flag) => !new RegExp(`'(-\\w, )?${flag}[ ']`).test(flags))).toEqual([]);
});

it.each(['rules', 'deep'])(
  'every column of its table of locations, %s, is one here or in docs/from-python.md',
  (mode) => {
    const table = read(`packages/providers/ebi/test/fixtures/reference/location_analysis-${mode}.csv`);
    const nodes = [...ebiProvider.extractors, ...(ebiProvider.afterAnomaly ?? [])];
    const own =
      read('packages/reports/src/tables/location-table.ts') + read('packages/deeplogbot/src/steps/anomaly.ts');
    const known = new Set(nodes.flatMap((node) => Object.keys(node.columns)));
    const names = table.slice(0, table.indexOf('\n')).trim().split(',');
    expect(names.length).toBeGreaterThan(100);
    const unknown = names.filter((name) => !known.has(name) && !new RegExp(`'${name}'|\\b${name}:`).test(own));
    expect(unknown.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  },
);
