import { type LogClock, weekendMeasure } from './log-clock.js';
import { type Measures, rowReader } from './measures.js';
import type { PeerShares } from './peers.js';
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

/** A share, what it is where every hour or day is alike, and what peers have. */
interface Known {
  readonly name: string;
  readonly flat: number;
  readonly expected: Float64Array;
}

/** Undefined where the log follows neither a clock nor weeks, or has too few places for peers. */
export function peerLife(measures: Measures, peers: PeerShares, { night, weeks }: LogClock): PeerLife | undefined {
  const asked = [
    { name: night, flat: FLAT_NIGHT },
    { name: weeks ? weekendMeasure(measures) : undefined, flat: FLAT_WEEKEND },
  ];
  const known = asked.flatMap(({ name, flat }): Known[] => {
    const expected = name && peers.get(name);
    return expected ? [{ name, flat, expected }] : [];
  });
  const [one, other = one] = known.map(({ expected, flat }) => expected.map((p) => Math.max(-1, 1 - p / flat)));
  if (!one || !other) return undefined;
  const alone = known.length === 1 ? 2 : 1;
  const unrest = one.map((part, row) => alone * Math.max(Math.abs(part), Math.abs(other[row]!)));
  return {
    rhythm: one.map((part, row) => (part + other[row]!) / 2),
    unrest: areEven(measures, known, unrest) ? unrest : unrest.fill(Number.NaN),
  };
}

/** Places with few visits that must be there to see whether they are even. */
const FEWEST = 8;
/** Distance from an even share, in units of it, that is none. */
const NEAR = 0.3;

/** Whether the places of few visits whose peers are even are so themselves, taken together: there are machines among them. */
function areEven(measures: Measures, known: readonly Known[], unrest: Float64Array): boolean {
  const read = rowReader(measures);
  const visits = unrest.map((_, row) => visitsOf(read(row)));
  const rows = [...unrest.keys()].filter((row) => unrest[row]! < FLAT_PEERS && visits[row]! < MANY_VISITS);
  if (rows.length < FEWEST) return false;
  const sum = (values: (row: number) => number) => rows.reduce((total, row) => total + values(row), 0);
  return known.every(({ name, flat }) => {
    const share = measures(name)!;
    const within = sum((row) => visits[row]! * (share[row]! || 0)) / sum((row) => visits[row]!);
    return Math.abs(1 - within / flat) < NEAR;
  });
}
