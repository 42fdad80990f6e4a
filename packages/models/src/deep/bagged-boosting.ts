import { createRandom, type Random, type RunControl } from '@deeplogbot/core';
import { type BoostingModel, boostingFromJson, boostingSteps } from '../boosting/gradient-boosting.js';
import type { BoostingOptions } from '../boosting/options.js';
import { atOnce } from '../turns.js';
import { pickRows, pickSteps } from './row-picks.js';
import { scoreSteps } from './scores-in-turns.js';

export interface BaggingOptions extends BoostingOptions {
  /** Models, each fitted on a stratified draw of the rows. @defaultValue 16 */
  readonly bags?: number;
  /** Share of the rows of each class that a bag sees. @defaultValue 0.7 */
  readonly bagShare?: number;
}

export interface Bagged {
  /** The mean of the bags' raw scores, as one model of all their trees. */
  readonly model: BoostingModel;
  /** Per class and row, the mean raw score of the bags that did not see the row: held-out scores without further fits. */
  readonly outOfBag: readonly Float64Array[];
}

export interface BaggingData extends RunControl {
  readonly columns: readonly Float64Array[];
  readonly labels: readonly string[];
  readonly classes: readonly string[];
  readonly weights?: Float64Array;
}

/**
 * Bagged gradient boosting (Breiman 1996; Friedman 2002): steadier than one fit on hundreds of rows, and what the bags
 * did not see calibrates it. A class without rows keeps a probability near 0.
 */
export const fitBagged = (data: BaggingData, options: BaggingOptions = {}): Bagged =>
  atOnce(baggingSteps(data, options));

/** {@link fitBagged} one round of one bag at a time, for callers that let others run in between. */
export function* baggingSteps(data: BaggingData, options: BaggingOptions = {}): Generator<undefined, Bagged> {
  const { bags = 16, bagShare = 0.7, randomState = 42, ...boosting } = options;
  const rows = data.labels.length;
  const sums = data.classes.map(() => new Float64Array(rows));
  const unseen = new Float64Array(rows);
  const models: BoostingModel[] = [];
  for (let bag = 0; bag < bags; bag++) {
    const inBag = drawBag(data, bagShare, createRandom(randomState + 1000 * bag));
    const model = yield* fitOn(data, inBag, { ...boosting, randomState: randomState + bag });
    models.push(model);
    yield undefined;
    const out = Int32Array.from(inBag.keys()).filter((row) => inBag[row] === 0);
    const scores = yield* scoreSteps(model, yield* pickSteps(data.columns, out));
    for (const [i, row] of out.entries()) {
      unseen[row]!++;
      for (const [k, sum] of sums.entries()) sum[row]! += scores[k]![i]!;
    }
  }
  const model = meanModel(models);
  const whole = yield* scoreSteps(model, data.columns);
  const outOfBag = sums.map((sum, k) => sum.map((s, row) => (unseen[row]! > 0 ? s / unseen[row]! : whole[k]![row]!)));
  return { model, outOfBag };
}

/** 1 for the rows a bag sees: of every class the same share, at least one. */
function drawBag({ labels, classes }: BaggingData, share: number, random: Random): Uint8Array {
  const inBag = new Uint8Array(labels.length);
  for (const name of classes) {
    const members = labels.flatMap((label, row) => (label === name ? [row] : []));
    const wanted = Math.max(1, Math.round(share * members.length));
    for (const i of random.sample(members.length, wanted)) inBag[members[i]!] = 1;
  }
  return inBag;
}

function* fitOn(data: BaggingData, inBag: Uint8Array, options: BoostingOptions): Generator<undefined, BoostingModel> {
  const seen = Int32Array.from(inBag.keys()).filter((row) => inBag[row] === 1);
  const { classes, weights, signal } = data;
  return yield* boostingSteps(
    yield* pickSteps(data.columns, seen),
    Array.from(seen, (row) => data.labels[row]!),
    options,
    { classes, ...(weights && { weights: pickRows(weights, seen) }), ...(signal && { signal }) },
  );
}

/** Digits beyond these would only make the file longer. */
const rounded = (value: number) => Number(value.toPrecision(7));

/** One model whose raw scores are the mean of those of the given ones. */
function meanModel(models: readonly BoostingModel[]): BoostingModel {
  const parts = models.map((model) => model.toJSON());
  const [first] = parts;
  const n = parts.length;
  let offset = 0;
  const trees = { roots: [] as number[], feature: [] as number[], threshold: [] as number[], left: [] as number[] };
  const more = { value: [] as number[], missingLeft: [] as number[], cover: [] as number[] };
  for (const { trees: own } of parts) {
    for (const root of own.roots) trees.roots.push(root + offset);
    for (const child of own.left) trees.left.push(child < 0 ? -1 : child + offset);
    for (const value of own.value) more.value.push(rounded(value / n));
    for (const name of ['feature', 'threshold'] as const) for (const each of own[name]) trees[name].push(each);
    for (const name of ['missingLeft', 'cover'] as const) for (const each of own[name]) more[name].push(each);
    offset += own.feature.length;
  }
  const baseline = first!.baseline.map((_, k) => parts.reduce((sum, part) => sum + part.baseline[k]!, 0) / n);
  return boostingFromJson({ ...first, baseline, trees: { ...trees, ...more } });
}
