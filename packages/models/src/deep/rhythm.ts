import type { RowOf } from './measures.js';

/** The measure that tells the rhythm of the peers of a place, where peers are known. */
export const PEER_RHYTHM = 'peer_rhythm';

/** Night is 22 to 6 h, a third of the day; a weekend is two days of seven. */
export const FLAT_NIGHT = 1 / 3;
export const FLAT_WEEKEND = 2 / 7;
/** Entropy of the hours, nats, below which hours are kept; 3.18 is around the clock, 2.89 eighteen hours. */
export const FEW_HOURS = 2.89;
/** Visits from which on an even clock is the doing of a machine and no accident. */
export const MANY_VISITS = 30;
/** Visits at which half of what is seen is believed. */
const HALF_BELIEF = 10;

/**
 * How far activity follows the days and weeks of people, −1 … 1: 1 = no visits at night nor at weekends, 0 = spread
 * evenly over the clock and the week as machines do, below 0 = more than evenly at night or weekends.
 *
 * Mean of 1 − night ÷ (1/3) and 1 − weekend ÷ (2/7), each clipped, in local time where the zone is known, times
 * v ÷ (v + 10) for v visits, so that few visits say little; the rest is the rhythm of its peers, where those are known. Where
 * a place is there for a few weeks of many, as an event brings it, only its days count for the week. NaN where neither weekends nor local hours are known: UTC
 * hours alone say where a location is, not what it does.
 */
export function humanRhythm(row: RowOf): number {
  const visits = visitsOf(row);
  const [night, week] = [1 - row('night_activity_ratio_local') / FLAT_NIGHT, weekRhythm(row)];
  const worksAtNight = night < 0 && row('hourly_entropy') < FEW_HOURS && !Number.isNaN(week);
  const day = worksAtNight ? Number.NaN : Number.isNaN(night) ? keptHours(row) : night;
  const parts = Number(!Number.isNaN(day)) + Number(!Number.isNaN(week));
  if (parts === 0 || Number.isNaN(visits)) return Number.NaN;
  const ofDay = Number.isNaN(day) ? 0 : visits;
  const ofWeek = Number.isNaN(week) ? 0 : isFleeting(row) ? Math.min(visits, row('active_days')) : visits;
  const seen = (ofDay && ofDay * clipped(day)) + (ofWeek && ofWeek * clipped(week));
  const peers = row(PEER_RHYTHM) || 0;
  return (seen / parts + peers * HALF_BELIEF) / ((ofDay + ofWeek) / parts + HALF_BELIEF);
}

const clipped = (part: number) => Math.max(-1, Math.min(1, part));

/** Weeks from which on weekends show whatever a place comes for. */
const MANY_WEEKS = 8;

/** There for a few weeks only, out of a time twice as long or longer: what it comes for may fall on any day. */
export const isFleeting = (row: RowOf): boolean =>
  row('active_weeks') < MANY_WEEKS && 14 * row('active_weeks') < row('lifespan_days');

/** Visits from which on hours show without a clock, and the entropy of the hours, nats, of places that keep some. */
const VISITS_OF_HOURS = 30;
const KEPT = [2.95, 2.6, 1.6] as const;

/** How far a place keeps some hours of the day, whichever, 0 … 1; NaN below thirty visits and where it keeps one or two only. */
function keptHours(row: RowOf): number {
  const entropy = row('hourly_entropy');
  return visitsOf(row) >= VISITS_OF_HOURS && entropy >= KEPT[2] ? ramp(entropy, KEPT[0], KEPT[1]) : Number.NaN;
}

/** From 0 at `low` to 1 at `high`, straight between and level beyond; falls where high < low. NaN stays NaN. */
export const ramp = (value: number, low: number, high: number): number =>
  Number.isNaN(value) ? value : Math.min(1, Math.max(0, (value - low) / (high - low)));

/** 1 = nobody comes at weekends, 0 = every day is alike, below 0 = more at weekends; NaN where days are not known. */
export const weekRhythm = (row: RowOf): number => 1 - first(row, 'weekend_ratio_local', 'weekend_ratio') / FLAT_WEEKEND;

/** Rhythm that machines, or many people of all time zones together, reach now and then. */
const ORDINARY = 0.45;
/** Natural logarithm by which the odds of a bot fall per unit of rhythm beyond the ordinary. */
const RHYTHM_SLOPE = 10;

/**
 * Lowers the probability of a bot where activity keeps the days and weeks of people; a soft prior, which no rhythm makes
 * a certainty. Measures in which the rhythm does not show leave it alone.
 */
export function withRhythm(probabilities: readonly Float64Array[], rhythm: Float64Array): Float64Array[] {
  const result = probabilities.map((column) => column.slice());
  const [, bot] = result;
  for (let row = 0; row < rhythm.length; row++) {
    const excess = rhythm[row]! - ORDINARY;
    if (!(excess > 0)) continue;
    bot![row]! *= Math.exp(-RHYTHM_SLOPE * excess);
    const sum = result.reduce((total, column) => total + column[row]!, 0);
    for (const column of result) column[row]! /= sum;
  }
  return result;
}

/** The number of visits, or what stands for it; NaN if neither is measurable. */
export const visitsOf = (row: RowOf): number => first(row, 'num_sessions', 'active_days');

/** Entropy of downloads over users against its maximum, 0 … 1: 1 = all users take the same. NaN below two users. */
export function userEvenness(row: RowOf): number {
  const users = row('unique_users');
  return users >= 2 ? Math.min(1, row('user_entropy') / Math.log2(users)) : Number.NaN;
}

function first(row: RowOf, ...names: readonly string[]): number {
  for (const name of names) if (!Number.isNaN(row(name))) return row(name);
  return Number.NaN;
}
