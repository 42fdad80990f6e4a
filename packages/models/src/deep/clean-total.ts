import { type CleanTotal, createRandom, type Verdict } from '@deeplogbot/core';
import { atOnce } from '../turns.js';

const DRAWS = 1000;

/**
 * The clean total with its uncertainty: each location is people's with its probability, independently of the others.
 * Locations without a verdict are in no figure. Errors that locations share, such as a rule that fails for a whole
 * country, are not in the interval.
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
  const random = createRandom(options.randomState ?? 42);
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
  const totals = new Float64Array(DRAWS);
  for (let draw = 0; draw < DRAWS; draw++) {
    let total = certain;
    for (const { p, n } of uncertain) if (random.next() < p) total += n;
    totals[draw] = total;
    yield undefined;
  }
  totals.sort();
  const total = sum(delivered, ({ n }) => n);
  return {
    delivered: total,
    expected: sum(known, ({ p, n }) => p * n),
    low: totals[Math.floor(0.025 * (DRAWS - 1))]!,
    high: totals[Math.ceil(0.975 * (DRAWS - 1))]!,
    organicShare: sum(delivered, ({ p, n }) => p * n) / total,
  };
}
