import { type CleanTotal, createRandom, type Verdict } from '@deeplogbot/core';
import { atOnce } from '../turns.js';

const DRAWS = 1000;
/**
 * Standard deviation, in logits, of the error that all locations of a log share; found as what makes nine in ten intervals
 * hold the truth on generated logs, see docs/deep.md.
 */
const SHARED_ERROR = 0.7;
/** Quantiles of the standard normal at 1/22, 3/22 … 21/22: eleven equally likely shared errors. */
const NODES = [-1.691, -1.097, -0.748, -0.473, -0.23, 0, 0.23, 0.473, 0.748, 1.097, 1.691];

/**
 * The clean total with its uncertainty: each location is people's with its probability, and all probabilities may be off in
 * the same direction, since what a method gets wrong it gets wrong of many locations at once. Locations without a verdict
 * are in no figure. A rule that fails for a whole country is not in the interval.
 *
 * @param downloads per location, in the order of the verdicts
 */
export const cleanTotal = (
  verdicts: readonly Verdict[],
  downloads: Float64Array,
  options: { readonly randomState?: number } = {},
): CleanTotal => atOnce(cleanTotalSteps(verdicts, downloads, options));

/** {@link cleanTotal} one draw at a time, for callers that let others run in between. */
export function* cleanTotalSteps(
  verdicts: readonly Verdict[],
  downloads: Float64Array,
  options: { readonly randomState?: number } = {},
): Generator<undefined, CleanTotal> {
  let [certain, expected, total, ofPeople, count] = [0, 0, 0, 0, 0];
  for (const [row, { label, probabilities }] of verdicts.entries()) {
    const [p] = probabilities;
    const n = downloads[row]!;
    if (Number.isNaN(p)) continue;
    expected += p * n;
    if (p >= 1) certain += n;
    else if (p > 0) count++;
    if (label !== 'organic') continue;
    total += n;
    ofPeople += p * n;
  }
  const totals = (yield* drawSteps(uncertainOf(verdicts, downloads, count), options.randomState ?? 42)).sort();
  return {
    delivered: total,
    expected,
    low: certain + totals[Math.floor(0.025 * (DRAWS - 1))]!,
    high: certain + totals[Math.ceil(0.975 * (DRAWS - 1))]!,
    organicShare: ofPeople / total,
  };
}

/** Locations of which it is uncertain whether they are people's, as columns: of millions of them most share a probability. */
interface Uncertain {
  readonly probabilities: readonly number[];
  /** Place of each location's probability. */
  readonly codes: Uint32Array;
  readonly downloads: Float64Array;
}

function uncertainOf(verdicts: readonly Verdict[], downloads: Float64Array, count: number): Uncertain {
  const places = new Map<number, number>();
  const codes = new Uint32Array(count);
  const counted = new Float64Array(count);
  let at = 0;
  for (const [row, { probabilities }] of verdicts.entries()) {
    const [p] = probabilities;
    if (!(p > 0 && p < 1)) continue;
    if (!places.has(p)) places.set(p, places.size);
    codes[at] = places.get(p)!;
    counted[at++] = downloads[row]!;
  }
  return { probabilities: [...places.keys()], codes, downloads: counted };
}

/** Downloads of people among locations of which that is uncertain, once per draw; draws take the shared errors in turn. */
function* drawSteps({ probabilities, codes, downloads }: Uncertain, seed: number): Generator<undefined, Float64Array> {
  const random = createRandom(seed);
  const shifted = NODES.map((z) => {
    const odds = Math.exp(SHARED_ERROR * z);
    return Float64Array.from(probabilities, (p) => (p * odds) / (1 - p + p * odds));
  });
  const totals = new Float64Array(DRAWS);
  const drawn = new Float64Array(codes.length);
  for (let draw = 0; draw < DRAWS; draw++) {
    const p = shifted[draw % NODES.length]!;
    random.fill(drawn);
    for (let i = 0; i < codes.length; i++) if (drawn[i]! < p[codes[i]!]!) totals[draw]! += downloads[i]!;
    yield undefined;
  }
  return totals;
}
