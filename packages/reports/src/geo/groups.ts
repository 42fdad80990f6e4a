import { ConfigError } from '@deeplogbot/core';
import { type Coordinates, parseCoordinates } from './coordinates.js';

/** Mean radius of the Earth, kilometres. */
const EARTH_KM = 6371;
const RADIANS = Math.PI / 180;

/**
 * Length of the great circle between two points in kilometres: 2R·asin √a with a = sin²(Δφ/2) + cos φ₁ cos φ₂ sin²(Δλ/2). Rounding can push a
 * above 1 for points on opposite sides, so it is held at 1.
 */
export function haversineKm(a: Coordinates, b: Coordinates): number {
  const half = (degrees: number) => Math.sin((degrees * RADIANS) / 2) ** 2;
  const h =
    half(b.latitude - a.latitude) +
    Math.cos(a.latitude * RADIANS) * Math.cos(b.latitude * RADIANS) * half(b.longitude - a.longitude);
  return 2 * EARTH_KM * Math.asin(Math.sqrt(Math.min(1, h)));
}

/** Locations to group, row by row. */
export interface GroupInput {
  /** `latitude,longitude`; any other text is a group of its own. */
  readonly keys: readonly string[];
  /** Only locations of one country (and NULL with NULL) come together. */
  readonly country: readonly (string | null)[];
  readonly city: readonly (string | null)[];
  readonly downloads: ArrayLike<number>;
  /** Decides between members with equal downloads. */
  readonly users?: ArrayLike<number> | undefined;
  /** What must be equal within a group besides the country, for example the label. */
  readonly kind?: readonly string[];
}

export interface GroupOptions {
  /** Farthest that a member may lie from the canonical one; 0 = every location by itself. @defaultValue 10 */
  readonly groupRadiusKm?: number;
  /** What a group is called. @defaultValue the city of its canonical member, else of the largest member that has one, else the key */
  readonly nameOf?: (group: Omit<LocationGroup, 'name'>, input: GroupInput) => string;
}

export interface LocationGroup {
  /** Row of the member with most downloads; ties: most users, then the smaller key. */
  readonly canonical: number;
  /** Rows, ascending. */
  readonly members: readonly number[];
  readonly downloads: number;
  /** Middle of the members on the sphere, weighted by their downloads; null without coordinates. */
  readonly centroid: Coordinates | null;
  readonly name: string;
}

/**
 * Puts locations of one country, and of one kind, that lie near one another together. The location with most downloads opens a group and takes
 * every free one within the radius, then the next largest that is still free does, and so on: no member is farther than the radius from the
 * canonical one, and the order of the rows does not matter. A grid of cells no smaller than the radius keeps it near O(n).
 */
export function groupLocations(input: GroupInput, options: GroupOptions = {}): readonly LocationGroup[] {
  const { groupRadiusKm = 10, nameOf = cityName } = options;
  if (!(groupRadiusKm >= 0 && groupRadiusKm <= 1000)) {
    throw new ConfigError('INVALID_OPTION', `groupRadiusKm must be a number in [0, 1000]. Got ${groupRadiusKm}.`, {
      hint: 'Give a radius in kilometres, or 0 to keep every location by itself.',
    });
  }
  const places = input.keys.map(parseCoordinates);
  const order = [...input.keys.keys()].sort((a, b) => bySize(input, a, b));
  const grid = groupRadiusKm > 0 ? gridOf(input, places, groupRadiusKm) : null;
  const taken = new Uint8Array(places.length);
  const groups: LocationGroup[] = [];
  for (const canonical of order) {
    if (taken[canonical] === 1) continue;
    const near = grid && places[canonical] ? grid.near(canonical, taken) : [canonical];
    for (const row of near) taken[row] = 1;
    const members = near.sort((a, b) => a - b);
    const group = {
      canonical,
      members,
      downloads: members.reduce((sum, row) => sum + input.downloads[row]!, 0),
      centroid: centroidOf(members, places, input.downloads),
    };
    groups.push({ ...group, name: nameOf(group, input) });
  }
  return groups;
}

function cityName({ canonical, members }: Omit<LocationGroup, 'name'>, input: GroupInput): string {
  const { city, keys } = input;
  const named = members.filter((row) => city[row]).sort((a, b) => bySize(input, a, b));
  return city[canonical] || (city[named[0] ?? -1] ?? keys[canonical]!);
}

function bySize({ downloads, users, keys }: GroupInput, a: number, b: number): number {
  return (
    (downloads[b] || 0) - (downloads[a] || 0) || (users?.[b] || 0) - (users?.[a] || 0) || (keys[a]! < keys[b]! ? -1 : 1)
  );
}

/** Rows by cell, country and kind. Cells are bands of latitude, cut into pieces of longitude that are wide enough at the far end of the band. */
function gridOf(input: GroupInput, places: readonly (Coordinates | null)[], radiusKm: number) {
  const step = radiusKm / (EARTH_KM * RADIANS);
  const band = (latitude: number) => Math.floor((latitude + 90) / step);
  const piecesOf = (b: number) => {
    const farthest = Math.max(Math.abs(b * step - 90), Math.abs((b + 1) * step - 90));
    // at a pole one piece holds the whole circle
    const wide = farthest + step >= 90 ? 360 : step / Math.cos((farthest + step) * RADIANS);
    return Math.max(1, Math.floor(360 / wide));
  };
  const piece = (longitude: number, pieces: number) => Math.floor(((longitude + 180) / 360) * pieces) % pieces;
  /** No band has more pieces than the one at the equator, so that a number names a cell. */
  const cellAt = (b: number, p: number) => b * (Math.ceil(360 / step) + 1) + p;
  const groups = groupNumbers(input);
  const cells: Map<number, number[]>[] = [];
  places.forEach((place, row) => {
    if (place === null) return;
    const b = band(place.latitude);
    const id = cellAt(b, piece(place.longitude, piecesOf(b)));
    cells[groups[row]!] ??= new Map();
    const own = cells[groups[row]!]!;
    const cell = own.get(id);
    if (cell) cell.push(row);
    else own.set(id, [row]);
  });
  /** Free rows within the radius of a row, itself included. */
  const near = (row: number, taken: Uint8Array): number[] => {
    const here = places[row]!;
    const own = cells[groups[row]!]!;
    const found: number[] = [];
    for (let b = band(here.latitude) - 1; b <= band(here.latitude) + 1; b++) {
      const pieces = piecesOf(b);
      const first = piece(here.longitude, pieces) - 1;
      for (let p = first; p < first + Math.min(3, pieces); p++) {
        for (const other of own.get(cellAt(b, (p + pieces) % pieces)) ?? []) {
          if (taken[other] === 0 && haversineKm(here, places[other]!) <= radiusKm) found.push(other);
        }
      }
    }
    return found;
  };
  return { near };
}

/** A number for each pair of country and kind that occurs: the cells are looked up nine times a location, by short names. */
function groupNumbers({ keys, country, kind }: GroupInput): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(keys, (_, row) => {
    const pair = JSON.stringify([country[row] ?? null, kind?.[row] ?? null]);
    const known = numbers.get(pair);
    if (known !== undefined) return known;
    numbers.set(pair, numbers.size);
    return numbers.size - 1;
  });
}

/** Mean of the unit vectors, weighted; a group without downloads counts each member once. */
function centroidOf(
  members: readonly number[],
  places: readonly (Coordinates | null)[],
  downloads: ArrayLike<number>,
): Coordinates | null {
  if (members.length === 1) return places[members[0]!]!;
  const total = members.reduce((sum, row) => sum + downloads[row]!, 0);
  let [x, y, z] = [0, 0, 0];
  for (const row of members) {
    const place = places[row];
    if (!place) return null;
    const weight = total > 0 ? downloads[row]! / total : 1 / members.length;
    const [phi, lambda] = [place.latitude * RADIANS, place.longitude * RADIANS];
    x += weight * Math.cos(phi) * Math.cos(lambda);
    y += weight * Math.cos(phi) * Math.sin(lambda);
    z += weight * Math.sin(phi);
  }
  return { latitude: Math.atan2(z, Math.hypot(x, y)) / RADIANS, longitude: Math.atan2(y, x) / RADIANS };
}
