import type { RowOf } from './measures.js';
import { FLAT_NIGHT, visitsOf } from './rhythm.js';

/** Most visits whose even entropy is worked out; more are as good as endless. */
const MOST_VISITS = 240;

/** Entropy, nats, that so many visits have in the mean where every hour of the day is as likely as the others. */
const EVEN_ENTROPY: readonly number[] = Array.from({ length: MOST_VISITS + 1 }, (_, visits) => {
  // 24 hours, of which each has k of the visits by the binomial law of 1/24.
  let chance = Math.exp(visits * Math.log(23 / 24));
  let entropy = 0;
  for (let k = 1; k <= visits; k++) {
    chance *= (visits - k + 1) / (k * 23);
    entropy -= 24 * chance * (k / visits) * Math.log(k / visits);
  }
  return entropy;
});

/** Entropy, nats, that visits at random hours have in the mean. */
export const evenEntropy = (visits: number): number =>
  EVEN_ENTROPY[Math.min(MOST_VISITS, Math.round(visits))] ?? Number.NaN;

/** Entropy of the hours against what visits at random hours have, 0 … 1: 1 = no hour is preferred. NaN below three visits. */
export function hoursEvenness(row: RowOf): number {
  const visits = visitsOf(row);
  if (!(visits >= 3)) return Number.NaN;
  return Math.min(1, row('hourly_entropy') / evenEntropy(visits));
}

/** Visits from which on hours that are kept or not are no accident, and the evenness that machines exceed and people stay below. */
const VISITS_OF_EVENNESS = 15;
export const EVEN_HOURS = 0.93;
export const UNEVEN_HOURS = 0.88;

/** Comes at all hours alike. */
export const keepsEvenHours = (row: RowOf): boolean =>
  visitsOf(row) >= VISITS_OF_EVENNESS && hoursEvenness(row) >= EVEN_HOURS;

/** Comes at some hours rather than others, and not by night. */
export const keepsHours = (row: RowOf): boolean =>
  visitsOf(row) >= VISITS_OF_EVENNESS &&
  hoursEvenness(row) < UNEVEN_HOURS &&
  row('night_activity_ratio_local') < FLAT_NIGHT;

/** Entropy of the hours, nats, of places that come at nearly all hours alike, and three deviations of it times the number of visits. */
const NEARLY_ALL_HOURS = 3;
const THREE_DEVIATIONS = 10;

/** The visits of its users prefer some hours by more than chance, however slightly. */
export function prefersHours(row: RowOf): boolean {
  const visits = row('user_visit_count');
  return row('hourly_entropy') < Math.min(NEARLY_ALL_HOURS, evenEntropy(visits) - THREE_DEVIATIONS / visits);
}
