import { describe, expect, it } from 'vitest';
import { byLogClock, clockOf, visitOfPeople } from '../../src/deep/log-clock.js';
import type { Measures } from '../../src/deep/measures.js';
import { measures } from './rows.js';

const PLACES = 20;
/** A log of twenty small places that are alike, and one crowd that must not count. */
const log = (values: Readonly<Record<string, number>>): Measures => {
  const all = { unique_users: 3, downloads_per_user: 8, num_sessions: 12, hourly_entropy: 2.2, ...values };
  const crowd: Readonly<Record<string, number>> = { unique_users: 900, hourly_entropy: 3.17 };
  const columns = Object.entries(all).map(
    ([name, value]) => [name, Float64Array.from([...new Array(PLACES).fill(value), crowd[name] ?? 1])] as const,
  );
  const known = new Map(columns);
  return (name) => known.get(name);
};

describe('clockOf', () => {
  it.each([
    ['the clock of the longitude, by which its places sleep', { local: 0.05, utc: 0.3, weekend: 0.1 }, 'local', true],
    ['UTC, where places all over the world sleep by it', { local: 0.31, utc: 0.02, weekend: 0.1 }, 'utc', true],
    ['the longitude where both will do', { local: 0.08, utc: 0.05, weekend: 0.1 }, 'local', true],
    ['no clock where nobody sleeps', { local: 0.33, utc: 0.32, weekend: 0.1 }, undefined, true],
    ['no weeks where every day is alike', { local: 0.05, utc: 0.3, weekend: 0.285 }, 'local', false],
  ])('takes %s', (_, { local, utc, weekend }, clock, weeks) => {
    const name = { local: 'night_activity_ratio_local', utc: 'night_activity_ratio' }[clock ?? ''];
    const measures = log({
      night_activity_ratio_local: local,
      night_activity_ratio: utc,
      weekend_ratio: weekend,
    });
    expect(clockOf(measures)).toEqual({ night: name, weeks, hours: true });
    const seen = byLogClock(measures);
    expect(seen('night_activity_ratio_local')).toBe(name && measures(name));
    expect(seen('weekend_ratio')).toBe(weeks ? measures('weekend_ratio') : undefined);
    expect(seen('unique_users')).toBe(measures('unique_users'));
  });

  it('uses UTC without coordinates, and nothing of the hours in a log of days', () => {
    expect(clockOf(log({ night_activity_ratio: 0.02, weekend_ratio: 0.1 })).night).toBe('night_activity_ratio');
    expect(clockOf(log({ night_activity_ratio: 0.32, weekend_ratio: 0.1 })).night).toBeUndefined();
    const days: Measures = (name) =>
      name === 'hourly_entropy' ? new Float64Array(PLACES + 1) : log({ night_activity_ratio_local: 0 })(name);
    expect(clockOf(days)).toEqual({ night: undefined, weeks: true, hours: false });
    expect(byLogClock(days)('hourly_entropy')).toBeUndefined();
  });

  it('believes coordinates and weeks where small places are too few to tell', () => {
    const few = log({ unique_users: 50, night_activity_ratio_local: 0.33, weekend_ratio: 0.285 });
    expect(clockOf(few)).toEqual({ night: 'night_activity_ratio_local', weeks: true, hours: true });
  });
});

describe('protocols', () => {
  it('are not known where the log calls all of them otherwise', () => {
    const seen = (http: number[], ftp: number[]) => byLogClock(measures({ http_ratio: http, ftp_ratio: ftp }));
    expect([seen([0, 0], [0, 0])('http_ratio'), seen([0, 0], [0, 0])('ftp_ratio')]).toEqual([undefined, undefined]);
    expect(seen([0, 0], [0, 0.5])('http_ratio')).toEqual(Float64Array.of(0, 0)); // an archive of one protocol
  });
});

describe('visitOfPeople', () => {
  /** Twenty small places, so many of which take three things at a visit and the others one. */
  const mixed = (several: number): Measures => {
    const columns = new Map([
      ['unique_users', new Float64Array(PLACES).fill(3)],
      ['downloads_per_user', new Float64Array(PLACES).fill(8)],
      ['num_sessions', new Float64Array(PLACES).fill(8)],
      ['user_visit_count', new Float64Array(PLACES).fill(8)],
      ['total_downloads', Float64Array.from({ length: PLACES }, (_, row) => (row < several ? 24 : 8))],
    ]);
    return (name) => columns.get(name);
  };
  it('is that of those who take several things at a time, where they are a third', () => {
    expect(visitOfPeople(mixed(20))).toBe(3);
    expect(visitOfPeople(mixed(7))).toBe(3);
    expect(visitOfPeople(mixed(6))).toBe(1);
    expect(visitOfPeople(log({ total_downloads: 8, user_visit_count: 8 }))).toBe(1);
    expect(visitOfPeople(log({ unique_users: 50, total_downloads: 8, user_visit_count: 8 }))).toBeNaN();
  });
});
