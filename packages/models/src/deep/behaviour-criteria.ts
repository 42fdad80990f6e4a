import type { ExemplarCriteria, ExemplarWeights } from './exemplar-criteria.js';
import { drips, isAroundTheClock, isLesson, isPaced, isTimed, returningUsers, strangers } from './machine-signs.js';
import type { Measures, RowOf } from './measures.js';
import { FEW_HOURS, humanRhythm, userEvenness, visitsOf, weekRhythm } from './rhythm.js';

/** What is usual in a log; criteria are relative to it, so that they hold for repositories of any size. */
export interface LogScale {
  /** Users beyond which a location is crowded. */
  readonly crowd: number;
  /** Downloads per user beyond which somebody collects. */
  readonly bulk: number;
  /** How far users can be seen to come back, 0 … 1. */
  readonly returning: number;
  /** Projects that the place with most of them takes: about those of the archive. Infinite where there are none. */
  readonly projects: number;
}

const CROWD = [30, 200] as const;
const BULK = [60, 150] as const;
const NONE = new Float64Array(0);

/** Twenty times the median location has a crowd, ten times the median user takes bulk; within 30 to 200 users and 60 to 150 downloads. */
export function logScale(measures: Measures): LogScale {
  return {
    crowd: Math.min(CROWD[1], Math.max(CROWD[0], 20 * median(measures('unique_users') ?? NONE))),
    bulk: Math.min(BULK[1], Math.max(BULK[0], 10 * median(measures('downloads_per_user') ?? NONE))),
    returning: returningUsers(measures),
    projects: most(measures('unique_projects')),
  };
}

const most = (values: Float64Array | undefined): number =>
  values?.filter(Number.isFinite).reduce((a, b) => Math.max(a, b), 1) ?? Number.POSITIVE_INFINITY;

function median(values: Float64Array): number {
  const sorted = values.filter((value) => Number.isFinite(value)).sort();
  return sorted.length === 0 ? 0 : sorted[Math.floor((sorted.length - 1) / 2)]!;
}

/**
 * Exemplars by what locations do, whatever their size: people keep days and weeks and come back; bots are crowds that all
 * take the same little and keep neither, or of which nobody is seen twice; hubs are few users that take much, again and again.
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

const isVerifiedTransfer = (row: RowOf) => row('aspera_ratio') > 0.3 || row('globus_ratio') > 0.1;

/** More than what a course or an announcement leads to. */
const isBroad = (row: RowOf) => !(row('unique_projects') <= 0.3 * row('unique_users'));

/** Visits from which on the week must show, and how far it does where people are. */
const VISITS_OF_WEEKS = 60;
const SOME_WEEK = 0.15;

const knowsNoWeek = (row: RowOf) => visitsOf(row) >= VISITS_OF_WEEKS && weekRhythm(row) < SOME_WEEK;

function keepsNoHours(row: RowOf): boolean {
  const rhythm = humanRhythm(row);
  const flat = rhythm < FLAT && visitsOf(row) >= MANY_VISITS && !(row('hourly_entropy') < FEW_HOURS);
  return flat || (!(rhythm >= HUMAN) && isAroundTheClock(row));
}

function botWeight(row: RowOf, { crowd, bulk, returning, projects }: LogScale): number {
  const { perUser, machine } = { perUser: row('downloads_per_user'), machine: keepsNoHours(row) };
  if (drips(row, projects) && (machine || isTimed(row))) return 0.7;
  const strange = strangers(row, returning);
  const crowded = row('unique_users') >= crowd && perUser < bulk / 3 && userEvenness(row) > 0.6;
  if (crowded && (machine || (isTimed(row) && strange > 0))) return row('fraction_latest_year') > 0.8 ? 0.95 : 0.85;
  if (strange > 0.5 && perUser < bulk) return 0.8 * strange;
  const alike = row('unique_users') >= crowd / 4 && row('user_gini_coefficient') < 0.35;
  return alike && perUser < bulk / 3 && isBroad(row) && knowsNoWeek(row) ? 0.6 : 0;
}

function hubWeight(row: RowOf, { crowd, bulk, projects }: LogScale): number {
  const [users, perUser] = [row('unique_users'), row('downloads_per_user')];
  if (!(users < 4 * crowd) || drips(row, projects)) return 0;
  const machine = keepsNoHours(row);
  if (perUser >= bulk) {
    if (isVerifiedTransfer(row)) return 0.95;
    if (machine || isTimed(row) || isPaced(row)) return 0.85;
    return perUser >= 3 * bulk && users < crowd / 4 && humanRhythm(row) < HUMAN ? 0.5 : 0;
  }
  if (machine && users < crowd && perUser >= bulk / 2) return 0.5;
  return isTimed(row) && users < crowd / 4 && perUser >= bulk / 5 && strangers(row, 1) === 0 && !isLesson(row)
    ? 0.6
    : 0;
}

function organicWeight(row: RowOf, { bulk, returning }: LogScale): number {
  if (row('downloads_per_user') >= 4 * bulk || strangers(row, returning) > 0.1) return 0;
  if (isLesson(row)) return 0.5;
  if (isTimed(row)) return 0;
  const rhythm = humanRhythm(row);
  if (rhythm >= HUMAN && !knowsNoWeek(row)) return Math.min(1, 0.5 + rhythm / 2);
  return row('unique_users') <= 3 && row('downloads_per_user') <= 20 && !keepsNoHours(row) ? 0.4 : 0;
}
