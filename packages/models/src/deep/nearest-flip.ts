import type { ClassName } from '@deeplogbot/core';
import { calibratedBoth, FEW_EVENTS } from './calibration.js';
import type { TrainedModel } from './trained-model.js';
import { balancedLabel } from './verdict.js';

/** The least change of one feature after which a model says something else. */
export interface NearestFlip {
  readonly feature: string;
  readonly from: number;
  readonly to: number;
  readonly label: ClassName;
}

/** Cuts tried on each side of a value. */
const MOST_CUTS = 40;
/** Changes scored at a time, nearest first. */
const CHANGES = 128;

/**
 * Looks for the one feature whose change, measured in spans from the 5th to the 95th percentile of the rows the model was
 * fitted on, flips the label soonest. Only the model's own columns are changed, each by itself: a feature that is
 * computed from others moves without them. Null where no single change does it. At most some 5 ms a row.
 *
 * @param row values in the order of the model's features; NaN is not measurable and stays so
 */
export const nearestFlip = (model: TrainedModel, row: readonly number[]): NearestFlip | null => flipFinder(model)(row);

/** {@link nearestFlip} for many rows of one model, whose trees are read once. */
export function flipFinder(model: TrainedModel): (row: readonly number[]) => NearestFlip | null {
  const cuts = model.features.map((_, f) => cutsOf(model, f));
  return (row) => {
    const [before] = labelsOf(model, row, [{ f: -1, to: Number.NaN, distance: 0 }]);
    const changes = row
      .flatMap((from, f) => changesOf(model, cuts[f]!, f, from))
      .sort((a, b) => a.distance - b.distance);
    for (let at = 0; at < changes.length; at += CHANGES) {
      const part = changes.slice(at, at + CHANGES);
      const labels = labelsOf(model, row, part);
      const i = labels.findIndex((label) => label !== before);
      if (i < 0) continue;
      const { f, to } = part[i]!;
      return { feature: model.features[f]!, from: row[f]!, to, label: labels[i]! };
    }
    return null;
  };
}

/** Feature f set to a value, this far from what it is. */
interface Change {
  readonly f: number;
  readonly to: number;
  readonly distance: number;
}

function changesOf(model: TrainedModel, cuts: readonly number[], f: number, from: number): Change[] {
  if (Number.isNaN(from)) return [];
  const { p05, p95 } = model.population[f]!;
  const span = Math.max(p95 - p05, Number.MIN_VALUE);
  return candidates(cuts, from).map((to) => ({ f, to, distance: Math.abs(to - from) / span }));
}

/** The label that the row gets after each change by itself. */
function labelsOf(model: TrainedModel, row: readonly number[], changes: readonly Change[]): ClassName[] {
  const columns = row.map((value, f) => Float64Array.from(changes, (change) => (change.f === f ? change.to : value)));
  const total = columns[model.features.indexOf('total_downloads')];
  const few = Uint8Array.from(changes, (_, i) => (total && total[i]! < FEW_EVENTS ? 1 : 0));
  const probabilities = calibratedBoth(model.scores.rawScores(columns), few, model.calibration);
  return changes.map((_, i) => balancedLabel(probabilities.map((p) => p[i]!)));
}

/** Where the trees cut a feature, ascending; a cut above every number only parts missing values from others. */
function cutsOf({ scores: { trees } }: TrainedModel, f: number): readonly number[] {
  const cuts = trees.threshold.filter((cut, node) => trees.feature[node] === f && cut < Number.MAX_VALUE);
  return [...new Set(cuts.sort())];
}

/** One value in each interval between cuts, nearest first on either side; a cut itself belongs to the interval below it. */
function candidates(cuts: readonly number[], from: number): readonly number[] {
  const below = cuts.filter((cut) => cut < from).slice(-MOST_CUTS);
  const above = cuts.filter((cut) => cut >= from).slice(0, MOST_CUTS);
  return [...below, ...above.map((cut) => cut + Math.max(Math.abs(cut), 1) * 1e-9)];
}
