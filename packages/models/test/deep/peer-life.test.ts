import { describe, expect, it } from 'vitest';
import { peerLife } from '../../src/deep/peer-life.js';
import { measures } from './rows.js';

const NIGHT = 'night_activity_ratio_local';
/** A log that knows nights and weeks, by these measures. */
const clock = { night: NIGHT, weeks: true, hours: false } as const;
const each = (rows: number, value: number) => Float64Array.from({ length: rows }, () => value);

/** The life of peers of places of ten visits that come as the peers do. */
function lifeOf(rows: number, night: number, weekend: number, own = { night, weekend }) {
  const table = measures({
    num_sessions: [...each(rows, 10)],
    [NIGHT]: [...each(rows, own.night)],
    weekend_ratio: [...each(rows, own.weekend)],
  });
  const peers = new Map([
    [NIGHT, each(rows, night)],
    ['weekend_ratio', each(rows, weekend)],
  ]);
  return peerLife(table, peers, clock)!;
}

describe('the life of peers', () => {
  it('is of machines where it keeps neither nights nor weekends, and of people where it keeps both', () => {
    const [machines, people] = [lifeOf(8, 1 / 3, 2 / 7), lifeOf(8, 0, 0)];
    expect([machines.rhythm[0], machines.unrest[0]]).toEqual([0, 0]);
    expect(people.rhythm[0]).toBe(1);
  });

  it('says nothing where fewer than eight places could prove it, or these are otherwise', () => {
    expect(lifeOf(7, 1 / 3, 2 / 7).unrest.every(Number.isNaN)).toBe(true);
    expect(lifeOf(8, 1 / 3, 2 / 7, { night: 0.1, weekend: 0.1 }).unrest.every(Number.isNaN)).toBe(true);
  });
});
