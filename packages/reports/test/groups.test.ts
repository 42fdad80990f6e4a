import { createRandom } from '@deeplogbot/core';
import {
  type GroupInput,
  groupLocations,
  groupsOf,
  haversineKm,
  htmlPage,
  locationGroups,
  parseCoordinates,
} from '@deeplogbot/reports';
import { describe, expect, it } from 'vitest';
import { memoryDir, runOf } from './support/run.js';

const at = (latitude: number, longitude: number) => ({ latitude, longitude });

describe('distance', () => {
  it('is that of the worked example', () => {
    expect(haversineKm(at(52.0797, 0.1876), at(52.2053, 0.1218))).toBeCloseTo(14.67, 3);
    expect(haversineKm(at(52.0797, 0.1876), at(52.1326, 0.1834))).toBeCloseTo(5.889, 3);
  });

  it('is half the circumference between opposite points, however they are rounded', () => {
    for (const [latitude, longitude] of [
      [0, 0],
      [12.345678, 98.7654321],
      [-89.99, 12.3],
    ] as const) {
      expect(haversineKm(at(latitude, longitude), at(-latitude, longitude - 180))).toBeCloseTo(Math.PI * 6371, 3);
    }
  });
});

describe('coordinates', () => {
  it.each(['52.1, 0.2', '-90,180', '+1,-2'])('reads %s', (text) => expect(parseCoordinates(text)).not.toBeNull());
  it.each(['91,0', '0,181', '1,2,3', '1;2', 'x,1', '', '1e5,0', '1,'])('does not read %s', (text) =>
    expect(parseCoordinates(text)).toBeNull(),
  );
});

const input = (rows: readonly (readonly [string, number, string?])[], more: Partial<GroupInput> = {}): GroupInput => ({
  keys: rows.map(([key]) => key),
  downloads: rows.map(([, downloads]) => downloads),
  country: rows.map(([, , country]) => country ?? 'United Kingdom'),
  city: rows.map(() => null),
  ...more,
});

describe('groups', () => {
  it('have the member with most downloads as the canonical one, whatever the order', () => {
    const rows = [
      ['52.0797,0.1876', 5],
      ['52.1326,0.1834', 90],
      ['52.2053,0.1218', 7],
    ] as const;
    // 5.9 km and 9.1 km from the second
    for (const list of [rows, [...rows].reverse()]) {
      const [group, ...rest] = groupLocations(input(list));
      expect(rest).toEqual([]);
      expect(list[group!.canonical]![0]).toBe('52.1326,0.1834');
      expect(group).toMatchObject({ downloads: 102, name: '52.1326,0.1834' });
    }
  });

  it('break ties by users, then by key', () => {
    const rows = [
      ['1.00,1', 3],
      ['1.01,1', 3],
      ['0.99,1', 3],
    ] as const;
    expect(groupLocations(input(rows, { users: [1, 2, Number.NaN] }))[0]!.canonical).toBe(1);
    expect(groupLocations(input(rows))[0]!.canonical).toBe(2);
  });

  it('stay within a country and a kind', () => {
    const rows = [
      ['1.00,1', 3, 'A'],
      ['1.00,1.001', 2, 'B'],
      ['1.001,1', 1, 'A'],
    ] as const;
    expect(groupLocations(input(rows)).map(({ members }) => members)).toEqual([[0, 2], [1]]);
    expect(groupLocations(input(rows, { kind: ['bot', 'bot', 'hub'] }))).toHaveLength(3);
  });

  it('leave everything by itself at radius 0 and without coordinates', () => {
    const rows = [
      ['1.00,1', 3],
      ['1.00001,1', 2],
      ['host', 1],
      ['host 2', 1],
    ] as const;
    expect(groupLocations(input(rows), { groupRadiusKm: 0 })).toHaveLength(4);
    expect(groupLocations(input(rows)).map(({ centroid }) => centroid === null)).toEqual([false, true, true]);
  });

  it('refuse a radius that is none', () => {
    expect(() => groupLocations(input([]), { groupRadiusKm: Number.NaN })).toThrow(
      /groupRadiusKm must be a number in \[0, 1000\]/,
    );
  });

  it('reach over 180° and over a pole', () => {
    expect(
      groupLocations(
        input([
          ['10,179.99', 2],
          ['10,-179.99', 1],
        ]),
      ),
    ).toHaveLength(1);
    expect(
      groupLocations(
        input([
          ['89.99,0', 2],
          ['89.99,180', 1],
        ]),
      ),
    ).toHaveLength(1);
    const [group] = groupLocations(
      input([
        ['10,179.99', 1],
        ['10,-179.99', 1],
      ]),
    );
    expect(Math.abs(group!.centroid!.longitude)).toBeCloseTo(180, 6);
  });

  it('have a middle that leans to the downloads', () => {
    const [group] = groupLocations(
      input([
        ['0,0', 3],
        ['0,0.04', 1],
      ]),
    );
    expect(group!.centroid!.longitude).toBeCloseTo(0.01, 6);
  });

  it.each([1, 10, 400])('are those of comparing all with all, radius %d km', (groupRadiusKm) => {
    const random = createRandom(groupRadiusKm);
    const spot = () => `${(random.next() * 180 - 90).toFixed(2)},${(random.next() * 360 - 180).toFixed(2)}`;
    const close = () => `${(88.5 + random.next() * 1.5).toFixed(3)},${(random.next() * 360 - 180).toFixed(3)}`;
    const rows = Array.from({ length: 700 }, (_, i) => [i % 2 ? spot() : close(), random.int(1e6)] as const);
    const data = input(rows);
    const found = groupLocations(data, { groupRadiusKm });
    expect(found.map(({ members }) => members)).toEqual(byComparingAll(data, groupRadiusKm));
    expect(found.some(({ members }) => members.length > 1)).toBe(true);
  });
});

function byComparingAll({ keys, downloads }: GroupInput, radius: number): number[][] {
  const free = new Set(
    [...keys.keys()].sort((a, b) => downloads[b]! - downloads[a]! || (keys[a]! < keys[b]! ? -1 : 1)),
  );
  const groups: number[][] = [];
  for (const row of [...free]) {
    if (!free.has(row)) continue;
    const here = parseCoordinates(keys[row]!)!;
    const members = [...free].filter((other) => haversineKm(here, parseCoordinates(keys[other]!)!) <= radius);
    for (const member of members) free.delete(member);
    groups.push(members.sort((a, b) => a - b));
  }
  return groups;
}

it('are written for every class', async () => {
  const dir = memoryDir();
  const run = runOf([
    { key: '1.00,1', label: 'bot', downloads: 5, city: '=Rome' },
    { key: '1.001,1', label: 'bot', downloads: 9, city: 'Milan' },
    { key: '1.001,1.001', label: 'organic', downloads: 9, city: '=Rome' },
  ]);
  await locationGroups.write(run, dir);
  expect(dir.files.get('location_groups.csv')!.split('\r\n').slice(1, 4)).toEqual([
    `1,Milan,"1.001,1",bot,Germany,"1.00,1",5,2,14,1.00064,1`,
    `1,Milan,"1.001,1",bot,Germany,"1.001,1",9,2,14,1.00064,1`,
    `2,'=Rome,"1.001,1.001",organic,Germany,"1.001,1.001",9,1,9,1.001,1.001`,
  ]);
  expect(await locationGroups.write({ ...run, groupRadiusKm: 0 }, dir)).toEqual([]);
});

it('are as wide as the run says', async () => {
  // 0.111 km apart
  const run = runOf([
    { key: '1.000,1', label: 'hub', downloads: 5 },
    { key: '1.001,1', label: 'hub', downloads: 9 },
  ]);
  const sizes = (groupRadiusKm: number) =>
    groupsOf({ ...run, groupRadiusKm, verdicts: { ...run.verdicts } }).map(({ members }) => members.length);
  expect([sizes(0), sizes(0.1), sizes(0.12)]).toEqual([[1, 1], [1, 1], [2]]);
  const page = (groupRadiusKm: number) => htmlPage({ ...run, groupRadiusKm, verdicts: { ...run.verdicts } });
  expect(await page(0.12)).toContain('2 locations are 1 place');
  expect(await page(0.1)).toContain('No two locations');
  expect(await page(0)).not.toContain('id="groups"');
});
