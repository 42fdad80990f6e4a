import type { Reporter, RunResult, Verdict } from '@deeplogbot/core';
import { csvCell, csvLines } from '../tables/csv.js';
import { CsvBytes } from '../tables/csv-bytes.js';
import { remembered } from '../tables/remembered.js';
import { addressOf, sentAgentOf } from './identity.js';
import { clientOrder } from './order.js';
import { clientVerdict } from './verdicts.js';

/** `client_analysis.csv`: one row per client with who it is, the verdict with its reasons, then every feature; and the dictionary of its features. */
export const clientAnalysisCsv: Reporter = {
  name: 'client-analysis-csv',
  early: true,
  async write(run, target) {
    const described = [...run.features.specs.values()];
    const fields = ['name', 'unit', 'min', 'max', 'meaning', 'formula', 'nullWhen'] as const;
    const dictionary = fields.map((field) => described.map((spec) => spec[field] ?? null));
    return [
      await target.write('client_analysis.csv', lines(run)),
      await target.write('client_analysis.dictionary.csv', csvLines([...fields], dictionary)),
    ];
  },
};

const FACTS = ['ip', 'user_agent', 'requests', 'verdict', 'label', 'confidence', 'reasons', 'rules', 'client'] as const;

/** Rows that are fetched at once. */
const PART = 4096;

/** The file in parts: all cells of a large table at once are more than the table. */
function* lines(run: RunResult) {
  const { features, verdicts, downloads } = run;
  yield `${[...FACTS, ...features.columns.keys()].map(csvCell).join(',')}\r\n`;
  const [agentCell, judged] = [remembered(csvCell), remembered(cellsOf)];
  const order = clientOrder(run);
  const part = features.inOrder(order);
  const names = [...features.columns.keys()].map((name) => features.specs.get(name)?.names ?? []);
  const csv = new CsvBytes();
  for (let from = 0; from < order.length; from += PART) {
    const to = Math.min(from + PART, order.length);
    const columns = [...part(from, to).values()];
    for (let at = from; at < to; at++) {
      const row = order[at]!;
      csv.cells(csvCell(addressOf(run, row)));
      csv.cells(agentCell(sentAgentOf(run, row)));
      csv.number(downloads[row]!);
      csv.cells(judged(verdicts.rows[row]!));
      csv.cells(csvCell(features.keys[row]!));
      for (let i = 0; i < columns.length; i++) {
        const value = columns[i]![at - from]!;
        if (names[i]!.length === 0) csv.number(value);
        else csv.cells(csvCell(names[i]![value] ?? null));
      }
      csv.endLine();
    }
    if (csv.isFull) yield csv.take();
  }
  yield csv.take();
}

/** The cells of a verdict. A million clients share a few objects. */
const cellsOf = (verdict: Verdict): string =>
  [
    clientVerdict(verdict),
    verdict.label,
    verdict.confidence,
    verdict.reasons.map(({ sentence }) => sentence).join(' '),
    verdict.reasons.map(({ id }) => id).join(' '),
  ]
    .map(csvCell)
    .join(',');
