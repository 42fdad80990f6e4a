import { LABELS, type UsageRow } from '@deeplogbot/core';
import type { UsageTable } from './usage-tables.js';

/** Countries of each list. */
const LISTED = 10;

/** Fewest locations with which a country's share of bots says something. */
const MIN_LOCATIONS = 10;

/** A country by all its locations, whatever their class. */
export interface CountryFigures {
  readonly country: string;
  readonly locations: number;
  readonly downloads: number;
  readonly bot_locations: number;
  /** Bots among its locations, 0 … 100, two decimals. */
  readonly bot_percent: number;
}

/** How many countries there are, and the ten that come first in each of four orders; equal ones by name. */
export interface Geographic {
  readonly countries: number;
  readonly by_locations: readonly CountryFigures[];
  readonly by_downloads: readonly CountryFigures[];
  readonly by_bot_locations: readonly CountryFigures[];
  /** Of the countries with at least ten locations. */
  readonly by_bot_percent: readonly CountryFigures[];
}

/** Null where the log names no country. */
export function geographic({ rows, notMeasured }: UsageTable): Geographic | null {
  if (notMeasured !== null) return null;
  const all = rows.flatMap((row) => (row.value === null ? [] : [figuresOf(row.value, row)]));
  const first = (of: (country: CountryFigures) => number, among = all) =>
    [...among].sort((a, b) => of(b) - of(a) || (a.country < b.country ? -1 : 1)).slice(0, LISTED);
  return {
    countries: all.length,
    by_locations: first(({ locations }) => locations),
    by_downloads: first(({ downloads }) => downloads),
    by_bot_locations: first(({ bot_locations }) => bot_locations),
    by_bot_percent: first(
      ({ bot_percent }) => bot_percent,
      all.filter(({ locations }) => locations >= MIN_LOCATIONS),
    ),
  };
}

function figuresOf(country: string, row: UsageRow): CountryFigures {
  const sum = (counts: UsageRow['locations']) => LABELS.reduce((total, label) => total + counts[label], 0);
  const [locations, bots] = [sum(row.locations), row.locations.bot];
  const percent = locations === 0 ? 0 : Math.round((10_000 * bots) / locations) / 100;
  return { country, locations, downloads: sum(row.downloads), bot_locations: bots, bot_percent: percent };
}
