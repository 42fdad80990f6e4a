import { atOnce } from '../turns.js';

/** Raw scores s become probabilities softmax(scale · s + bias); scale > 0. One bias per class, the first is 0. */
export interface Calibration {
  readonly scale: number;
  readonly bias: readonly number[];
}

export const UNCALIBRATED = (classes: number): Calibration => ({ scale: 1, bias: new Array<number>(classes).fill(0) });

/** Below this many events a key says little about itself: its probabilities have a calibration of their own. */
export const FEW_EVENTS = 50;

const ROUNDS = 40;
/** Keeps a class with a handful of rows near where the scores put it. */
const RIDGE = 1e-3;

/**
 * Vector scaling (Guo et al. 2017) by weighted log-loss, on scores that were not fitted on these rows. Deterministic:
 * one parameter after the other by golden section.
 *
 * @param scores one array per class
 */
export const fitCalibration = (
  scores: readonly Float64Array[],
  classOf: Int32Array,
  weights?: Float64Array,
): Calibration => atOnce(calibrationSteps(scores, classOf, weights));

/** {@link fitCalibration} one parameter at a time, for callers that let others run in between. */
export function* calibrationSteps(
  scores: readonly Float64Array[],
  classOf: Int32Array,
  weights: Float64Array = new Float64Array(classOf.length).fill(1),
): Generator<undefined, Calibration> {
  const parameters = [0, ...scores.slice(1).map(() => 0)];
  const loss = () => meanLoss(scores, classOf, weights, toCalibration(parameters)) + ridge(parameters);
  for (let round = 0; round < ROUNDS; round++) {
    const before = loss();
    for (let i = 0; i < parameters.length; i++) {
      minimise(parameters, i, loss, round === 0 ? 2 : 0.5);
      yield undefined;
    }
    if (before - loss() < 1e-9) break;
  }
  return toCalibration(parameters);
}

const toCalibration = ([logScale, ...bias]: readonly number[]): Calibration => ({
  scale: Math.exp(logScale!),
  bias: [0, ...bias],
});

const ridge = (parameters: readonly number[]) => RIDGE * parameters.reduce((sum, p) => sum + p * p, 0);

function meanLoss(scores: readonly Float64Array[], classOf: Int32Array, weights: Float64Array, c: Calibration): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < classOf.length; row++) {
    let max = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < scores.length; k++) max = Math.max(max, c.scale * scores[k]![row]! + c.bias[k]!);
    let e = 0;
    for (let k = 0; k < scores.length; k++) e += Math.exp(c.scale * scores[k]![row]! + c.bias[k]! - max);
    const own = classOf[row]!;
    sum += weights[row]! * (max + Math.log(e) - c.scale * scores[own]![row]! - c.bias[own]!);
    total += weights[row]!;
  }
  return sum / total;
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Moves one parameter to the least loss within ±reach of where it is. */
function minimise(parameters: number[], i: number, loss: () => number, reach: number): void {
  const at = (value: number) => {
    parameters[i] = value;
    return loss();
  };
  let low = parameters[i]! - reach;
  let high = parameters[i]! + reach;
  let a = high - GOLDEN * (high - low);
  let b = low + GOLDEN * (high - low);
  let [fa, fb] = [at(a), at(b)];
  while (high - low > 1e-5) {
    if (fa <= fb) {
      [high, b, fb] = [b, a, fa];
      a = high - GOLDEN * (high - low);
      fa = at(a);
    } else {
      [low, a, fa] = [a, b, fb];
      b = low + GOLDEN * (high - low);
      fb = at(b);
    }
  }
  parameters[i] = (low + high) / 2;
}

/** Probabilities of calibrated scores, one array per class. */
export const calibrated = (scores: readonly Float64Array[], calibration: Calibration): Float64Array[] =>
  calibratedRows(scores, () => calibration);

/** Probabilities with the calibration that each row's number of events asks for: `few[row]` is 1 where there are few. */
export const calibratedBoth = (
  scores: readonly Float64Array[],
  few: Uint8Array,
  both: { readonly many: Calibration; readonly few: Calibration },
): Float64Array[] => calibratedRows(scores, (row) => (few[row] === 1 ? both.few : both.many));

function calibratedRows(scores: readonly Float64Array[], calibrationOf: (row: number) => Calibration): Float64Array[] {
  const rows = scores[0]?.length ?? 0;
  const result = scores.map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    const { scale, bias } = calibrationOf(row);
    let max = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < result.length; k++) {
      const score = scale * scores[k]![row]! + bias[k]!;
      result[k]![row] = score;
      if (score > max) max = score;
    }
    let sum = 0;
    for (const column of result) {
      column[row] = Math.exp(column[row]! - max);
      sum += column[row]!;
    }
    for (const column of result) column[row]! /= sum;
  }
  return result;
}
