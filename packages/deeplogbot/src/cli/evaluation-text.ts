import { CLASSES } from '@deeplogbot/core';
import type { Interval } from '@deeplogbot/models';
import type { EvaluatedVerdicts } from '../commands/evaluate-verdicts.js';

const digits = (value: number | null): string => (value === null || Number.isNaN(value) ? '–' : value.toFixed(3));
const interval = ({ value, low, high }: Interval): string =>
  `${digits(value)}  (95 % ${digits(low)} to ${digits(high)})`;

/** An evaluation as a table for a terminal. */
export function evaluationText({ evaluation: e, unmatched }: EvaluatedVerdicts): string {
  const predicted = [...CLASSES, 'insufficient_evidence'] as const;
  return [
    `rows               ${e.rows}${unmatched.length > 0 ? `  (${unmatched.length} labelled keys without a verdict are left out)` : ''}`,
    `coverage           ${digits(e.coverage)}`,
    `accuracy           ${interval(e.accuracy)}`,
    `macro-F1           ${interval(e.macroF1)}`,
    `kappa              ${digits(e.kappa)}`,
    `log-loss           ${digits(e.logLoss)}`,
    `calibration error  ${digits(e.calibrationError)}`,
    '',
    `${'class'.padEnd(10)}${['precision', 'recall', 'F1', 'rows'].map((name) => name.padStart(11)).join('')}`,
    ...CLASSES.map((name) => {
      const of = e.classes[name];
      return `${name.padEnd(10)}${[digits(of.precision), digits(of.recall), digits(of.f1), String(of.support)].map((cell) => cell.padStart(11)).join('')}`;
    }),
    '',
    `${'true'.padEnd(10)}${predicted.map((name) => name.slice(0, 12).padStart(14)).join('')}`,
    ...CLASSES.map(
      (truth) =>
        `${truth.padEnd(10)}${predicted.map((name) => String(e.confusion[truth][name]).padStart(14)).join('')}`,
    ),
  ].join('\n');
}
