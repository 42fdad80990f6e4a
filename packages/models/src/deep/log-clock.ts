import { type Measures, rowReader } from './measures.js';
import { PEER_UNREST, peerLife } from './peer-life.js';
import type { PeerShares } from './peers.js';
import { FLAT_WEEKEND, PEER_RHYTHM, visitsOf } from './rhythm.js';

/** Places that are surely of people in the main: few users, of whom none takes much, seen often enough to have hours. */
const SMALL = { users: 12, perUser: 60, visits: 4 };
/** Small places that it takes to tell how people of a log live. */
const FEWEST = 10;
/** Mean share of the night below which a clock is that of people; a third of the day is night. */
const DAYLIGHT = 0.22;
/** How much better UTC must do than the clock of the longitude, which is right wherever coordinates are. */
const BETTER = 0.08;
/** Mean share of weekends from which on a log has no weeks; two days of seven are 0.286. */
const NO_WEEKS = 0.262;
/** Mean share of weekends below which the third that keeps them most does so by no accident. */
const SOME_WEEKS = 0.24;
/** Entropy of the hours, nats, that some place of a log with hours exceeds. */
const SOME_HOURS = 0.7;

/** Shares of protocols that go by these names. */
const PROTOCOLS: readonly string[] = ['http_ratio', 'ftp_ratio', 'aspera_ratio', 'globus_ratio'];

/**
 * Measures as the people of this log live: `night_activity_ratio_local` is that of the clock, local or UTC, by which its
 * small places sleep, and absent where they sleep by neither; weekends are absent where small places know none; hours are
 * absent in a log of days, protocols in one that calls all of them otherwise. So criteria judge nobody by a clock or a calendar that this log does not follow.
 */
export function byLogClock(measures: Measures, peers?: PeerShares, clock = clockOf(measures, peers)): Measures {
  const { night, weeks, hours } = clock;
  const life = peers && peerLife(measures, peers, clock);
  const knowsProtocols = PROTOCOLS.some((name) => measures(name)?.some((share) => share > 0));
  return (name) => {
    if (PROTOCOLS.includes(name)) return knowsProtocols ? measures(name) : undefined;
    if (name === PEER_RHYTHM) return life?.rhythm;
    if (name === PEER_UNREST) return life?.unrest;
    if (name === 'night_activity_ratio_local') return night && measures(night);
    if (name === 'weekend_ratio_local' || name === 'weekend_ratio') return weeks ? measures(name) : undefined;
    if (name === 'hourly_entropy') return hours ? measures(name) : undefined;
    return measures(name);
  };
}

/** By what the small places of a log can be seen to live. */
export interface LogClock {
  /** The measure that tells their nights. */
  readonly night: 'night_activity_ratio_local' | 'night_activity_ratio' | undefined;
  readonly weeks: boolean;
  readonly hours: boolean;
}

/** Measured on small places; the local clock and weeks, as far as they are measurable, where there are too few. */
export function clockOf(measures: Measures, peers: PeerShares = new Map()): LogClock {
  const hours = !measures('hourly_entropy')?.every((value) => !(value > SOME_HOURS));
  const local = measures('night_activity_ratio_local') && ('night_activity_ratio_local' as const);
  const small = smallPlaces(measures);
  if (small.length < FEWEST) return { night: hours ? local : undefined, weeks: true, hours };
  const mean = (name: string) => meanOf(measures(name), leastOf(small, peers.get(name)));
  const [here, utc] = [mean('night_activity_ratio_local'), mean('night_activity_ratio')];
  const weekend = weekendMeasure(measures);
  const weeks = !(meanOf(measures(weekend), small) >= NO_WEEKS) || mean(weekend) < SOME_WEEKS;
  if (!hours) return { night: undefined, weeks, hours };
  if (utc < DAYLIGHT && !(here <= utc + BETTER)) return { night: 'night_activity_ratio', weeks, hours };
  return { night: local && here < DAYLIGHT + BETTER ? local : undefined, weeks, hours };
}

/** Weekends by the clock of the longitude, or by UTC where no place has one. */
export const weekendMeasure = (measures: Measures): 'weekend_ratio_local' | 'weekend_ratio' =>
  measures('weekend_ratio_local')?.some((share) => share >= 0) ? 'weekend_ratio_local' : 'weekend_ratio';

/** Rhythm of the week that small places keep in the mean, 1 = nobody comes at weekends; NaN where too few show one. */
export function weekOfPeople(measures: Measures): number {
  const small = smallPlaces(measures);
  return small.length < FEWEST ? Number.NaN : 1 - meanOf(measures(weekendMeasure(measures)), small) / FLAT_WEEKEND;
}

/** Downloads a visit of people who take several things at a time. */
export const SEVERAL = 1.4;

/**
 * Downloads that somebody of the small places takes at a visit, in the median; where a third of them take several at a time, in the median
 * of these, since machines that take one by one may be most of them. NaN where too few show it.
 */
export function visitOfPeople(measures: Measures): number {
  const [total, visits] = [measures('total_downloads'), measures('user_visit_count')];
  if (!total || !visits) return Number.NaN;
  const sizes = Float64Array.from(smallPlaces(measures), (row) => total[row]! / visits[row]!);
  const known = sizes.filter(Number.isFinite).sort();
  if (known.length < FEWEST) return Number.NaN;
  const median = known[Math.floor(known.length / 2)]!;
  const several = known.filter((size) => size >= SEVERAL);
  return median >= SEVERAL || several.length < known.length / 3 ? median : several[Math.floor(several.length / 2)]!;
}

function smallPlaces(measures: Measures): number[] {
  const [users, perUser] = [measures('unique_users'), measures('downloads_per_user')];
  if (!users || !perUser) return [];
  const read = rowReader(measures);
  return [...users.keys()].filter(
    (row) => users[row]! <= SMALL.users && perUser[row]! <= SMALL.perUser && visitsOf(read(row)) >= SMALL.visits,
  );
}

/** The third of the places whose peers have the least share: people, even where most places are machines. */
function leastOf(rows: readonly number[], expected: Float64Array | undefined): readonly number[] {
  const third = Math.floor(rows.length / 3);
  if (!expected || third < FEWEST) return rows;
  const limit = Float64Array.from(rows, (row) => expected[row]!).sort()[third]!;
  return rows.filter((row) => expected[row]! <= limit);
}

/** NaN where the measure is absent or nowhere measurable. */
function meanOf(column: Float64Array | undefined, rows: readonly number[]): number {
  const known = column ? rows.map((row) => column[row]!).filter((value) => !Number.isNaN(value)) : [];
  return known.reduce((a, b) => a + b, 0) / known.length;
}
