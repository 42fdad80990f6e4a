import { createRandom } from '@deeplogbot/core';
import { describe, expect, it } from 'vitest';
import { hoursEvenness, keepsEvenHours, keepsHours } from '../../src/deep/hours.js';
import { humanRhythm, isFleeting } from '../../src/deep/rhythm.js';
import { row } from './rows.js';

/** Entropy, nats, of visits at hours drawn by a law. */
function entropyOf(visits: number, hour: () => number): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < visits; i++) {
    const at = hour();
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  return [...counts.values()].reduce((sum, n) => sum - (n / visits) * Math.log(n / visits), 0);
}

describe('how even hours are', () => {
  it('is 1 in the mean where every hour is as likely, for any number of visits', () => {
    const random = createRandom(1);
    for (const visits of [3, 8, 20, 60, 240, 2000]) {
      let sum = 0;
      const worst = visits < 20 ? 0.1 : 0.05;
      for (let i = 0; i < 300; i++)
        sum += hoursEvenness(row({ num_sessions: visits, hourly_entropy: entropyOf(visits, () => random.int(24)) }));
      expect(sum / 300).toBeGreaterThan(1 - worst);
      expect(sum / 300).toBeLessThanOrEqual(1);
    }
  });

  it('is the entropy against ln 2 · 23/24 for two hours of two visits, and unknown below three', () => {
    expect(hoursEvenness(row({ num_sessions: 2, hourly_entropy: Math.LN2 }))).toBeNaN();
    // Three visits: all alike 1/576, two alike 3 · 23/576 with entropy 0.6365, none alike 23 · 22/576 with ln 3.
    const even = (69 * 0.6365141682948128 + 506 * Math.log(3)) / 576;
    expect(hoursEvenness(row({ num_sessions: 3, hourly_entropy: 0.5 }))).toBeCloseTo(0.5 / even, 12);
    expect(hoursEvenness(row({}))).toBeNaN();
  });

  it('tells evenings of people from all hours of machines, though neither keeps nights or weekends', () => {
    const random = createRandom(2);
    const evenings = { num_sessions: 60, hourly_entropy: entropyOf(60, () => 17 + random.int(7)) };
    const machine = { num_sessions: 60, hourly_entropy: entropyOf(60, () => random.int(24)) };
    expect(keepsHours(row({ ...evenings, night_activity_ratio_local: 0.28 }))).toBe(true);
    expect(keepsHours(row({ ...evenings, night_activity_ratio_local: 0.9 }))).toBe(false);
    expect(keepsHours(row(evenings))).toBe(false); // hours of which nobody knows whether they are night
    expect(keepsEvenHours(row(evenings))).toBe(false);
    expect(keepsEvenHours(row(machine))).toBe(true);
    expect(keepsHours(row({ ...machine, night_activity_ratio_local: 0.3 }))).toBe(false);
  });
});

describe('a place that an event brought', () => {
  const conference = { num_sessions: 36, active_days: 9, active_weeks: 4, lifespan_days: 250 };
  const days = { night_activity_ratio_local: 0, weekend_ratio_local: 0.5, hourly_entropy: 2.4 };
  it('is told by its hours rather than by the days it fell on', () => {
    expect(isFleeting(row(conference))).toBe(true);
    expect(isFleeting(row({ ...conference, lifespan_days: 40 }))).toBe(false);
    // Nights 1 of 36 visits, the week −0.75 of 9 days: (36 − 6.75) / 45, believed with 22.5 / 32.5.
    expect(humanRhythm(row({ ...conference, ...days }))).toBeCloseTo((29.25 / 45) * (22.5 / 32.5), 12);
    // The same visits over the whole year: (1 − 0.75) / 2, believed with 36 / 46.
    expect(humanRhythm(row({ ...conference, ...days, active_weeks: 30 }))).toBeCloseTo(0.125 * (36 / 46), 12);
  });
});
