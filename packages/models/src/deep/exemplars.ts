import { CLASSES, type ClassName } from '@deeplogbot/core';
import { atOnce, rowSteps } from '../turns.js';
import type { ExemplarCriteria } from './exemplar-criteria.js';
import { type Measures, rowReader } from './measures.js';

/** Heuristically labelled training rows: the weight of each row per class, 0 where it is none. */
export interface Exemplars {
  readonly organic: Float64Array;
  readonly bot: Float64Array;
  readonly hub: Float64Array;
  /** Rows of each class. */
  readonly counts: { readonly organic: number; readonly bot: number; readonly hub: number };
}

/** Applies criteria to every row of a feature table. */
export const selectExemplars = (measures: Measures, rows: number, criteria: ExemplarCriteria): Exemplars =>
  atOnce(exemplarSteps(measures, rows, criteria));

/** {@link selectExemplars} part by part, for callers that let others run in between. */
export function* exemplarSteps(
  measures: Measures,
  rows: number,
  criteria: ExemplarCriteria,
): Generator<undefined, Exemplars> {
  const result = { organic: new Float64Array(rows), bot: new Float64Array(rows), hub: new Float64Array(rows) };
  const counts = { organic: 0, bot: 0, hub: 0 };
  const read = rowReader(measures);
  yield* rowSteps(rows, (row) => {
    const weights = criteria(read(row));
    for (const name of CLASSES) {
      result[name][row] = weights[name];
      if (weights[name] > 0) counts[name]++;
    }
  });
  return { ...result, counts };
}

/** A row joins the exemplars when a model fitted elsewhere is this sure and its behaviour does not speak against it. */
const SURE = 0.9;
/** Share of exemplars among those of which the model is sure that must be of its opinion, and how many it takes to tell. */
const TRUSTED = 0.95;
const ENOUGH = 10;
/** A probability that casts doubt on an exemplar. */
const UNLIKELY = 0.02;

/**
 * Exemplars joined by the rows that a model fitted elsewhere is sure of. Where exemplars show that the model is wrong about
 * a class of this log more often than one time in twenty, its rows of that class stay out.
 */
export function joinedByBase(exemplars: Exemplars, base: readonly Float64Array[], like = 0): Exemplars {
  const rows = exemplars.organic.length;
  const known = CLASSES.map((name) => exemplars[name].slice());
  const isKnown = (row: number) => known.some((weights) => weights[row]! > 0);
  const counts = { ...exemplars.counts };
  const joined: Record<ClassName, Float64Array> = { ...exemplars };
  for (const [k, name] of CLASSES.entries()) {
    const column = known[k]!.slice();
    const trusted = like === 1 || isTrusted(base[k]!, known[k]!, isKnown);
    for (let row = 0; row < rows; row++) {
      if (base[k]![row]! < UNLIKELY) column[row]! /= 4;
      column[row]! *= 1 - like + like * base[k]![row]!;
      if (trusted && base[k]![row]! >= SURE && !isKnown(row)) {
        column[row] = base[k]![row]! / 2;
        counts[name]++;
      }
    }
    joined[name] = column;
  }
  return { ...joined, counts };
}

function isTrusted(p: Float64Array, own: Float64Array, isKnown: (row: number) => boolean): boolean {
  let sure = 0;
  let right = 0;
  for (let row = 0; row < p.length; row++) {
    if (!(p[row]! >= SURE) || !isKnown(row)) continue;
    sure++;
    if (own[row]! > 0) right++;
  }
  return sure < ENOUGH || right >= TRUSTED * sure;
}
