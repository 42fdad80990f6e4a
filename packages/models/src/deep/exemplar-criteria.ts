import type { RowOf } from './measures.js';

/** How sure a set of criteria is that a row is of each class, 0 … 1; 0 = it is no exemplar of it. */
export interface ExemplarWeights {
  readonly organic: number;
  readonly bot: number;
  readonly hub: number;
}

export type ExemplarCriteria = (row: RowOf) => ExemplarWeights;

type Test = readonly [name: string, holds: (value: number) => boolean];

/** All tests hold; one whose value is not measurable is passed over, so a tier widens where measures lack. */
const tier = (row: RowOf, tests: readonly Test[]): boolean =>
  tests.every(([name, holds]) => Number.isNaN(row(name)) || holds(row(name)));

const TIER_A: readonly Test[] = [
  ['unique_users', (x) => x <= 10],
  ['downloads_per_user', (x) => x <= 5],
  ['total_downloads', (x) => x < 200],
  ['working_hours_ratio', (x) => x > 0.3],
  ['night_activity_ratio', (x) => x < 0.5],
  ['years_span', (x) => x >= 2],
];
const TIER_B: readonly Test[] = [
  ['unique_users', (x) => x <= 50],
  ['downloads_per_user', (x) => x <= 10],
  ['total_downloads', (x) => x < 1000],
  ['working_hours_ratio', (x) => x > 0.25],
  ['hourly_entropy', (x) => x > 1.5],
  ['burst_pattern_score', (x) => x < 0.5],
];
const TIER_C: readonly Test[] = [
  ['unique_users', (x) => x <= 200],
  ['downloads_per_user', (x) => x <= 20],
  ['user_coordination_score', (x) => x < 0.3],
  ['protocol_legitimacy_score', (x) => x > 0.3],
];

/** Weight of a row for the first of three tiers that it meets. */
function organicWeight(row: RowOf, tiers: readonly (readonly Test[])[]): number {
  if (tier(row, tiers[0]!)) return 1;
  if (tier(row, tiers[1]!)) return 0.7;
  return tier(row, tiers[2]!) ? 0.4 : 0;
}

const isFarm = (row: RowOf) => row('unique_users') > 5000 && row('downloads_per_user') < 50;
const isNocturnal = (row: RowOf) => row('night_activity_ratio') > 0.8 && row('working_hours_ratio') < 0.1;
const isCoordinated = (row: RowOf) => row('unique_users') > 10_000 && row('downloads_per_user') < 20;
const isScraper = (row: RowOf) => row('unique_projects') > 15_000;
const isVerifiedTransfer = (row: RowOf) => row('aspera_ratio') > 0.3 || row('globus_ratio') > 0.1;
const isNightOnly = (row: RowOf) => row('working_hours_ratio') < 0.1 && row('night_activity_ratio') > 0.7;

function botWeight(row: RowOf): number {
  if (isFarm(row) && isNocturnal(row)) return 0.95;
  return row('unique_users') > 10_000 ? 0.9 : 0.7;
}

/** The criteria of the reference, version 0.1.0. A row may be an exemplar of two classes. */
export const criteriaV1: ExemplarCriteria = (row) => ({
  organic: organicWeight(row, [TIER_A, TIER_B, TIER_C]),
  bot: isFarm(row) || isNocturnal(row) || isCoordinated(row) || isScraper(row) ? botWeight(row) : 0,
  hub:
    row('downloads_per_user') > 500 && row('unique_users') < 100 && !isNightOnly(row)
      ? isVerifiedTransfer(row)
        ? 0.95
        : 0.8
      : 0,
});

const MIN_DOWNLOADS = 20;
const between = (low: number, high: number): Test => ['total_downloads', (x) => x >= low && x <= high];
const without = (tests: readonly Test[], name: string) => tests.filter(([other]) => other !== name);
const TIERS_V8 = [
  [...without(TIER_A, 'total_downloads'), between(MIN_DOWNLOADS, 200)],
  [...without(TIER_B, 'total_downloads'), between(MIN_DOWNLOADS, 1000)],
  [...TIER_C, between(MIN_DOWNLOADS, Number.POSITIVE_INFINITY)],
];

const isDistributed = (row: RowOf) =>
  row('unique_users') > 500 &&
  row('downloads_per_user') > 2 &&
  row('downloads_per_user') < 15 &&
  row('working_hours_ratio') < 0.38 &&
  row('fraction_latest_year') > 0.8;
const isExplosion = (row: RowOf) =>
  row('spike_ratio') > 50 && row('unique_users') > 200 && row('fraction_latest_year') > 0.95;
const isHubLike = (row: RowOf) => row('downloads_per_user') > 200 && row('years_span') >= 3;

/** The criteria of the reference's later version: at least 20 downloads, six bot signals, hub over bot over organic. */
export const criteriaV8: ExemplarCriteria = (row) => {
  const enough = row('total_downloads') >= MIN_DOWNLOADS;
  const hub = enough ? hubWeightV8(row) : 0;
  const bot = enough && hub === 0 && !isHubLike(row) ? botWeightV8(row) : 0;
  const recentCrowd =
    (row('fraction_latest_year') > 0.9 && row('unique_users') > 50) ||
    (row('years_span') < 2 && row('unique_users') > 30);
  const organic = hub > 0 || bot > 0 ? 0 : organicWeight(row, TIERS_V8);
  return { organic: organic === 0.4 && recentCrowd ? 0 : organic, bot, hub };
};

function botWeightV8(row: RowOf): number {
  const others = isFarm(row) || isNocturnal(row) || isCoordinated(row) || isScraper(row);
  if (isDistributed(row) && !others) return 0.6;
  return others || isExplosion(row) ? botWeight(row) : 0;
}

function hubWeightV8(row: RowOf): number {
  const many = row('downloads_per_user') > 500 && row('unique_users') < 100;
  const lasting = row('downloads_per_user') > 200 && row('unique_users') <= 1000 && row('years_span') >= 3;
  if (!(many || lasting) || isNightOnly(row)) return 0;
  if (isVerifiedTransfer(row)) return 0.95;
  return row('years_span') >= 4 ? 0.85 : 0.8;
}
