import { ConfigError, createRandom, type Random } from '@deeplogbot/core';
import { CYCLE, KIND_SPECS, type Kind } from './kinds.js';
import { PLACES } from './places.js';
import { MARGINALS, quantile } from './quantiles.js';

export interface GenerateOptions {
  readonly rows: number;
  readonly locations: number;
  readonly seed: number;
}

/** One location and everything that its rows are drawn from. */
export interface Location {
  readonly kind: Kind;
  readonly geo: string;
  readonly country: string;
  readonly region: string;
  readonly city: string;
  /** Hours of the local clock ahead of UTC: longitude / 15, rounded. */
  readonly utcOffset: number;
  rows: number;
  readonly users: number;
  readonly projects: number;
  readonly years: number;
  readonly latestShare: number;
  /** User of a later visit = floor(users · u^skew); 1 = all alike. */
  readonly skew: number;
}

export const FIRST_YEAR = 2021;
export const LAST_YEAR = 2025;

/** No location takes more than this share of a log, so that one draw cannot swallow it. */
const LARGEST_SHARE = 0.005;
const SMALLEST_CAP = 6000;

/**
 * Draws the locations of a log: first as many with the marginals of the labelled sample as the rows pay for, then small
 * `visitor` locations. The rows of all locations sum to `rows`.
 *
 * @throws ConfigError where there are fewer than three rows for each location.
 */
export function drawLocations({ rows, locations, seed }: GenerateOptions): Location[] {
  checkOptions(rows, locations);
  const random = createRandom(seed);
  const cap = Math.max(SMALLEST_CAP, Math.floor(rows * LARGEST_SHARE));
  const drawn: Location[] = [];
  let used = 0;
  while (drawn.length < locations) {
    const candidate = drawLocation(random, CYCLE[drawn.length % CYCLE.length]!, drawn.length, cap);
    const reserve = Math.min(7, rows / locations) * (locations - drawn.length - 1);
    if (used + candidate.rows + reserve > rows) break;
    used += candidate.rows;
    drawn.push(candidate);
  }
  while (drawn.length < locations) {
    const left = rows - used - (locations - drawn.length - 1);
    const visitor = drawLocation(random, 'visitor', drawn.length, Math.max(1, Math.min(60, left)));
    used += visitor.rows;
    drawn.push(visitor);
  }
  spreadRest(drawn, rows - used);
  return drawn;
}

function checkOptions(rows: number, locations: number): void {
  if (Number.isInteger(rows) && Number.isInteger(locations) && locations >= 20 && rows >= 3 * locations) return;
  throw new ConfigError('INVALID_OPTION', `Cannot spread ${rows} rows over ${locations} locations.`, {
    hint: 'Ask for at least 20 locations and three rows for each.',
  });
}

/** What the draws left over goes to the hubs, by their size. */
function spreadRest(drawn: readonly Location[], rest: number): void {
  const takers = drawn.filter(({ kind }) => KIND_SPECS[kind].label === 'hub');
  const weight = takers.reduce((sum, taker) => sum + taker.rows, 0);
  let left = rest;
  for (const taker of takers) {
    const part = Math.floor((rest * taker.rows) / weight);
    taker.rows += part;
    left -= part;
  }
  const last = takers[0] ?? drawn[0]!;
  last.rows += left;
}

function drawLocation(random: Random, kind: Kind, index: number, cap: number): Location {
  const size = drawSize(random, kind, cap);
  const { users, rows } = size;
  const marginals = MARGINALS[KIND_SPECS[kind].label];
  const projects = Math.max(1, Math.min(rows, Math.round(rows * quantile(marginals.projectShare, random.next()))));
  const gini = quantile(marginals.userGini, random.next());
  return {
    kind,
    rows,
    users,
    projects: kind === 'course' ? Math.min(projects, 12) : projects,
    ...drawYears(random, kind, size.rank),
    skew: KIND_SPECS[kind].cyclesUsers ? 1 : (1 + gini) / (1 - gini),
    ...drawPlace(random, index),
  };
}

/** Users × downloads per user, drawn with their rank correlation; drawn again while above the cap, and cut to it at last. */
function drawSize(random: Random, kind: Kind, limit: number): { users: number; rows: number; rank: number } {
  const { label, usersBand, downloadsBand } = KIND_SPECS[kind];
  const marginals = MARGINALS[label];
  const cap = Math.min(limit, marginals.largest);
  for (let attempt = 0; ; attempt++) {
    const [a, b] = correlated(random, marginals.usersWithDownloadsPerUser);
    const users = Math.max(1, Math.round(quantile(marginals.users, within(usersBand, a))));
    const perUser = Math.max(1, quantile(marginals.downloadsPerUser, within(downloadsBand, b)));
    const rows = Math.max(users, Math.round(users * perUser));
    const rank = (a + b) / 2;
    if (rows <= cap) return { users, rows, rank };
    if (attempt === 50) return { users: Math.max(1, Math.floor(cap / perUser)), rows: cap, rank };
  }
}

const within = ([low, high]: readonly [number, number], p: number): number => low + (high - low) * p;

/** Two uniform draws whose normal scores have this correlation. */
function correlated(random: Random, rho: number): [number, number] {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  const angle = 2 * Math.PI * random.next();
  const [x, z] = [radius * Math.cos(angle), radius * Math.sin(angle)];
  return [normalCdf(x), normalCdf(rho * x + Math.sqrt(1 - rho * rho) * z)];
}

/** Φ by the logistic approximation of Bowling et al. (2009), error below 1.5e-4. */
const normalCdf = (x: number): number => 1 / (1 + Math.exp(-0.07056 * x ** 3 - 1.5976 * x));

/** Years and the share of the latest one, made to fit one another: one year is the latest (share 1) or an earlier one (share 0). */
function drawYears(random: Random, kind: Kind, rank: number): { years: number; latestShare: number } {
  const marginals = MARGINALS[KIND_SPECS[kind].label];
  const follow = random.next() < marginals.yearsWithTotal;
  const years = Math.round(quantile(marginals.years, follow ? rank : random.next()));
  const share = quantile(marginals.latestShare, random.next());
  if (years === 1) return { years: 1, latestShare: share >= 0.3 ? 1 : 0 };
  return { years, latestShare: Math.min(0.97, share) };
}

function drawPlace(random: Random, index: number) {
  const place = PLACES[random.int(PLACES.length)]!;
  const lat = (place.lat + 2 * (random.next() - 0.5)).toFixed(2);
  const lon = Math.max(-179, Math.min(179, place.lon + 2 * (random.next() - 0.5))).toFixed(2);
  // The index goes into the last digits, so that no two locations share their coordinates.
  const geo = `${lat}${String(index % 1000).padStart(3, '0')},${lon}${String(Math.floor(index / 1000)).padStart(4, '0')}`;
  const { country, region } = place;
  const city = index < PLACES.length ? place.city : `${place.city} ${1 + (index % 97)}`;
  return { geo, country, region, city, utcOffset: Math.round(Number(lon) / 15) };
}
