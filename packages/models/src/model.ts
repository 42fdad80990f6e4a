import { ConfigError, type RunControl } from '@deeplogbot/core';
import { checkFinite } from './checked-columns.js';

/**
 * A fitted classifier over typed columns. Columns come in the order of fitting, one `Float64Array` per feature, all of
 * one length; NaN means not measurable and each model says what it does with it.
 */
export interface ProbabilisticModel {
  /** What the JSON form names it, e.g. `gradient-boosting`. */
  readonly kind: string;
  /** The labels, in the order of the probabilities. */
  readonly classes: readonly string[];
  /** Columns it takes. */
  readonly features: number;
  /** One array per class, one value per row; in [0, 1] and summing to 1 over the classes. */
  predictProbabilities(columns: readonly Float64Array[]): Float64Array[];
  /** A plain value for `JSON.stringify`: the same bytes for the same input, options and seed. */
  toJSON(): ModelJson;
}

/** What every serialised model begins with. */
export interface ModelJson {
  readonly kind: string;
  readonly version: number;
  readonly classes: readonly string[];
  readonly features: number;
}

/** `balanced`: N / (K · N_c) for a class of N_c rows among K classes with rows; else the weight of each class by name, 1 if absent. */
export type ClassWeights = 'balanced' | Readonly<Record<string, number>>;

export interface FitOptions extends RunControl {
  /** Labels in the order wanted; those of the rows, sorted by code unit, if absent. A class without rows gets a probability near 0. */
  readonly classes?: readonly string[];
  /** Weight of each row, ≥ 0 and finite; 1 if absent. */
  readonly weights?: Float64Array;
  /** Multiplied with `weights`; all 1 if absent. */
  readonly classWeights?: ClassWeights;
}

/** Makes a model out of labelled rows; leaves its input alone. */
export interface Learner {
  readonly kind: string;
  fit(columns: readonly Float64Array[], labels: readonly string[], options?: FitOptions): ProbabilisticModel;
}

/** Checked training data: class index and weight of each row. */
export interface Training {
  readonly columns: readonly Float64Array[];
  readonly rows: number;
  readonly classes: readonly string[];
  readonly y: Int32Array;
  readonly weights: Float64Array;
}

/**
 * Checks what a learner was given.
 *
 * @throws ConfigError `NO_ROWS`, `COLUMN_LENGTHS`, `INFINITE_VALUE`, `DUPLICATE_CLASS`, `UNKNOWN_LABEL`, `TOO_FEW_CLASSES` or `INVALID_WEIGHT`.
 */
export function checkTraining(
  columns: readonly Float64Array[],
  labels: readonly string[],
  options: FitOptions = {},
): Training {
  const rows = labels.length;
  if (rows === 0 || columns.length === 0) {
    throw new ConfigError('NO_ROWS', `There are ${rows} labels and ${columns.length} columns.`, {
      hint: 'Give at least one column and one label for each row.',
    });
  }
  for (const [i, column] of columns.entries()) checkColumn(column, i, rows);
  const classes = options.classes ?? [...new Set(labels)].sort();
  if (new Set(classes).size < classes.length) {
    throw new ConfigError('DUPLICATE_CLASS', `The classes are ${classes.join(', ')}; one of them is there twice.`, {
      hint: 'Name each class once.',
    });
  }
  const y = Int32Array.from(labels, (label, row) => classIndex(classes, label, row));
  const present = new Set(y).size;
  if (present < 2) {
    throw new ConfigError('TOO_FEW_CLASSES', `All ${rows} rows have the label ${JSON.stringify(labels[0])}.`, {
      hint: 'Give rows of at least two classes.',
    });
  }
  return { columns, rows, classes, y, weights: rowWeights(y, classes, options) };
}

function checkColumn(column: Float64Array, i: number, rows: number): void {
  if (column.length !== rows) {
    throw new ConfigError('COLUMN_LENGTHS', `Column ${i} has ${column.length} rows; there are ${rows} labels.`, {
      hint: 'Give one value for each label, NaN where there is none.',
    });
  }
  checkFinite(column, i);
}

function classIndex(classes: readonly string[], label: string, row: number): number {
  const index = classes.indexOf(label);
  if (index >= 0) return index;
  throw new ConfigError(
    'UNKNOWN_LABEL',
    `Row ${row} has the label ${JSON.stringify(label)}, not one of ${classes.join(', ')}.`,
    { hint: 'Name it in classes, or leave the row out.' },
  );
}

function rowWeights(y: Int32Array, classes: readonly string[], { weights, classWeights }: FitOptions): Float64Array {
  if (weights && weights.length !== y.length) {
    throw new ConfigError('INVALID_WEIGHT', `There are ${weights.length} weights for ${y.length} rows.`, {
      hint: 'Give one weight for each row.',
    });
  }
  const ofClass = classWeightsOf(y, classes, classWeights);
  const result = Float64Array.from(y, (k, row) => (weights?.[row] ?? 1) * ofClass[k]!);
  const odd = result.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (odd >= 0 || !result.some((weight) => weight > 0)) {
    const found = odd >= 0 ? `Row ${odd} has the weight ${result[odd]}` : 'All weights are 0';
    throw new ConfigError('INVALID_WEIGHT', `${found}.`, { hint: 'Weights are finite, ≥ 0, and not all 0.' });
  }
  if (!Number.isFinite(result.reduce((sum, weight) => sum + weight, 0))) {
    throw new ConfigError('INVALID_WEIGHT', 'The weights add up to more than a number holds, and so would the loss.', {
      hint: 'Divide all weights by the largest one.',
    });
  }
  return result;
}

function classWeightsOf(y: Int32Array, classes: readonly string[], wanted: ClassWeights | undefined): Float64Array {
  if (wanted === 'balanced') {
    const counts = new Float64Array(classes.length);
    for (const k of y) counts[k]!++;
    const present = counts.filter((count) => count > 0).length;
    return counts.map((count) => (count > 0 ? y.length / (present * count) : 0));
  }
  const foreign = Object.keys(wanted ?? {}).find((name) => !classes.includes(name));
  if (foreign !== undefined) {
    throw new ConfigError('UNKNOWN_LABEL', `classWeights names ${JSON.stringify(foreign)}, which is no class.`, {
      hint: `Classes are ${classes.join(', ')}.`,
    });
  }
  return Float64Array.from(classes, (name) => (wanted && Object.hasOwn(wanted, name) ? wanted[name]! : 1));
}

/** Turns raw scores, one array per class, into probabilities in place, and returns them: e^(s_k − max) / Σ e^(s_j − max). */
export function softmaxInPlace(scores: Float64Array[]): Float64Array[] {
  const rows = scores[0]?.length ?? 0;
  for (let row = 0; row < rows; row++) {
    let max = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < scores.length; k++) if (scores[k]![row]! > max) max = scores[k]![row]!;
    let sum = 0;
    for (let k = 0; k < scores.length; k++) {
      const e = Math.exp(scores[k]![row]! - max);
      scores[k]![row] = e;
      sum += e;
    }
    for (let k = 0; k < scores.length; k++) scores[k]![row]! /= sum;
  }
  return scores;
}
