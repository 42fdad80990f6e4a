import { checkAborted, invalidOption, type RunControl } from '@deeplogbot/core';
import { baselineScores } from './boosting/softmax-loss.js';
import { checkColumns, infiniteValue } from './checked-columns.js';
import { lbfgs } from './lbfgs.js';
import {
  checkTraining,
  type FitOptions,
  type Learner,
  type ModelJson,
  type ProbabilisticModel,
  softmaxInPlace,
  type Training,
} from './model.js';
import { field, integers, invalidModel, numbers, readHeader } from './model-json.js';

const KIND = 'logistic';
const VERSION = 1;

export interface LogisticOptions {
  /** λ in Σ weight · −ln p + λ/2 · Σ coefficient²; intercepts go free. > 0. @defaultValue 1 */
  readonly l2?: number;
  /** @defaultValue 1000 */
  readonly maxIterations?: number;
  /** Stops where no derivative is greater in size than this times the sum of weights. @defaultValue 1e-8 */
  readonly tolerance?: number;
}

const DEFAULTS = { l2: 1, maxIterations: 1000, tolerance: 1e-8 } satisfies Required<LogisticOptions>;

/** What a column becomes: (x − mean) / scale, 0 where missing, and 1 or 0 for missing if it has an indicator. */
interface Inputs {
  readonly mean: Float64Array;
  readonly scale: Float64Array;
  /** Features with an indicator, ascending. */
  readonly indicators: Int32Array;
}

export interface LogisticJson extends ModelJson {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
  readonly indicators: readonly number[];
  readonly intercepts: readonly number[];
  readonly coefficients: readonly (readonly number[])[];
  readonly converged: boolean;
}

export interface LogisticModel extends ProbabilisticModel {
  readonly kind: typeof KIND;
  readonly intercepts: Float64Array;
  /** One array per class: a coefficient for each standardised column, then one for each indicator. */
  readonly coefficients: readonly Float64Array[];
  /** Columns that have an indicator for missing values. */
  readonly indicators: Int32Array;
  /** False if the iterations ran out; more of them, or a greater `l2`, help. */
  readonly converged: boolean;
  rawScores(columns: readonly Float64Array[]): Float64Array[];
  toJSON(): LogisticJson;
}

export interface LogisticLearner extends Learner {
  readonly kind: typeof KIND;
  fit(columns: readonly Float64Array[], labels: readonly string[], options?: FitOptions): LogisticModel;
}

/**
 * Multinomial logistic regression with an L2 penalty on standardised columns, by L-BFGS from coefficients of 0.
 *
 * A column is standardised over its measurable rows. A missing value becomes 0, the mean; a column with missing values
 * in training also gets an indicator (1 missing, 0 not), so that being missing can count by itself. Infinite values are
 * refused.
 *
 * Linear: it finds neither interactions nor a hump, and heavy tails pull it, so hand it logarithms of counts. Fit costs
 * O(iterations · K · rows · columns), scoring O(K · columns) per row.
 */
export function logisticRegression(options: LogisticOptions = {}): LogisticLearner {
  const settings = { ...DEFAULTS, ...options };
  for (const name of ['l2', 'maxIterations', 'tolerance'] as const) {
    if (settings[name] > 0 && Number.isFinite(settings[name])) continue;
    throw invalidOption(name, settings[name], 'a finite number above 0');
  }
  return {
    kind: KIND,
    fit(columns, labels, fitOptions = {}) {
      const training = checkTraining(columns, labels, fitOptions);
      const inputs = inputsOf(columns);
      const { x, converged } = minimise(training, designOf(columns, inputs), settings, fitOptions);
      const width = x.length / training.classes.length;
      const intercepts = Float64Array.from(training.classes, (_, k) => x[k * width]!);
      const coefficients = training.classes.map((_, k) => x.slice(k * width + 1, (k + 1) * width));
      return logisticModel(training.classes, inputs, intercepts, coefficients, converged);
    },
  };
}

/** Reads what `toJSON` gave. @throws InputError `INVALID_MODEL` that names the place and what it must be. */
export function logisticFromJson(json: unknown): LogisticModel {
  const { classes, features } = readHeader(json, KIND, VERSION);
  const scale = numbers(field(json, 'scale'), 'scale', features);
  const zero = scale.findIndex((value) => value <= 0);
  if (zero >= 0) throw invalidModel(`scale[${zero}]`, scale[zero], 'positive');
  const inputs: Inputs = {
    mean: numbers(field(json, 'mean'), 'mean', features),
    scale,
    indicators: integers(field(json, 'indicators'), 'indicators', 0, features - 1),
  };
  const rows = field(json, 'coefficients');
  if (!Array.isArray(rows) || rows.length !== classes.length) {
    throw invalidModel('coefficients', rows, `${classes.length} arrays of numbers`);
  }
  const width = features + inputs.indicators.length;
  const coefficients = rows.map((row, k) => numbers(row, `coefficients[${k}]`, width));
  const intercepts = numbers(field(json, 'intercepts'), 'intercepts', classes.length);
  return logisticModel(classes, inputs, intercepts, coefficients, field(json, 'converged') === true);
}

function inputsOf(columns: readonly Float64Array[]): Inputs {
  const moments = columns.map((column) => {
    const known = column.filter((value) => !Number.isNaN(value));
    const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(known.length, 1);
    const square = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(known.length, 1);
    return { mean, scale: Math.sqrt(square) || 1, missing: known.length < column.length };
  });
  return {
    mean: Float64Array.from(moments, ({ mean }) => mean),
    scale: Float64Array.from(moments, ({ scale }) => scale),
    indicators: Int32Array.from(moments.keys()).filter((f) => moments[f]!.missing),
  };
}

function designOf(columns: readonly Float64Array[], { mean, scale, indicators }: Inputs): Float64Array[] {
  const standardised = columns.map((column, f) =>
    column.map((value, row) => {
      if (Math.abs(value) === Number.POSITIVE_INFINITY) throw infiniteValue(f, row);
      return Number.isNaN(value) ? 0 : (value - mean[f]!) / scale[f]!;
    }),
  );
  return [...standardised, ...Array.from(indicators, (f) => columns[f]!.map((value) => Number(Number.isNaN(value))))];
}

/** Parameters lie class by class, the intercept first. */
function minimise(
  training: Training,
  design: readonly Float64Array[],
  { l2, maxIterations, tolerance }: Required<LogisticOptions>,
  control: RunControl,
) {
  const width = design.length + 1;
  const start = new Float64Array(training.classes.length * width);
  baselineScores(training, Int32Array.from(training.y.keys())).forEach((score, k) => {
    start[k * width] = score;
  });
  const weight = training.weights.reduce((a, b) => a + b, 0);
  return lbfgs((x, gradient) => penalisedLoss(training, design, l2, x, gradient), start, {
    maxIterations,
    tolerance: tolerance * weight,
    onIteration: () => checkAborted(control, 'logistic regression'),
  });
}

function penalisedLoss(
  { y, weights }: Training,
  design: readonly Float64Array[],
  l2: number,
  x: Float64Array,
  gradient: Float64Array,
): number {
  const width = design.length + 1;
  const p = linearScores(design, y.length, x, width);
  const truth = Float64Array.from(y, (k, row) => p[k]![row]!);
  let value = 0;
  for (let row = 0; row < y.length; row++) {
    let max = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < p.length; k++) max = Math.max(max, p[k]![row]!);
    let sum = 0;
    for (let k = 0; k < p.length; k++) {
      p[k]![row] = Math.exp(p[k]![row]! - max);
      sum += p[k]![row]!;
    }
    value += weights[row]! * (Math.log(sum) + max - truth[row]!);
    for (let k = 0; k < p.length; k++) p[k]![row] = weights[row]! * (p[k]![row]! / sum - (y[row] === k ? 1 : 0));
  }
  p.forEach((residual, k) => {
    gradient[k * width] = residual.reduce((a, b) => a + b, 0);
    for (const [j, column] of design.entries()) {
      const at = k * width + 1 + j;
      let sum = l2 * x[at]!;
      for (let row = 0; row < column.length; row++) sum += residual[row]! * column[row]!;
      gradient[at] = sum;
      value += (l2 * x[at]! * x[at]!) / 2;
    }
  });
  return value;
}

function linearScores(design: readonly Float64Array[], rows: number, x: Float64Array, width: number): Float64Array[] {
  return Array.from({ length: x.length / width }, (_, k) => {
    const score = new Float64Array(rows).fill(x[k * width]!);
    for (const [j, column] of design.entries()) {
      const coefficient = x[k * width + 1 + j]!;
      for (let row = 0; row < rows; row++) score[row]! += coefficient * column[row]!;
    }
    return score;
  });
}

function logisticModel(
  classes: readonly string[],
  inputs: Inputs,
  intercepts: Float64Array,
  coefficients: readonly Float64Array[],
  converged: boolean,
): LogisticModel {
  const features = inputs.mean.length;
  const parameters = Float64Array.from(coefficients.flatMap((row, k) => [intercepts[k]!, ...row]));
  const rawScores = (columns: readonly Float64Array[]) => {
    const rows = checkColumns(columns, features);
    return linearScores(designOf(columns, inputs), rows, parameters, features + inputs.indicators.length + 1);
  };
  return {
    kind: KIND,
    classes,
    features,
    intercepts,
    coefficients,
    indicators: inputs.indicators,
    converged,
    rawScores,
    predictProbabilities: (columns) => softmaxInPlace(rawScores(columns)),
    toJSON: () => ({
      kind: KIND,
      version: VERSION,
      classes,
      features,
      mean: [...inputs.mean],
      scale: [...inputs.scale],
      indicators: [...inputs.indicators],
      intercepts: [...intercepts],
      coefficients: coefficients.map((row) => [...row]),
      converged,
    }),
  };
}
