import { createRandom, type RunControl } from '@deeplogbot/core';
import { boostingSteps } from '../boosting/gradient-boosting.js';
import type { BoostingOptions } from '../boosting/options.js';
import { calibrated, UNCALIBRATED } from './calibration.js';
import { hoursEvenness } from './hours.js';
import { type Measures, rowReader } from './measures.js';
import { visitsOf } from './rhythm.js';
import { pickSteps } from './row-picks.js';
import { scoreSteps } from './scores-in-turns.js';

/** Shares of visits that the peers of a place have, by the measure of the share. */
export type PeerShares = ReadonlyMap<string, Float64Array>;

/** How even the hours of a place are, beside the measures of a table. */
export const HOURS_EVENNESS = 'hours_evenness';

/** What is asked of peers: nights by either clock, weekends, and how even their hours are. */
const SHARES = [
  'night_activity_ratio_local',
  'night_activity_ratio',
  'weekend_ratio_local',
  'weekend_ratio',
  HOURS_EVENNESS,
] as const;

/** How places take what they take; nothing of hours, days of the week, or where they are. */
const MANNERS = [
  'unique_users',
  'downloads_per_user',
  'total_downloads',
  'single_download_user_ratio',
  'user_gini_coefficient',
  'user_visit_count',
  'user_visit_size_cv',
  'num_sessions',
  'downloads_per_session',
  'downloads_per_session_cv',
  'avg_active_days_per_user',
  'avg_files_per_user',
  'projects_per_user',
  'unique_projects',
  'top_project_concentration',
  'unique_file_ratio',
  'inter_session_regularity',
  'interval_cv',
  'mean_interval',
  'lifespan_days',
  'active_days',
  'fraction_latest_year',
  'http_ratio',
] as const;

const BOOSTING: BoostingOptions = {
  rounds: 30,
  learningRate: 0.15,
  maxLeaves: 6,
  minSamplesLeaf: 30,
  l2: 10,
  columnSample: 0.5,
  maxBins: 32,
};
/** Places that peers are learned from; more add time and nothing else. */
const MOST = 4000;
/** Fewer places have no peers. */
const FEWEST = 80;
/** Visits of one place that count, so that no single one stands for its kind. */
const MOST_VISITS = 30;

/**
 * What a place with few visits cannot show by itself, its peers do: the share of visits at night and at weekends of places
 * that take in the same manner, learned by boosting over manners alone; a place is told by places of the other half of the
 * log. Without a share that is nowhere measurable; empty for a log of fewer than 80 places.
 */
export function* peerShareSteps(
  measures: Measures,
  rows: number,
  control: RunControl & { readonly randomState: number },
): Generator<undefined, PeerShares> {
  const read = rowReader(measures);
  const visits = Float64Array.from({ length: rows }, (_, row) => Math.min(MOST_VISITS, visitsOf(read(row))));
  const columns = MANNERS.flatMap((name) => measures(name) ?? []);
  const found = new Map<string, Float64Array>();
  for (const name of SHARES) {
    if (name === HOURS_EVENNESS && found.size === 0) break;
    const share = name === HOURS_EVENNESS ? evenness(measures, rows) : measures(name);
    const isTwin = name === 'weekend_ratio' && found.has('weekend_ratio_local');
    const expected = share && !isTwin && (yield* expectedShares({ columns, share, visits }, control));
    if (expected) found.set(name, expected);
  }
  return found;
}

/** How even the hours of each row are; absent where hours are. */
export function evenness(measures: Measures, rows: number): Float64Array | undefined {
  if (!measures('hourly_entropy')) return undefined;
  const read = rowReader(measures);
  return Float64Array.from({ length: rows }, (_, row) => hoursEvenness(read(row)));
}

interface Shares {
  readonly columns: readonly Float64Array[];
  readonly share: Float64Array;
  readonly visits: Float64Array;
}

/** The share that peers have, per row; undefined for too few places. */
function* expectedShares(
  { columns, share, visits }: Shares,
  { randomState, signal }: RunControl & { readonly randomState: number },
): Generator<undefined, Float64Array | undefined> {
  const known = [...share.keys()].filter((row) => share[row]! >= 0 && visits[row]! > 0);
  if (known.length < FEWEST) return undefined;
  const drawn = Array.from(createRandom(randomState).sample(known.length, MOST), (i) => known[i]!);
  const halves = [0, 1].map((side) => drawn.filter((_, i) => i % 2 === side));
  const told: Float64Array[] = [];
  for (const half of halves) {
    // Each place stands for its visits within the share, and once more for those without.
    const rows = [...half, ...half];
    const weight = (row: number, i: number) => visits[row]! * (i < half.length ? share[row]! : 1 - share[row]!);
    const model = yield* boostingSteps(
      yield* pickSteps(columns, rows),
      rows.map((_, i) => (i < half.length ? 'within' : 'without')),
      { ...BOOSTING, randomState },
      {
        classes: ['within', 'without'],
        weights: Float64Array.from(rows, (row, i) => Math.max(1e-3, weight(row, i))),
        ...(signal && { signal }),
      },
    );
    told.push(calibrated(yield* scoreSteps(model, columns), UNCALIBRATED(2))[0]!);
  }
  const [first, second] = told as [Float64Array, Float64Array];
  const expected = first.map((value, row) => (value + second[row]!) / 2);
  for (const row of halves[0]!) expected[row] = second[row]!;
  for (const row of halves[1]!) expected[row] = first[row]!;
  return expected;
}
