import { createRandom } from '@deeplogbot/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { byLogClock } from '../../src/deep/log-clock.js';
import type { Measures } from '../../src/deep/measures.js';
import { PEER_UNREST } from '../../src/deep/peer-life.js';
import { type PeerShares, peerShareSteps } from '../../src/deep/peers.js';
import { PEER_RHYTHM } from '../../src/deep/rhythm.js';
import { atOnce } from '../../src/turns.js';

const ROWS = 400;
const VISITS = 10;
const LOCAL = 'night_activity_ratio_local';
const isMachine = (row: number) => row % 2 === 1;

/** Places of ten visits: every second one takes once per user; how often each kind comes at night and at weekends. */
function log({ night, weekend }: Record<'night' | 'weekend', readonly [people: number, machines: number]>) {
  const random = createRandom(7);
  const column = (of: (row: number) => number) => Float64Array.from({ length: ROWS }, (_, row) => of(row));
  const share = (of: readonly [number, number]) =>
    column((row) => {
      const within = () => Number(random.next() < of[Number(isMachine(row))]!);
      return Array.from({ length: VISITS }, within).reduce((a, b) => a + b, 0) / VISITS;
    });
  return {
    unique_users: column((row) => (isMachine(row) ? 6 : 2) + random.int(5)),
    downloads_per_user: column((row) => (isMachine(row) ? 1 : 3) + random.next()),
    single_download_user_ratio: column((row) => (isMachine(row) ? 0.6 : 0.2) + 0.4 * random.next()),
    num_sessions: column(() => VISITS),
    hourly_entropy: column(() => 2),
    [LOCAL]: share(night),
    weekend_ratio: share(weekend),
  };
}

const measuresOf =
  (columns: Readonly<Record<string, Float64Array>>): Measures =>
  (name) =>
    columns[name];
const sharesOf = (measures: Measures, rows = ROWS): PeerShares =>
  atOnce(peerShareSteps(measures, rows, { randomState: 42 }));
const meanOf = (column: Float64Array, machines: boolean) => {
  const chosen = column.filter((_, row) => isMachine(row) === machines);
  return chosen.reduce((a, b) => a + b, 0) / chosen.length;
};

describe('peers', () => {
  const columns = log({ night: [0.05, 1 / 3], weekend: [0.1, 2 / 7] });
  let shares: PeerShares;
  beforeAll(() => {
    shares = sharesOf(measuresOf(columns));
  });

  it('have the share of their kind, which ten visits of a place do not show', () => {
    const expected = shares.get(LOCAL)!;
    expect(meanOf(expected, false)).toBeCloseTo(0.05, 1);
    expect(meanOf(expected, true)).toBeCloseTo(1 / 3, 1);
    const apart = (values: Float64Array) => [...values].filter((value, row) => value > 0.2 === isMachine(row)).length;
    expect(apart(expected)).toBeGreaterThan(0.98 * ROWS);
    expect(apart(columns[LOCAL]!)).toBeLessThan(0.95 * ROWS);
  });

  it('say nothing of a place that the place said itself', () => {
    const changed = columns[LOCAL]!.slice();
    changed[11] = 1;
    const again = sharesOf(measuresOf({ ...columns, [LOCAL]: changed }));
    expect(again.get(LOCAL)![11]).toBe(shares.get(LOCAL)![11]);
    expect(again.get(LOCAL)).not.toEqual(shares.get(LOCAL));
  });

  it('are machines where they keep neither nights nor weekends', () => {
    const seen = byLogClock(measuresOf(columns), shares);
    const [rhythm, unrest] = [seen(PEER_RHYTHM)!, seen(PEER_UNREST)!];
    expect(meanOf(rhythm, false)).toBeGreaterThan(0.6);
    expect(meanOf(rhythm, true)).toBeLessThan(0.15);
    const called = [...unrest.keys()].filter((row) => unrest[row]! < 0.35);
    expect(called.every(isMachine)).toBe(true);
    expect(called.length).toBeGreaterThan(0.4 * ROWS);
  });

  it.each([
    ['people alone', { night: [0.05, 0.08], weekend: [0.1, 0.15] }],
    ['people who work at night', { night: [0.05, 0.5], weekend: [0.1, 0.12] }],
    ['people who come at weekends', { night: [0.05, 0.1], weekend: [0.05, 0.5] }],
  ] as const)('are no machines in a log of %s', (_, kinds) => {
    const measures = measuresOf(log(kinds));
    const unrest = byLogClock(measures, sharesOf(measures))(PEER_UNREST)!;
    expect(unrest.every((value) => !(value < 0.35))).toBe(true);
  });

  it('are unknown in a small log, and where neither nights nor weekends can be measured', () => {
    const few = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.subarray(0, 60)]));
    expect(sharesOf(measuresOf(few), 60).size).toBe(0);
    const { [LOCAL]: _, weekend_ratio: __, ...blind } = columns;
    expect(sharesOf(measuresOf(blind)).size).toBe(0);
    expect(byLogClock(measuresOf(blind), new Map())(PEER_RHYTHM)).toBeUndefined();
  });

  it('are known by UTC where the local clock is nowhere measurable', () => {
    const nowhere = new Float64Array(ROWS).fill(Number.NaN);
    const measures = measuresOf({ ...columns, [LOCAL]: nowhere, weekend_ratio_local: nowhere });
    const seen = byLogClock(measures, sharesOf(measures));
    expect(meanOf(seen(PEER_RHYTHM)!, true)).toBeLessThan(0.15);
    expect(meanOf(seen(PEER_RHYTHM)!, false)).toBeGreaterThan(0.5);
  });
});
