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
      await target.write('client_analysis.csv', lines(run.features, order, facts)),
      await target.write('client_analysis.dictionary.csv', csvLines([...fields], dictionary)),
    ];
  },
};

/** Rows that are fetched at once. */
const PART = 4096;

/** Lines of a CSV file, made one at a time: all cells of a large table at once are more than the table. */
function* lines(
  table: FeatureTable,
  order: readonly number[],
  facts: readonly (readonly [string, (i: number) => string | number | null])[],
): Iterable<string> {
  yield `${[...facts.map(([name]) => name), ...table.columns.keys()].map(csvCell).join(',')}\r\n`;
  const part = table.inOrder(order);
  for (let from = 0; from < order.length; from += PART) {
    const to = Math.min(from + PART, order.length);
    const columns = [...part(from, to).values()];
    for (let at = from; at < to; at++) {
      const cells = [
        ...facts.map(([, fact]) => fact(order[at]!)),
        ...columns.map((values) => orNull(values[at - from]!)),
      ];
      yield `${cells.map(csvCell).join(',')}\r\n`;
    }
  }
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
