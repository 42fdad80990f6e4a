import type { FeatureTable, Reporter } from '@deeplogbot/core';
import { clientOrder, clientVerdict } from './client-verdicts.js';
import { csvCell, csvLines } from './csv.js';

/** `client_analysis.csv`: one row per client with who it is, the verdict with its reasons, then every feature; and the dictionary of its features. */
export const clientAnalysisCsv: Reporter = {
  name: 'client-analysis-csv',
  early: true,
  async write(run, target) {
    const order = clientOrder(run);
    const { keys, attributes, specs } = run.features;
    const features = [...run.features.columns.keys()];
    const rows = run.verdicts.rows;
    const facts: (readonly [string, (i: number) => string | number | null])[] = [
      ['ip', (i) => attributes.country[i] ?? null],
      ['user_agent', (i) => attributes.city[i] ?? null],
      ['requests', (i) => run.downloads[i]!],
      ['verdict', (i) => clientVerdict(rows[i]!)],
      ['label', (i) => rows[i]!.label],
      ['confidence', (i) => orNull(rows[i]!.confidence)],
      ['reasons', (i) => rows[i]!.reasons.map(({ sentence }) => sentence).join(' ')],
      ['rules', (i) => rows[i]!.reasons.map(({ id }) => id).join(' ')],
      ['client', (i) => keys[i]!],
    ];
    const described = [...specs.values()];
    const fields = ['name', 'unit', 'min', 'max', 'meaning', 'formula', 'nullWhen'] as const;
    const dictionary = fields.map((field) => described.map((spec) => spec[field] ?? null));
    return [
      await target.write('client_analysis.csv', lines(run.features, order, facts, features)),
      await target.write('client_analysis.dictionary.csv', csvLines([...fields], dictionary)),
    ];
  },
};

/** Rows whose features are fetched at once: with a hundred features some 100 MB, so that a table that is not in memory is read a few times. */
const PART = 131_072;

/** Lines of a CSV file, made one at a time: all cells of a large table at once are more than the table. */
function* lines(
  table: FeatureTable,
  order: readonly number[],
  facts: readonly (readonly [string, (i: number) => string | number | null])[],
  features: readonly string[],
): Iterable<string> {
  yield `${[...facts.map(([name]) => name), ...features].map(csvCell).join(',')}\r\n`;
  for (let from = 0; from < order.length; from += PART) {
    const rows = order.slice(from, from + PART);
    const columns = features.map((name) => gathered(table.need(name), rows));
    for (const [at, i] of rows.entries()) {
      const cells = [...facts.map(([, fact]) => fact(i)), ...columns.map((values) => orNull(values[at]!))];
      yield `${cells.map(csvCell).join(',')}\r\n`;
    }
  }
}

const gathered = (values: Float64Array, rows: readonly number[]) => Float64Array.from(rows, (row) => values[row]!);

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
