import { type CleanTotal, createRandom, type Random, type SecondView, type Verdict } from '@deeplogbot/core';
import { atOnce } from '../turns.js';
import { BinomialGroups } from './binomial-groups.js';

const DRAWS = 1000;
/**
 * Standard deviation, in logits, of the error that all locations of a log share; found as what makes nine in ten intervals
 * hold the truth on generated logs, see docs/deep-accuracy.md.
 */
const SHARED_ERROR = 0.7;
/** Quantiles of the standard normal at 1/22, 3/22 … 21/22: eleven equally likely shared errors. */
const NODES = [-1.691, -1.097, -0.748, -0.473, -0.23, 0, 0.23, 0.473, 0.748, 1.097, 1.691];

const ODDS = NODES.map((z) => Math.exp(SHARED_ERROR * z));

/** A probability whose odds are so many times as high. */
const withOdds = (p: number, odds: number): number => (p * odds) / (1 - p + p * odds);

/**
 * The clean total with its uncertainty: each location is people's with its probability, and all probabilities may be off in
 * the same direction, since what a method gets wrong it gets wrong of many locations at once. Where a second view names another
 * class, all locations of that kind of disagreement are people's by the one or by the other. Locations without a verdict
 * are in no figure. The interval always holds what is expected: that may lie beside nearly all draws where one location of much is hardly people's. What both views misjudge as a whole is not in the interval.
 *
 * @param downloads per location, in the order of the verdicts
 */
export const cleanTotal = (
  verdicts: readonly Verdict[],
  downloads: Float64Array,
  options: CleanTotalOptions = {},
): CleanTotal => atOnce(cleanTotalSteps(verdicts, downloads, options));

export interface CleanTotalOptions {
  /** Seed of the draws. @defaultValue 42 */
  readonly randomState?: number;
  readonly secondView?: SecondView | undefined;
}

/** {@link cleanTotal} one draw at a time, for callers that let others run in between. */
export function* cleanTotalSteps(
  verdicts: readonly Verdict[],
  downloads: Float64Array,
  { randomState = 42, secondView }: CleanTotalOptions = {},
): Generator<undefined, CleanTotal> {
  const isDisputed = (row: number) => secondView !== undefined && secondView.kind[row]! > 0;
  let [certain, expected, total, ofPeople] = [0, 0, 0, 0];
  for (const [row, { label, probabilities }] of verdicts.entries()) {
    const [p] = probabilities;
    const n = downloads[row]!;
    if (Number.isNaN(p)) continue;
    expected += p * n;
    if (p >= 1 && !isDisputed(row)) certain += n;
    if (label !== 'organic') continue;
    total += n;
    ofPeople += p * n;
  }
  const random = createRandom(randomState);
  const totals = yield* drawSteps(uncertainOf(verdicts, downloads, isDisputed), random);
  if (secondView) yield* disputedSteps(totals, disputedOf(verdicts, downloads, secondView), random);
  totals.sort();
  return {
    delivered: total,
    expected,
    low: Math.min(expected, certain + totals[Math.floor(0.025 * (DRAWS - 1))]!),
    high: Math.max(expected, certain + totals[Math.ceil(0.975 * (DRAWS - 1))]!),
    organicShare: ofPeople / total,
  };
}

/** Groups of locations of which it is uncertain whether they are people's; those of a group share probability and downloads, as most do by rules. */
interface Uncertain {
  readonly probabilities: Float64Array;
  /** Of each location of the group. */
  readonly downloads: Float64Array;
  /** Locations. */
  readonly sizes: Uint32Array;
}

function uncertainOf(
  verdicts: readonly Verdict[],
  downloads: Float64Array,
  isDisputed: (row: number) => boolean,
): Uncertain {
  const found = { probabilities: [] as number[], downloads: [] as number[], sizes: [] as number[] };
  const [chances, amounts, groups] = [new Map<number, number>(), new Map<number, number>(), new Map<number, number>()];
  for (const [row, { probabilities }] of verdicts.entries()) {
    const [p] = probabilities;
    if (!(p > 0 && p < 1) || isDisputed(row)) continue;
    const n = downloads[row]!;
    const group = placeIn(groups, placeIn(chances, p) * verdicts.length + placeIn(amounts, n));
    if (group === found.sizes.length) {
      found.probabilities.push(p);
      found.downloads.push(n);
      found.sizes.push(0);
    }
    found.sizes[group]!++;
  }
  return {
    probabilities: Float64Array.from(found.probabilities),
    downloads: Float64Array.from(found.downloads),
    sizes: Uint32Array.from(found.sizes),
  };
}

/** The place of a value among different ones in the order of their coming. */
function placeIn(places: Map<number, number>, value: number): number {
  const known = places.get(value);
  if (known !== undefined) return known;
  places.set(value, places.size);
  return places.size - 1;
}

/** Downloads of people among locations of which that is uncertain, once per draw; draws take the shared errors in turn. */
function* drawSteps(
  { probabilities, downloads, sizes }: Uncertain,
  random: Random,
): Generator<undefined, Float64Array> {
  const totals = new Float64Array(DRAWS);
  const drawn = new Float64Array(sizes.length);
  for (const [first, odds] of ODDS.entries()) {
    const groups = new BinomialGroups(
      sizes,
      probabilities.map((p) => withOdds(p, odds)),
    );
    for (let draw = first; draw < DRAWS; draw += ODDS.length) {
      random.fill(drawn);
      for (let i = 0; i < drawn.length; i++) totals[draw]! += groups.successes(i, drawn[i]!) * downloads[i]!;
      yield undefined;
    }
  }
  return totals;
}

/** Locations that two views take for different classes, as columns. */
interface Disputed {
  /** Probability of people by the first view, and by the second. */
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly kind: Uint8Array;
  readonly downloads: Float64Array;
  readonly weight: Float64Array;
}

function disputedOf(verdicts: readonly Verdict[], downloads: Float64Array, view: SecondView): Disputed {
  const rows = Uint32Array.from(verdicts.keys()).filter(
    (row) => view.kind[row]! > 0 && !Number.isNaN(verdicts[row]!.probabilities[0]),
  );
  return {
    first: Float64Array.from(rows, (row) => view.alone[row]!),
    second: Float64Array.from(rows, (row) => view.organic[row]!),
    kind: Uint8Array.from(rows, (row) => view.kind[row]!),
    downloads: Float64Array.from(rows, (row) => downloads[row]!),
    weight: Float64Array.from(rows, (row) => view.weight[row]!),
  };
}

/** Adds the downloads of people among disputed locations to each draw, for which one view is right about each kind. */
function* disputedSteps(totals: Float64Array, disputed: Disputed, random: Random): Generator<undefined, void> {
  const { first, second, kind, downloads, weight } = disputed;
  const isSecond = new Float64Array(kind.reduce((a, b) => Math.max(a, b), 0) + 1);
  const drawn = new Float64Array(kind.length);
  for (let draw = 0; draw < DRAWS; draw++) {
    const odds = ODDS[draw % ODDS.length]!;
    random.fill(isSecond);
    random.fill(drawn);
    for (let i = 0; i < kind.length; i++) {
      const p = isSecond[kind[i]!]! < weight[i]! ? second[i]! : first[i]!;
      if (drawn[i]! < withOdds(p, odds)) totals[draw]! += downloads[i]!;
    }
    yield undefined;
  }
}
