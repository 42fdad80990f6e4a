import { CLASSES } from '@deeplogbot/core';
import type { Evaluation, Interval, Spread } from '@deeplogbot/models';
import type { ComparedVerdicts } from '../commands/compare-verdicts.js';
import type { CrossValidatedFeatures } from '../commands/cross-validate-features.js';
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

const cells = (width: number, ...texts: readonly string[]): string =>
  texts.map((text) => text.padStart(width)).join('');

/** A cross-validation as a table for a terminal. */
export function crossValidationText(result: CrossValidatedFeatures): string {
  const { crossValidation: cv, learningCurve = [], unmatched } = result;
  const lost = unmatched.length > 0 ? `  (${unmatched.length} labelled keys without features are left out)` : '';
  // One repeat has no deviation, and 0.000 would say that there is none.
  const spread = ({ mean, sd }: Spread) => (cv.repeats > 1 ? `${digits(mean)} (${digits(sd)})` : digits(mean));
  return [
    `rows               ${cv.rows}${lost}`,
    `cross-validation   ${cv.repeats} × ${cv.folds} folds${cv.repeats > 1 ? ', mean (standard deviation of repeats)' : ''}`,
    `coverage           ${spread(cv.coverage)}`,
    `accuracy           ${spread(cv.accuracy)}`,
    `macro-F1           ${spread(cv.macroF1)}`,
    `log-loss           ${spread(cv.logLoss)}`,
    `calibration error  ${spread(cv.calibrationError)}`,
    '',
    `${'class'.padEnd(10)}${cells(16, 'precision', 'recall', 'F1', 'rows')}`,
    ...CLASSES.map((name) => {
      const { precision, recall, f1, support } = cv.classes[name];
      return `${name.padEnd(10)}${cells(16, spread(precision), spread(recall), spread(f1), String(support))}`;
    }),
    ...(learningCurve.length > 0 ? ['', `${'labels'.padEnd(10)}${cells(16, 'training rows', 'macro-F1')}`] : []),
    ...learningCurve.map(({ share, trainingRows, macroF1 }) => {
      const score = macroF1 ? spread(macroF1) : 'too few';
      return `${`${Math.round(share * 100)} %`.padEnd(10)}${cells(16, String(trainingRows), score)}`;
    }),
  ].join('\n');
}

/** Two runs side by side, for a terminal. */
export function comparisonText({ comparison, unmatched }: ComparedVerdicts): string {
  const { first, second, mcNemar: test, macroF1Difference } = comparison;
  const lost = unmatched.length > 0 ? `  (${unmatched.length} labelled keys without both verdicts are left out)` : '';
  const row = (name: string, of: (e: Evaluation) => string) => `${name.padEnd(19)}${of(first).padEnd(34)}${of(second)}`;
  const how = test.statistic === null ? 'exact' : `χ² ${digits(test.statistic)} with continuity correction`;
  return [
    `rows               ${first.rows}${lost}`,
    `${''.padEnd(19)}${'--verdicts'.padEnd(34)}--compare`,
    row('coverage', (e) => digits(e.coverage)),
    row('accuracy', (e) => interval(e.accuracy)),
    row('macro-F1', (e) => interval(e.macroF1)),
    row('log-loss', (e) => digits(e.logLoss)),
    row('calibration error', (e) => digits(e.calibrationError)),
    ...CLASSES.map((name) => row(`F1 of ${name}`, (e) => digits(e.classes[name].f1))),
    '',
    `only one is right  ${String(test.onlyFirst).padEnd(34)}${test.onlySecond}`,
    `McNemar            p = ${test.pValue.toPrecision(3)}  (${how})`,
    `macro-F1, second less first  ${interval(macroF1Difference)}`,
  ].join('\n');
}
