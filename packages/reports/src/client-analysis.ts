import type { Reporter } from '@deeplogbot/core';
import { clientOrder, clientVerdict } from './client-verdicts.js';
import { csvCell, csvLines } from './csv.js';

/** `client_analysis.csv`: one row per client with who it is, the verdict with its reasons, then every feature; and the dictionary of its features. */
export const clientAnalysisCsv: Reporter = {
  name: 'client-analysis-csv',
  early: true,
  async write(run, target) {
    const order = clientOrder(run);
    const { keys, attributes, columns, specs } = run.features;
    const rows = run.verdicts.rows;
    const table: (readonly [string, (i: number) => string | number | null])[] = [
      ['ip', (i) => attributes.country[i] ?? null],
      ['user_agent', (i) => attributes.city[i] ?? null],
      ['requests', (i) => run.downloads[i]!],
      ['verdict', (i) => clientVerdict(rows[i]!)],
      ['label', (i) => rows[i]!.label],
      ['confidence', (i) => orNull(rows[i]!.confidence)],
      ['reasons', (i) => rows[i]!.reasons.map(({ sentence }) => sentence).join(' ')],
      ['rules', (i) => rows[i]!.reasons.map(({ id }) => id).join(' ')],
      ['client', (i) => keys[i]!],
      ...[...columns].map(([name, values]) => [name, (i: number) => orNull(values[i]!)] as const),
    ];
    const names = table.map(([name]) => name);
    const facts = [...specs.values()];
    const fields = ['name', 'unit', 'min', 'max', 'meaning', 'formula', 'nullWhen'] as const;
    const dictionary = fields.map((field) => facts.map((spec) => spec[field] ?? null));
    return [
      await target.write(
        'client_analysis.csv',
        csvRows(
          names,
          order,
          table.map(([, value]) => value),
        ),
      ),
      await target.write('client_analysis.dictionary.csv', csvLines([...fields], dictionary)),
    ];
  },
};

/** Lines of a CSV file, made one at a time: all cells of a large table at once are more than the table. */
function* csvRows(
  names: readonly string[],
  order: readonly number[],
  cells: readonly ((i: number) => string | number | null)[],
): Iterable<string> {
  yield `${names.map(csvCell).join(',')}\r\n`;
  for (const i of order) yield `${cells.map((cell) => csvCell(cell(i))).join(',')}\r\n`;
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
