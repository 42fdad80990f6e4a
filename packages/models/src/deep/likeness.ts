import { atOnce } from '../turns.js';
import type { Measures } from './measures.js';
import { ramp } from './rhythm.js';
import type { TrainedModel } from './trained-model.js';

/** Shares of a model's rows below its quantiles, and between them. */
const BELOW = [0.05, 0.5, 0.95] as const;
const BETWEEN = [0.05, 0.45, 0.45, 0.05] as const;
/** Size of a place, by which a log is weighed like the rows of a model: of many logs most places are small. */
const SIZE = 'total_downloads';
/**
 * Mean distance from the quantiles of the model's rows, at which a log is as good as a sample of them, and at which it is another
 * kind of log. Logs that resample the labelled places have 0.07 to 0.08, of 29 other logs by five makers none has less than 0.14.
 */
const SAME = 0.1;
const OTHER = 0.13;

/** How far the places of a log are distributed as those that a model was fitted on, measure by measure, 0 … 1. */
export const likeness = (model: TrainedModel, measures: Measures, rows: number): number =>
  atOnce(likenessSteps(model, measures, rows));

/** {@link likeness} one measure at a time, for callers that let others run in between. */
export function* likenessSteps(model: TrainedModel, measures: Measures, rows: number): Generator<undefined, number> {
  const weights = sizeWeights(model, measures, rows);
  const distances: number[] = [];
  for (const [i, name] of model.features.entries()) {
    yield undefined;
    const column = measures(name);
    const distance = column ? quantileDistance(column, weights, model.population[i]!) : Number.NaN;
    if (!Number.isNaN(distance)) distances.push(distance);
  }
  const mean = distances.reduce((a, b) => a + b, 0) / distances.length;
  return ramp(mean, OTHER, SAME) || 0;
}

type Quantiles = TrainedModel['population'][number];

const quantilesOf = ({ p05, median, p95 }: Quantiles) => [p05, median, p95];

/** Weights that make places of each size as frequent as among the rows of the model; all alike where sizes are not known. */
function sizeWeights({ features, population }: TrainedModel, measures: Measures, rows: number): Float64Array {
  const column = measures(SIZE);
  const quantiles = population[features.indexOf(SIZE)];
  if (!column || !quantiles) return new Float64Array(rows).fill(1);
  const bins = column.map((value) => quantilesOf(quantiles).filter((limit) => value >= limit).length);
  const counts = BETWEEN.map((_, bin) => bins.filter((other) => other === bin).length);
  return bins.map((bin) => BETWEEN[bin]! / counts[bin]!);
}

/** The largest distance of a share below a quantile from what it is among the rows of a model; of ties that which is least. */
function quantileDistance(column: Float64Array, weights: Float64Array, quantiles: Quantiles): number {
  let total = 0;
  const below = [0, 0, 0];
  const upTo = [0, 0, 0];
  const limits = quantilesOf(quantiles);
  for (let row = 0; row < column.length; row++) {
    const [value, weight] = [column[row]!, weights[row]!];
    if (Number.isNaN(value)) continue;
    total += weight;
    for (let i = 0; i < limits.length; i++) {
      if (value < limits[i]!) below[i]! += weight;
      if (value <= limits[i]!) upTo[i]! += weight;
    }
  }
  return Math.max(...BELOW.map((share, i) => Math.max(0, below[i]! / total - share, share - upTo[i]! / total)));
}
