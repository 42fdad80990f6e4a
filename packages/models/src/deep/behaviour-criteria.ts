import type { ExemplarCriteria, ExemplarWeights } from './exemplar-criteria.js';
import type { RowOf } from './measures.js';
import { humanRhythm, userEvenness, visitsOf } from './rhythm.js';

/** What is usual in a log; criteria are relative to it, so that they hold for repositories of any size. */
export interface LogScale {
  /** Users beyond which a location is crowded. */
  readonly crowd: number;
  /** Downloads per user beyond which somebody collects. */
  readonly bulk: number;
}

const CROWD = [30, 200] as const;
const BULK = [60, 150] as const;

/** Twenty times the median location has a crowd, ten times the median user takes bulk; within 30 to 200 users and 60 to 150 downloads. */
export function logScale(users: Float64Array, downloadsPerUser: Float64Array): LogScale {
  return {
    crowd: Math.min(CROWD[1], Math.max(CROWD[0], 20 * median(users))),
    bulk: Math.min(BULK[1], Math.max(BULK[0], 10 * median(downloadsPerUser))),
  };
}

function median(values: Float64Array): number {
  const sorted = values.filter((value) => Number.isFinite(value)).sort();
  return sorted.length === 0 ? 0 : sorted[Math.floor((sorted.length - 1) / 2)]!;
}

/**
 * Exemplars by what locations do, whatever their size: people keep days and weeks; bots are crowds that all take the
 * same little and keep neither; hubs are few users that take much, again and again.
 */
export function behaviourCriteria(scale: LogScale): ExemplarCriteria {
  return (row) => {
    const hub = hubWeight(row, scale);
    const bot = hub > 0 ? 0 : botWeight(row, scale);
    return { organic: hub > 0 || bot > 0 ? 0 : organicWeight(row, scale), bot, hub } satisfies ExemplarWeights;
  };
}

/** Visits from which on an even clock is the doing of a machine and no accident. */
const MANY_VISITS = 30;
const FLAT = 0.2;
const HUMAN = 0.45;

const keepsNoHours = (row: RowOf) => humanRhythm(row) < FLAT && visitsOf(row) >= MANY_VISITS;
const isVerifiedTransfer = (row: RowOf) => row('aspera_ratio') > 0.3 || row('globus_ratio') > 0.1;

function botWeight(row: RowOf, { crowd, bulk }: LogScale): number {
  const crowded = row('unique_users') >= crowd && row('downloads_per_user') < bulk / 3;
  if (!crowded || !(userEvenness(row) > 0.6)) return 0;
  if (keepsNoHours(row)) return row('fraction_latest_year') > 0.8 ? 0.95 : 0.85;
  return 0;
}

function hubWeight(row: RowOf, { crowd, bulk }: LogScale): number {
  const few = row('unique_users') < 4 * crowd;
  const much = row('downloads_per_user') >= bulk;
  if (!few || !much) return 0;
  if (isVerifiedTransfer(row)) return 0.95;
  return keepsNoHours(row) || row('regularity_score') > 1 ? 0.85 : 0;
}

function organicWeight(row: RowOf, { bulk }: LogScale): number {
  if (row('downloads_per_user') >= 4 * bulk) return 0;
  const rhythm = humanRhythm(row);
  if (rhythm >= HUMAN) return Math.min(1, 0.5 + rhythm / 2);
  return row('unique_users') <= 3 && row('downloads_per_user') <= 20 && !keepsNoHours(row) ? 0.4 : 0;
}
