import { atOnce } from '../turns.js';
import { areSent, isCity, isPassing, isPicking, isSettled, isShift, isTown, isUnsleeping } from './crowds.js';
import type { ExemplarCriteria, ExemplarWeights } from './exemplar-criteria.js';
import { hoursEvenness, keepsHours, UNEVEN_HOURS } from './hours.js';
import { SEVERAL, visitOfPeople, weekOfPeople } from './log-clock.js';
import {
  daysPerUser,
  demand,
  drips,
  eachCollects,
  hasCollectors,
  isAroundTheClock,
  isChorus,
  isDevouring,
  isFetchingSets,
  isGathered,
  isGathering,
  isInstitute,
  isLesson,
  isPaced,
  isPunctual,
  isRoaming,
  isSitting,
  isSweep,
  isTimed,
  isTrickling,
  isWalk,
  returningUsers,
  strangers,
  thingsOf,
} from './machine-signs.js';
import { type Measures, type RowOf, rowReader } from './measures.js';
import { FLAT_PEERS, PEER_UNREST } from './peer-life.js';
import { isCombing, isGrabbing, isRaid, isVerifiedTransfer } from './raids.js';
import { areRunners, isHammering, isInsisting, isLooping, isPolling, isRepetitive, knowsFiles } from './repetition.js';
import { FEW_HOURS, humanRhythm, isFleeting, MANY_VISITS, userEvenness, visitsOf, weekRhythm } from './rhythm.js';
import { isIndifferent, sharesNothing, tastesOf } from './tastes.js';

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
  /** Days that the log lasts: those from the first to the last visit of the place seen longest. */
  readonly span: number;
  /** How far its small places keep weekends free, 0 = not at all, 1 = whole; NaN where that does not show. */
  readonly week: number;
  /** Downloads that somebody of its small places takes at a visit, in the median; NaN where that does not show. */
  readonly visit: number;
  /** Share of places with a favourite among those of people where it would show; NaN where these are too few. */
  readonly tastes: number;
}

const CROWD = [30, 200] as const;
const BULK = [60, 150] as const;
const NONE = new Float64Array(0);

/** Twenty times the median location has a crowd, ten times the median user takes bulk; within 30 to 200 users and 60 to 150 downloads. */
export const logScale = (measures: Measures): LogScale => atOnce(logScaleSteps(measures));

/** {@link logScale} one property at a time, for callers that let others run in between. */
export function* logScaleSteps(measures: Measures): Generator<undefined, LogScale> {
  const crowd = Math.min(CROWD[1], Math.max(CROWD[0], 20 * median(measures('unique_users') ?? NONE)));
  const bulk = Math.min(BULK[1], Math.max(BULK[0], 10 * median(measures('downloads_per_user') ?? NONE)));
  yield undefined;
  const returning = returningUsers(measures);
  yield undefined;
  const projects = most(measures('unique_projects')) ?? most(measures('unique_files')) ?? Number.POSITIVE_INFINITY;
  const span = most(measures('lifespan_days')) ?? 0;
  yield undefined;
  const week = weekOfPeople(measures);
  yield undefined;
  const visit = visitOfPeople(measures);
  yield undefined;
  const tastes = tastesOf(rowsOf(measures));
  return { crowd, bulk, returning, projects, span, week, visit, tastes };
}

function* rowsOf(measures: Measures): Generator<RowOf> {
  const read = rowReader(measures);
  for (const row of (measures('unique_users') ?? NONE).keys()) yield read(row);
}

/** The largest, at least 1; undefined where nothing is measured, as in a column that the log cannot feed. */
const most = (values: Float64Array | undefined): number | undefined =>
  values?.some(Number.isFinite) ? values.filter(Number.isFinite).reduce((a, b) => Math.max(a, b), 1) : undefined;

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

const FLAT = 0.2;
const HUMAN = 0.45;
const CLEARLY_HUMAN = 0.65;

/** A crowd that wants the same few things, as a course or an announcement leads to. */
const isNarrow = (row: RowOf) => thingsOf(row) <= 0.3 * row('unique_users');

/** Visits from which on the week must show, and how far it does where people are. */
const VISITS_OF_WEEKS = 60;
const SOME_WEEK = 0.15;

const knowsNoWeek = (row: RowOf, least = SOME_WEEK) => visitsOf(row) >= VISITS_OF_WEEKS && weekRhythm(row) < least;

/** Days that a crowd must be there to be no event. */
const MONTH = 28;
/** Share of the week of a log's small places that other people of the log keep too. */
const SHARED_WEEK = 0.4;

/** Throw-away names: more than a place of people has, who keep less of the week than people of the log, or are there for a part of it only. */
function isOutOfNowhere(row: RowOf, { crowd, span, week }: LogScale): boolean {
  if (row('unique_users') < crowd || row('lifespan_days') < MONTH) return false;
  return row('lifespan_days') <= span / 4 || (!isFleeting(row) && knowsNoWeek(row, SHARED_WEEK * week));
}

/** Weekends are quieter than chance makes them in a week of equal days, by four deviations and a fifth. */
function knowsWeek(row: RowOf): boolean {
  const week = weekRhythm(row);
  return week > Math.max(0.2, 6.3 / Math.sqrt(visitsOf(row)));
}

/** Users from which on a night shift is none of a laboratory's. */
const MANY_AT_NIGHT = 15;

/** Share of visits at night of those who hardly come by day, and the week that night shifts keep. */
const NIGHTLY = 0.8;
const WEEK_OF_SHIFTS = 0.25;

/** Many users at night, seven days a week; sooner seen where they come at night alone. */
function isNightCrowd(row: RowOf): boolean {
  const night = row('night_activity_ratio_local');
  const nightly = night > NIGHTLY && visitsOf(row) >= MANY_VISITS && weekRhythm(row) < WEEK_OF_SHIFTS;
  return row('unique_users') >= MANY_AT_NIGHT && night > 0.5 && (nightly || knowsNoWeek(row));
}

/** Few visits, which say little; those who take in the same manner keep no hours and no weeks, and nothing here says otherwise. */
const isOfMachines = (row: RowOf) =>
  visitsOf(row) < MANY_VISITS &&
  row(PEER_UNREST) < FLAT_PEERS &&
  humanRhythm(row) < FLAT_PEERS &&
  !(hoursEvenness(row) < UNEVEN_HOURS);

/** Few visits of a kind that can be seen to live less than people do. */
const isOddAmongPeers = (row: RowOf) =>
  visitsOf(row) < MANY_VISITS && !Number.isNaN(row(PEER_UNREST)) && humanRhythm(row) < FLAT_PEERS;

/** One of many alike: some names, or one that takes everything but once. */
const isOneOfMany = (row: RowOf) =>
  isOfMachines(row) &&
  (row('unique_users') >= 2
    ? !isNarrow(row)
    : row('total_downloads') >= 8 && row('total_downloads') < 1.5 * thingsOf(row)) &&
  !isTimed(row) &&
  !isRepetitive(row) &&
  !isGathering(row) &&
  !isLesson(row);

/** Hours are flat, or all at night with no week to show for it, or around the clock. */
function keepsNoHours(row: RowOf): boolean {
  const rhythm = humanRhythm(row);
  const restless = rhythm < -0.5 ? !knowsWeek(row) : isNightCrowd(row);
  const shift = row('hourly_entropy') < FEW_HOURS && !restless;
  const flat = rhythm < FLAT && visitsOf(row) >= MANY_VISITS && !shift;
  return (flat || (!(rhythm >= HUMAN) && isAroundTheClock(row))) && !knowsWeek(row);
}

/** What a crowd of people shows whatever their zones: some users take far more than others, and some things are in demand. */
const hasTastes = (row: RowOf) => demand(row) >= 0.5 && row('user_gini_coefficient') > 0.3;

/** Fifteen names or more that are used alike: people, and the machines of an institute, differ. */
const isRotated = (row: RowOf) => row('unique_users') >= MANY_NAMES && row('user_gini_coefficient') < 0.15;

/** Entropy of the hours, nats, of eighteen alike, as no course has. */
const MOST_HOURS = 2.85;

/** Many names that want a file or some, and little of it each, at most hours and whatever the day: no course is like that. */
const isOneForAll = (row: RowOf) =>
  row('unique_users') >= MANY_NAMES &&
  knowsFiles(row) &&
  row('unique_files') <= 3 &&
  row('downloads_per_user') <= 20 &&
  visitsOf(row) >= MANY_VISITS &&
  row('hourly_entropy') >= MOST_HOURS &&
  !(weekRhythm(row) > SHARED_WEEK);

function botWeight(row: RowOf, scale: LogScale): number {
  const { crowd, bulk, returning, projects, span } = scale;
  const { perUser, machine } = { perUser: row('downloads_per_user'), machine: keepsNoHours(row) };
  if (isHammering(row) || isPolling(row) || isRaid(row, span) || isTrickling(row)) return 0.7;
  if (isLooping(row, span)) return 0.7;
  if (isDevouring(row, scale.visit) || areSent(row, scale) || isShift(row, scale)) return 0.6;
  if (drips(row, projects) && (isTimed(row) || (machine && !collects(row, scale) && !isCity(row, span)))) return 0.7;
  if (isSweep(row) || isChorus(row) || isPicking(row, scale) || (machine && isRoaming(row))) return 0.6;
  if (isTown(row, scale) || isCity(row, scale.span)) return 0;
  if (sharesNothing(row, scale) || isIndifferent(row, scale) || isPassing(row) || isUnsleeping(row, projects))
    return 0.6;
  if (isOneForAll(row)) return 0.5;
  const strange = row('unique_users') < crowd && scale.visit < SEVERAL ? 0 : strangers(row, returning);
  const crowded = row('unique_users') >= crowd && perUser < bulk / 3 && userEvenness(row) > 0.6;
  if (crowded && (machine || (isTimed(row) && strange > 0))) {
    if (hasTastes(row) || isGathering(row)) return 0;
    if (isNarrow(row)) return 0.3;
    return row('fraction_latest_year') > 0.8 ? 0.95 : 0.85;
  }
  if (strange > 0.5 && perUser < (isRotated(row) ? 10 : 1) * bulk) return 0.8 * strange;
  if (isRotated(row) && machine && !isNarrow(row)) return 0.6;
  if (isNightCrowd(row) && !isNarrow(row) && perUser < bulk / 3) return 0.6;
  const alike =
    row('unique_users') >= (scale.visit < SEVERAL ? crowd : crowd / 4) && row('user_gini_coefficient') < 0.35;
  if (isOneOfMany(row) && perUser < bulk / 3) return row('unique_users') >= 2 ? 0.5 : 0.3;
  const even = alike && !isNarrow(row) && demand(row) < 0.5;
  return even && perUser < bulk / 3 && (knowsNoWeek(row) || isOutOfNowhere(row, scale)) ? 0.6 : 0;
}

/** Gini coefficient of users who differ in what they take, as those of a portal do, and names that differ if they are people's. */
const DIFFERENT = 0.3;
const MANY_NAMES = 15;

/** Few users of whom each takes much, or some far more than others. */
function collects(row: RowOf, { crowd, bulk }: LogScale): boolean {
  const [users, perUser] = [row('unique_users'), row('downloads_per_user')];
  const unequal = users >= 4 && row('user_gini_coefficient') > DIFFERENT;
  const areAlike = users >= MANY_NAMES && !unequal;
  return !isWalk(row) && users < crowd && perUser >= (unequal ? 0.5 : 1.5) * bulk && !areAlike;
}

/** Entropy of the hours, nats, of nearly fifteen hours alike; places of people who take much stay below. */
const WIDE = 2.7;

/** More hours than people keep who take much: jobs run beside them. */
const isWide = (row: RowOf) => row('hourly_entropy') >= WIDE && humanRhythm(row) < CLEARLY_HUMAN;

/** Users from which on visits and pauses of a place are those of nobody: theirs fall into one another. */
const SOME_TOGETHER = 4;

/** Some users who keep nights and weekends so clearly that what looks like a timer or a pace is their number. */
const isLiving = (row: RowOf) =>
  row('unique_users') >= SOME_TOGETHER && visitsOf(row) >= MANY_VISITS && humanRhythm(row) >= CLEARLY_HUMAN;

/** An institute of which each takes much, or whose jobs run beside its people; names that share nothing but a clock are none. */
const isComputingCentre = (row: RowOf, { projects }: LogScale): boolean =>
  isInstitute(row, projects) &&
  ((row('downloads_per_user') >= BULK[1] && !isLiving(row)) || isWide(row) || isVerifiedTransfer(row)) &&
  (!keepsNoHours(row) || demand(row) >= 0.5);

/** Users of a cluster, the share of them that is there at once, and the share of what browsers speak in what it takes. */
const NODES = 8;
const AT_ONCE = 0.25;
const NO_BROWSER = 0.1;

/** Nodes of a computing centre: many that fetch whole data sets at the same time, and none by what browsers speak. */
const isCluster = (row: RowOf) =>
  row('unique_users') >= NODES &&
  row('max_concurrent_users') >= AT_ONCE * row('unique_users') &&
  row('http_ratio') < NO_BROWSER &&
  isFetchingSets(row);

function hubWeight(row: RowOf, scale: LogScale): number {
  const { crowd, bulk, projects, span } = scale;
  const [users, perUser] = [row('unique_users'), row('downloads_per_user')];
  if (isGrabbing(row, span) || isCombing(row, span) || sharesNothing(row, scale) || isIndifferent(row, scale)) return 0;
  if (isComputingCentre(row, scale)) return 0.6;
  if (hasCollectors(row)) return 0.4;
  if (eachCollects(row, scale)) return 0.5;
  if (areRunners(row) && !isHammering(row) && !isPolling(row)) return 0.6;
  if (!(users < 4 * crowd) || isRotated(row) || isChorus(row)) return 0;
  if (isSweep(row) || isHammering(row) || isPolling(row) || isTrickling(row)) return 0;
  if (isDevouring(row, scale.visit)) return 0;
  if (isLooping(row, span)) return 0;
  if (isRepetitive(row) && (knowsFiles(row) || perUser >= bulk / 2)) return 0.7;
  if (perUser >= bulk && isVerifiedTransfer(row)) return 0.95;
  if (isCluster(row)) return 0.7;
  const machine = keepsNoHours(row);
  if (machine && isRoaming(row)) return 0;
  if (perUser >= bulk && isPunctual(row) && users < crowd / 4) return 0.85;
  const wide = perUser >= bulk && isWide(row);
  if (drips(row, projects)) {
    if (isTimed(row) || !collects(row, scale)) return 0;
    return machine ? 0.6 : wide ? 0.5 : 0;
  }
  if (perUser >= bulk) {
    if (machine) return 0.85;
    if (isLiving(row)) return 0;
    if (isTimed(row) || isPaced(row)) return 0.85;
    const bulky = perUser >= 3 * bulk && users < crowd / 4 && humanRhythm(row) < HUMAN;
    const gathered = perUser >= 1.5 * bulk && isGathered(row);
    return (bulky || wide || gathered) && !isSitting(row) ? 0.5 : 0;
  }
  if (machine && users < crowd && perUser >= bulk / 2) return 0.5;
  if (machine && isFetchingSets(row) && strangers(row, 1) === 0 && perUser >= bulk / 3) return 0.5;
  const clockwork = (isTimed(row) && strangers(row, 1) === 0 && !isLesson(row)) || isPunctual(row);
  return clockwork && users < crowd / 4 && perUser >= bulk / 5 ? 0.6 : 0;
}

function organicWeight(row: RowOf, scale: LogScale): number {
  const { bulk, returning } = scale;
  const rhythm = humanRhythm(row);
  const perUser = row('downloads_per_user');
  const reads =
    row('downloads_per_session') <= FEW_A_VISIT &&
    rhythm >= CLEARLY_HUMAN &&
    !(row('http_ratio') < 0.5) &&
    !isRepetitive(row);
  if (perUser >= 4 * bulk && !reads) return isSitting(row) && perUser < 8 * bulk ? 0.4 : 0;
  const strange = strangers(row, returning) > 0.1;
  if (!strange && (isLesson(row) || isGathering(row))) return 0.5;
  const clear = rhythm >= HUMAN && !knowsNoWeek(row) ? Math.min(1, 0.5 + rhythm / 2) : 0;
  if (isCity(row, scale.span)) return Math.max(0.4, clear);
  if (isTown(row, scale) && (!strange || isSettled(row, scale))) return Math.max(0.4, clear);
  if (strange) return 0;
  if ((isTimed(row) && !isLiving(row)) || isPunctual(row) || isRepetitive(row) || isInsisting(row)) return 0;
  if (clear > 0) return clear;
  if (isSitting(row)) return 0.4;
  if (hasTastes(row) && daysPerUser(row) >= 1.3) return knowsWeek(row) ? 0.4 : 0.25;
  if (keepsHours(row)) return 0.3;
  return row('unique_users') <= 3 && perUser <= 20 && !keepsNoHours(row) && !isOddAmongPeers(row) ? 0.4 : 0;
}

/** Downloads a visit that somebody takes who looks at them. */
const FEW_A_VISIT = 12;
