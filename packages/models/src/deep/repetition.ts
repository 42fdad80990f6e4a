import { keepsEvenHours } from './hours.js';
import { daysPerUser, isPunctual, isTimed, SOME_PACES } from './machine-signs.js';
import type { RowOf } from './measures.js';
import { visitsOf } from './rhythm.js';

/** Times that a job fetches each of its files, and visits at which it does. */
const AGAIN = 12;
const VISITS_AGAIN = 4;
const MANY_VISITS_AGAIN = 20;

/** Few users who fetch the very same files time and again, as a build does; people keep what they have. */
export function isRepetitive(row: RowOf): boolean {
  const [users, visits] = [row('unique_users'), visitsOf(row)];
  // Where files are not known, each user may have fetched other ones.
  const files = filesOf(row) * (knowsFiles(row) ? 1 : users);
  const again = row('total_downloads') >= AGAIN * files && visits >= VISITS_AGAIN * files;
  return files > 0 && users <= 5 && visits >= MANY_VISITS_AGAIN && again;
}

/** Different files. Names may be the same in every data set, so there are as many files as data sets, or more; 0 where neither is known. */
const filesOf = (row: RowOf) => Math.max(row('unique_files') || 0, row('unique_projects') || 0);

export const knowsFiles = (row: RowOf) => row('unique_files') > 0;

/** Times that one file is fetched from which on it is no accident, and how often within a visit nobody needs it. */
const HAMMERED = 20;
const OFTEN_A_VISIT = 5;
const FEW_FILES = 2;

/** Few users who fetch one file over and over: many times a visit, or at all hours by no timetable; a build fetches each of its files once a run. */
export function isHammering(row: RowOf): boolean {
  const [users, total, files] = [row('unique_users'), row('total_downloads'), filesOf(row)];
  const known = users <= 5 && files > 0 && !Number.isNaN(row('hourly_entropy'));
  if (!known || total < HAMMERED * files) return false;
  const aVisit = row('downloads_per_session');
  const byClock = isTimed(row) || isPunctual(row);
  const drops = aVisit < 1.5 && !byClock && keepsEvenHours(row);
  // A log without files shows a data set fetched whole as one thing fetched many times.
  const loops = knowsFiles(row) && total >= SOME_PACES && aVisit >= OFTEN_A_VISIT * files;
  return files > FEW_FILES * users ? knowsFiles(row) && !byClock && (drops || loops) : drops || loops;
}

/** Names, files, fetches of each and downloads of a loop, the share of a log that it lasts, and days from which on a timetable is a job's. */
const FEW_NAMES = 5;
const FILES_OF_LOOPS = 10;
const FETCHES = 15;
const SOME_FETCHES = 50;
const A_WHILE = 1 / 5;
const DAYS_OF_JOBS = 20;

/**
 * Few users who fetch a handful of files over and over for a while, by no timetable that they kept for weeks: a loop, whatever hours it runs at; a
 * build runs for as long as what it builds is worked on.
 *
 * @param span days that the log lasts
 */
export const isLooping = (row: RowOf, span: number): boolean =>
  row('unique_users') <= FEW_NAMES &&
  knowsFiles(row) &&
  filesOf(row) <= FILES_OF_LOOPS &&
  row('total_downloads') >= Math.max(SOME_FETCHES, FETCHES * filesOf(row)) &&
  row('lifespan_days') <= A_WHILE * span &&
  !(row('active_days') >= DAYS_OF_JOBS && (isTimed(row) || isPunctual(row)));

/** Names that a program that watches a server may use, and visits from which on it is no person who waits for something. */
const WATCHERS = 10;
const VISITS_OF_WATCHERS = 40;

/** A file or two, one at a time, at all hours alike on many visits, on whatever timer: a program that checks whether a server answers; a build fetches what it needs at one go. */
export const isPolling = (row: RowOf): boolean =>
  row('unique_users') <= WATCHERS &&
  knowsFiles(row) &&
  filesOf(row) <= FEW_FILES &&
  visitsOf(row) >= VISITS_OF_WATCHERS &&
  row('downloads_per_session') < 1.5 &&
  keepsEvenHours(row);

/** Files that a build needs, days and visits at which it runs, and days and downloads of each of the machines that run it. */
const FILES_OF_BUILDS = 6;
const DAYS_OF_BUILDS = 30;
const VISITS_OF_BUILDS = 60;
const MACHINE = { days: 3, downloads: 15 };

/** Machines that come again on many days for the same few files, however many they are: builds and tests. */
export const areRunners = (row: RowOf): boolean =>
  row('unique_users') >= 4 &&
  knowsFiles(row) &&
  filesOf(row) <= FILES_OF_BUILDS &&
  row('active_days') >= DAYS_OF_BUILDS &&
  visitsOf(row) >= VISITS_OF_BUILDS &&
  daysPerUser(row) >= MACHINE.days &&
  row('downloads_per_user') >= MACHINE.downloads;

/** Times that a file is fetched beyond what a person who lost it does. */
const TOO_OFTEN = 6;

/** One file or two, again and again: no person, though there may be too little to see what else. */
export const isInsisting = (row: RowOf): boolean =>
  knowsFiles(row) &&
  filesOf(row) <= FEW_FILES &&
  row('total_downloads') >= TOO_OFTEN * filesOf(row) &&
  visitsOf(row) >= TOO_OFTEN;
