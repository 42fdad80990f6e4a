import type { ClassifyContext, ClassName, FeatureTable, Verdict, Verdicts } from '@deeplogbot/core';
import { Pacer } from '../turns.js';
import type { Dissent } from './dissent.js';
import { doubted } from './doubt.js';
import { type Measures, rowReader } from './measures.js';
import type { Explainer } from './reasons.js';
import { delivered, insufficientVerdict, type Stages, verdictOf } from './verdict.js';

/** A verdict with what would change it. */
export type Told = (verdict: Verdict, row: number) => Promise<Verdict>;

/** What verdicts are given by. */
export interface Judging {
  readonly table: FeatureTable;
  readonly measures: Measures;
  /** Per class and row, after all that was learned. */
  readonly probabilities: readonly Float64Array[];
  readonly explain: Explainer;
  /** Rows whose probabilities no label has checked; they are drawn together once the label is given. */
  readonly isDoubtful: (row: number) => boolean;
  /** Where a label stands against all other judges. */
  readonly dissent: (label: ClassName, row: number) => Dissent | undefined;
  readonly stages: Partial<Stages>;
  /** Least probability of a class in the set of a row. */
  readonly threshold: number;
  /** Events below which a row gets no verdict. */
  readonly minimum: number;
  readonly subcategory: (row: number, label: ClassName) => string | null;
  readonly told?: Told;
}

/** Verdicts, and what they came of. */
export interface Judged extends Pick<Verdicts, 'rows' | 'warnings'> {
  /** Probability of people per row before other judges got their part; NaN where there is no verdict. */
  readonly alone: Float64Array;
  /** What other judges got of the probabilities, per row. */
  readonly parts: Float64Array;
}

/** The verdict of each row, with turns of the event loop; warnings count the labels that a stage overruled. */
export async function judge(judging: Judging, context: ClassifyContext): Promise<Judged> {
  const { table, measures, explain, minimum } = judging;
  const total = measures('total_downloads');
  const read = rowReader(measures);
  const rows: Verdict[] = [];
  const alone = new Float64Array(table.rows).fill(Number.NaN);
  const parts = new Float64Array(table.rows);
  const pacer = new Pacer(context);
  const overruled = new Map<string, number>();
  for (let row = 0; row < table.rows; row++) {
    if (row % 2000 === 1999) context.onProgress?.({ step: 'classify', done: 3, total: 4, unit: 'nodes' });
    if (explain.needs(row)) await explain.prepare(row, context);
    else if (pacer.isDue()) await pacer.turn();
    if (total && !(total[row]! >= minimum)) {
      rows.push(insufficientVerdict(total[row]!, minimum));
      continue;
    }
    const p = judging.probabilities.map((column) => column[row]!);
    const outcome = delivered(p, read(row), judging.stages);
    const { label, overruledBy: stage } = outcome;
    if (stage) overruled.set(stage, (overruled.get(stage) ?? 0) + 1);
    const own = judging.isDoubtful(row) ? doubted(outcome.probabilities) : outcome.probabilities;
    alone[row] = own[0];
    const dissent = judging.dissent(label, row);
    parts[row] = dissent?.part ?? 0;
    const given = { label, probabilities: dissent?.shared(own) ?? own, overruledBy: stage };
    const found = verdictOf(given, explain.reasons(row, label), judging.threshold, judging.subcategory(row, label));
    const verdict = dissent ? { ...found, needsReview: true, reasons: [dissent.reason, ...found.reasons] } : found;
    rows.push(judging.told && found.needsReview ? await judging.told(verdict, row) : verdict);
  }
  return { rows, alone, parts, warnings: [...overruled].map(overruledNote) };
}

const overruledNote = ([stage, count]: readonly [string, number]): string =>
  `Labels that ${stage.replace('_', ' ')} changed whatever the model says: ${count}.`;
