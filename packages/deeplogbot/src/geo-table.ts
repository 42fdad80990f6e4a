import { ConfigError, type Engine, gather, identifier, type Relation, sql, texts } from '@deeplogbot/core';
import { NetworkMap, parseAddress, type Words } from '@deeplogbot/provider-http';

/** Where a network is, as a geo table says it; null where it does not. */
export interface Place {
  readonly country: string | null;
  readonly city: string | null;
  /** `lat,lon` as the table writes them. */
  readonly coordinates: string | null;
}

/** The place of an address by the smallest network that holds it; null for none, and for what is no address. */
export type PlaceFinder = (address: string) => Place | null;

/** Column → names that it may have. */
const NAMES = {
  network: ['network', 'cidr'],
  country: ['country', 'country_name', 'country_iso_code'],
  city: ['city', 'city_name'],
  latitude: ['latitude', 'lat'],
  longitude: ['longitude', 'lon', 'lng'],
} as const;

/**
 * Reads a table of networks (`192.0.2.0/24`) with country, city, latitude and longitude.
 *
 * @throws ConfigError `INVALID_GEO_TABLE` without a column of networks, or with a network that is none, naming its row.
 */
export async function readGeoTable(engine: Engine, relation: Relation): Promise<PlaceFinder> {
  const known = new Map(relation.columns.map(({ name }) => [name.toLowerCase(), name]));
  const column = (role: keyof typeof NAMES) => NAMES[role].flatMap((name) => known.get(name) ?? [])[0];
  if (column('network') === undefined) {
    throw invalid(`has no column "network"; it has ${[...known.values()].join(', ')}`);
  }
  const query = sql`
    SELECT ${(Object.keys(NAMES) as (keyof typeof NAMES)[])
      .map((role) => {
        const name = column(role);
        return sql`${name === undefined ? sql`CAST(NULL AS VARCHAR)` : sql`nullif(trim(CAST(${identifier(name)} AS VARCHAR)), '')`} AS ${identifier(role)}`;
      })
      .reduce((a, b) => sql`${a}, ${b}`)} FROM ${relation.name}`;
  const batch = await gather(engine.batches(query));
  const of = (role: keyof typeof NAMES) => texts(batch, role);
  const [networks, country, city, lat, lon] = [
    of('network'),
    of('country'),
    of('city'),
    of('latitude'),
    of('longitude'),
  ];
  const places = new NetworkMap<Place>();
  networks.forEach((network, row) => {
    const coordinates = lat[row] && lon[row] ? `${lat[row]},${lon[row]}` : null;
    if (places.set(network ?? '', { country: country[row]!, city: city[row]!, coordinates })) return;
    throw invalid(`has the network ${JSON.stringify(network)} in row ${row + 1}`);
  });
  return (address) => {
    const words = wordsOf(address);
    return (words && places.get(words)) ?? null;
  };
}

/** The network that stands for an address without a place: /24 of IPv4, /48 of IPv6, and what is no address as it is. */
export function networkOf(address: string): string {
  const words = wordsOf(address);
  if (!words) return address;
  if (words.length === 1) return `${[24, 16, 8].map((shift) => (words[0]! >>> shift) & 255).join('.')}.0/24`;
  const groups = [words[0]! >>> 16, words[0]! & 0xffff, words[1]! >>> 16].map((group) => group.toString(16));
  return `${groups.join(':')}::/48`;
}

/** An address, or the beginning of the /64 that stands for one of IPv6. */
const wordsOf = (address: string): Words | null => parseAddress(address.split('/', 1)[0]!);

const invalid = (what: string) =>
  new ConfigError('INVALID_GEO_TABLE', `The geo table ${what}.`, {
    hint: 'It needs a column network with ranges such as 192.0.2.0/24, and any of country, city, latitude and longitude.',
  });
