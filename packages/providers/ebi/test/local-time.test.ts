import { afterAll, describe, expect, it } from 'vitest';
import { intervalsOf, zoneOf } from '../src/zones.js';
import { closeEngine, featuresOf } from './log.js';

afterAll(closeEngine);

const us = (iso: string) => Date.parse(iso) * 1000;

describe('zoneOf', () => {
  it.each([
    ['52.2053,0.1218', 'Europe/London'],
    [' 35.68 , 139.69 ', 'Asia/Tokyo'],
    ['-33.87,151.21', 'Australia/Sydney'],
    ['+40.71,-74.01', 'America/New_York'],
  ])('places %s in %s', (key, zone) => {
    expect(zoneOf(key)).toBe(zone);
  });

  it.each([
    '',
    'Cambridge',
    '52.2',
    '52.2,',
    '91,0',
    '0,180.5',
    '1e2,0',
    '52.2,0.1,3',
    '52.2;0.1',
    'NaN,NaN',
    '1,2\n3',
  ])('knows no zone for %j', (key) => {
    expect(zoneOf(key)).toBeUndefined();
  });
});

describe('intervalsOf', () => {
  it('changes in London at 01:00 UTC of the last Sundays of March and October', () => {
    const intervals = intervalsOf('Europe/London', us('2023-01-10T00:00Z'), us('2023-12-10T00:00Z'));
    expect(intervals.map(({ fromUs, minutes }) => [new Date(fromUs / 1000).toISOString(), minutes])).toEqual([
      ['2023-01-10T00:00:00.000Z', 0],
      ['2023-03-26T01:00:00.000Z', 60],
      ['2023-10-29T01:00:00.000Z', 0],
    ]);
  });

  it('is one interval without daylight saving, and covers the last hour', () => {
    expect(intervalsOf('Asia/Kolkata', us('2024-01-01T05:20Z'), us('2024-09-01T07:40Z'))).toEqual([
      { fromUs: us('2024-01-01T05:00Z'), untilUs: us('2024-09-01T08:00Z'), minutes: 330 },
    ]);
  });

  it('joins its pieces without gap or overlap', () => {
    const intervals = intervalsOf('America/New_York', us('2019-06-01T00:00Z'), us('2024-06-01T00:00Z'));
    expect(intervals).toHaveLength(11);
    for (const [i, { fromUs, untilUs }] of intervals.entries()) {
      expect(untilUs).toBeGreaterThan(fromUs);
      if (i > 0) expect(fromUs).toBe(intervals[i - 1]!.untilUs);
    }
  });
});

describe('twins in local time', () => {
  const LOCAL = /_local$/;

  it('sees the working day of Tokyo, which is night in UTC', async () => {
    const hours = [0, 1, 2, 3, 4, 5, 6, 7].map((h) => ({ loc: '35.68,139.69', at: `2024-03-06T0${h}:10:00` }));
    const f = await featuresOf(hours);
    expect(f).toMatchObject({
      working_hours_ratio_local: 1,
      night_activity_ratio_local: 0,
      night_activity_ratio: 6 / 8,
    });
    expect(f.hourly_entropy_local).toBeCloseTo(Math.log(8), 12);
    expect(f.peak_hour_concentration_local).toBe(1 / 8);
  });

  it('moves with daylight saving: 08:30 UTC works in a London summer and not in winter', async () => {
    const at = (day: string) => ({ loc: '51.5,-0.12', at: `${day}T08:30:00` });
    const f = await featuresOf([at('2023-01-15'), at('2023-03-25'), at('2023-03-26'), at('2023-07-03')]);
    expect(f.working_hours_ratio_local).toBe(2 / 4);
    expect(f.working_hours_ratio).toBe(0);
  });

  it('sees the weekend of the place: Friday 20:00 UTC is Saturday in Auckland', async () => {
    const f = await featuresOf([{ loc: '-36.85,174.76', at: '2024-03-08T20:00:00' }]);
    expect(f).toMatchObject({ weekend_ratio: 0, weekend_ratio_local: 1 });
  });

  it('is the UTC value at Greenwich in winter', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({
      loc: '51.48,0',
      at: `2024-01-${String(1 + (i % 28)).padStart(2, '0')}T${String((i * 7) % 24).padStart(2, '0')}:15:00`,
    }));
    const f = await featuresOf(rows);
    const twins = Object.keys(f).filter((name) => LOCAL.test(name));
    expect(twins.length).toBeGreaterThanOrEqual(5);
    for (const name of twins) expect(f[name], name).toBeCloseTo(f[name.replace(LOCAL, '')]!, 12);
  });

  it('measures nothing where the location is not a pair of coordinates', async () => {
    const f = await featuresOf([{ loc: 'nowhere' }]);
    for (const [name, value] of Object.entries(f)) if (LOCAL.test(name)) expect(value, name).toBeNaN();
    expect(f.working_hours_ratio).toBe(1);
  });
});
