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
  const known = verdicts.flatMap(({ label, probabilities }, row) => {
    const [organic] = probabilities;
    return Number.isNaN(organic) ? [] : [{ p: organic, n: downloads[row]!, delivered: label === 'organic' }];
  });
  const delivered = known.filter((row) => row.delivered);
  const sum = (rows: typeof known, of: (row: (typeof known)[number]) => number) => rows.reduce((a, b) => a + of(b), 0);
  const certain = sum(
    known.filter(({ p }) => p >= 1),
    ({ n }) => n,
  );
  const uncertain = known.filter(({ p }) => p > 0 && p < 1);
  const totals = (yield* drawSteps(uncertain, options.randomState ?? 42)).sort();
  const total = sum(delivered, ({ n }) => n);
  return {
    delivered: total,
    expected: sum(known, ({ p, n }) => p * n),
    low: certain + totals[Math.floor(0.025 * (DRAWS - 1))]!,
    high: certain + totals[Math.ceil(0.975 * (DRAWS - 1))]!,
    organicShare: sum(delivered, ({ p, n }) => p * n) / total,
  };
}

/** Downloads of people among locations of which that is uncertain, once per draw; draws take the shared errors in turn. */
function* drawSteps(
  uncertain: readonly { readonly p: number; readonly n: number }[],
  seed: number,
): Generator<undefined, Float64Array> {
  const random = createRandom(seed);
  const shifted = NODES.map((z) => {
    const odds = Math.exp(SHARED_ERROR * z);
    return Float64Array.from(uncertain, ({ p }) => (p * odds) / (1 - p + p * odds));
  });
  const downloads = Float64Array.from(uncertain, ({ n }) => n);
  const totals = new Float64Array(DRAWS);
  for (let draw = 0; draw < DRAWS; draw++) {
    const p = shifted[draw % NODES.length]!;
    for (let i = 0; i < p.length; i++) if (random.next() < p[i]!) totals[draw]! += downloads[i]!;
    yield undefined;
  }
  return totals;
}
