import type { ClassName } from '@deeplogbot/core';
import type { DecisionTrees } from '../decision-trees.js';
import { atOnce } from '../turns.js';
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

/** What decides labels, and where its features lie; a change of one of them at a time is tried on it. */
export interface FlipSubject {
  readonly features: readonly string[];
  /** From the 5th to the 95th percentile of each feature: what a change is measured in. */
  readonly spans: readonly number[];
  /** Where each feature's value can begin to matter, ascending; none for a feature that is left alone. */
  readonly cuts: readonly (readonly number[])[];
  /** The labels of copies of a row, given as one column per feature. */
  readonly labelsOf: (columns: readonly Float64Array[]) => readonly ClassName[];
}

/** Cuts tried on each side of a value. */
const MOST_CUTS = 40;
/** Changes scored at a time, nearest first, and all in all. */
const CHANGES = 128;
const MOST_CHANGES = 16 * CHANGES;

/**
 * Looks for the one feature whose change, measured in spans from the 5th to the 95th percentile of the rows the model was
 * fitted on, flips the label soonest. Only the model's own columns are changed, each by itself: a feature that is
 * computed from others moves without them. Null where none of the 2,048 nearest changes does it. At most some 5 ms a row.
 *
 * @param row values in the order of the model's features; NaN is not measurable and stays so
 */
export const nearestFlip = (model: TrainedModel, row: readonly number[]): NearestFlip | null => flipFinder(model)(row);

/** {@link nearestFlip} for many rows of one model, whose trees are read once. */
export function flipFinder(model: TrainedModel): (row: readonly number[]) => NearestFlip | null {
  const total = model.features.indexOf('total_downloads');
  const subject: FlipSubject = {
    features: model.features,
    spans: model.population.map(({ p05, p95 }) => p95 - p05),
    cuts: model.features.map((_, f) => cutsOf(model.scores.trees, f)),
    labelsOf: (columns) => {
      const few = Uint8Array.from(columns[0]!, (_, i) => (columns[total] && columns[total][i]! < FEW_EVENTS ? 1 : 0));
      const probabilities = calibratedBoth(model.scores.rawScores(columns), few, model.calibration);
      return Array.from(few, (_, i) => balancedLabel(probabilities.map((p) => p[i]!)));
    },
  };
  return (row) => atOnce(flipSteps(subject, row));
}

/** {@link nearestFlip} of whatever decides labels, some changes at a time, for callers that let others run in between. */
export function* flipSteps(subject: FlipSubject, row: readonly number[]): Generator<undefined, NearestFlip | null> {
  const [before] = labelsAfter(subject, row, [{ f: -1, to: Number.NaN, distance: 0 }]);
  const changes = row
    .flatMap((from, f) => changesOf(subject, f, from))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST_CHANGES);
  for (let at = 0; at < changes.length; at += CHANGES) {
    const part = changes.slice(at, at + CHANGES);
    const labels = labelsAfter(subject, row, part);
    const i = labels.findIndex((label) => label !== before);
    yield undefined;
    if (i < 0) continue;
    const { f, to } = part[i]!;
    return { feature: subject.features[f]!, from: row[f]!, to, label: labels[i]! };
  }
  return null;
}

/** Feature f set to a value, this far from what it is. */
interface Change {
  readonly f: number;
  readonly to: number;
  readonly distance: number;
}

function changesOf({ spans, cuts }: FlipSubject, f: number, from: number): Change[] {
  if (Number.isNaN(from)) return [];
  const span = Math.max(spans[f]!, Number.MIN_VALUE);
  return candidates(cuts[f]!, from).map((to) => ({ f, to, distance: Math.abs(to - from) / span }));
}

/** The label that the row gets after each change by itself. */
const labelsAfter = ({ labelsOf }: FlipSubject, row: readonly number[], changes: readonly Change[]) =>
  labelsOf(row.map((value, f) => Float64Array.from(changes, (change) => (change.f === f ? change.to : value))));

/** Where trees cut a feature, ascending; a cut above every number only parts missing values from others. */
export function cutsOf(trees: DecisionTrees, f: number): readonly number[] {
  const cuts = trees.threshold.filter((cut, node) => trees.feature[node] === f && cut < Number.MAX_VALUE);
  return [...new Set(cuts.sort())];
}

/** One value in each interval between cuts, nearest first on either side; a cut itself belongs to the interval below it. */
function candidates(cuts: readonly number[], from: number): readonly number[] {
  const below = cuts.filter((cut) => cut < from).slice(-MOST_CUTS);
  const above = cuts.filter((cut) => cut >= from).slice(0, MOST_CUTS);
  return [...below, ...above.map((cut) => cut + Math.max(Math.abs(cut), 1) * 1e-9)];
}
