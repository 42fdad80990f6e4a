import { type LogClock, weekendMeasure } from './log-clock.js';
import { type Measures, rowReader } from './measures.js';
import { evenness, HOURS_EVENNESS, type PeerShares } from './peers.js';
import { FLAT_NIGHT, FLAT_WEEKEND, MANY_VISITS, visitsOf } from './rhythm.js';

/** The measure that tells how far the peers of a place are from machines. */
export const PEER_UNREST = 'peer_unrest';
/** Unrest below which peers are machines. */
export const FLAT_PEERS = 0.35;

/** How the peers of each place live, as a log's own clock and calendar tell it. */
export interface PeerLife {
  /** How far they keep nights and weekends free, −1 … 1, as the rhythm of a place is told. */
  readonly rhythm: Float64Array;
  /**
   * How far they are from keeping neither: the larger distance from an even clock and an even week, and twice the distance
   * where one of them alone is known. NaN everywhere unless those who are nearest prove even in what they do themselves.
   */
  readonly unrest: Float64Array;
}

/** A share, what it is where every hour or day is alike, what it is of each place, and what peers have. */
interface Known {
  readonly flat: number;
  /** Distance from even that is a whole one, in units of `flat`. */
  readonly whole: number;
  readonly own: Float64Array;
  readonly expected: Float64Array;
}

/** Evenness of hours that is as far from even as a night without visits. */
const WHOLE_UNEVENNESS = 0.35;

/** Undefined where the log follows neither a clock nor weeks, or has too few places for peers. */
export function peerLife(
  measures: Measures,
  peers: PeerShares,
  { night, weeks, hours }: LogClock,
): PeerLife | undefined {
  const known: Known[] = [];
  const ask = (name: string, flat: number, own: Float64Array | undefined, whole = 1) => {
    const expected = peers.get(name);
    if (expected && own) known.push({ flat, whole, own, expected });
  };
  if (night) ask(night, FLAT_NIGHT, measures(night));
  if (weeks) ask(weekendMeasure(measures), FLAT_WEEKEND, measures(weekendMeasure(measures)));
  const [one, other = one] = known.map(({ expected, flat }) => expected.map((p) => Math.max(-1, 1 - p / flat)));
  if (!one || !other) return undefined;
  const alone = known.length === 1 && !hours ? 2 : 1;
  if (hours) ask(HOURS_EVENNESS, 1, evenness(measures, one.length), WHOLE_UNEVENNESS);
  const far = ({ flat, whole, expected }: Known, row: number) => Math.abs(1 - expected[row]! / flat) / whole;
  const unrest = one.map((_, row) => alone * Math.max(...known.map((each) => far(each, row))));
  return {
    rhythm: one.map((part, row) => (part + other[row]!) / 2),
    unrest: areEven(measures, known, unrest) ? unrest : unrest.fill(Number.NaN),
  };
}

/** Places with few visits that must be there to see whether they are even. */
const FEWEST = 8;
/** Distance from an even share, in units of it, that is none. */
const NEAR = 0.25;

/** Whether the places of few visits whose peers are even are so themselves, taken together: there are machines among them. */
function areEven(measures: Measures, known: readonly Known[], unrest: Float64Array): boolean {
  const read = rowReader(measures);
  const visits = unrest.map((_, row) => visitsOf(read(row)));
  const rows = [...unrest.keys()].filter((row) => unrest[row]! < FLAT_PEERS && visits[row]! < MANY_VISITS);
  if (rows.length < FEWEST) return false;
  return known.every(({ own, flat, whole }) => {
    const told = rows.filter((row) => !Number.isNaN(own[row]!));
    const sum = (values: (row: number) => number) => told.reduce((total, row) => total + values(row), 0);
    const within = sum((row) => visits[row]! * own[row]!) / sum((row) => visits[row]!);
    return Math.abs(1 - within / flat) < NEAR * whole;
  });
}
