import { BROWSERS, distinct, EQUAL, isPunctual, isTimed, MANY_SWEPT, ONE_PASS } from './machine-signs.js';
import type { RowOf } from './measures.js';

/** Longest time, days, of a raid, and how many times as long a log must be to show that nobody came back. */
const RAID_DAYS = 30;
const LONGER = 4;
/** Days from which on a timetable is told from visits that are merely dense. */
const DAYS_OF_TIMERS = 8;

/** Data sets and downloads of somebody who takes what there is, and the share of a log within which even a timetable is no habit. */
const SOME_SETS = 12;
const MUCH = 200;
const A_MOMENT = 1 / 20;
/** Share of what browsers speak below which most is transferred in bulk. */
const HALF = 0.5;

/** Takes data sets whole, by what browsers speak, and all within a moment of the log. */
const isGrab = (row: RowOf, span: number): boolean =>
  distinct(row) >= SOME_SETS &&
  row('total_downloads') >= MUCH &&
  row('lifespan_days') <= A_MOMENT * span &&
  !(row('http_ratio') < BROWSERS);

/** Was not seen again for as long as it was there, and a moment of the log: whether who came last comes back is not known yet. */
const isGone = (row: RowOf, span: number): boolean =>
  !(row('quiet_days') < Math.max(row('lifespan_days'), A_MOMENT * span));

/**
 * Takes more data sets within days than anybody chooses, and is not seen again though the log goes on: whoever keeps a copy comes
 * back, and whoever computes on them takes them by a protocol of bulk transfers.
 *
 * @param span days that the log lasts
 */
export const isRaid = (row: RowOf, span: number): boolean =>
  (isGrabbing(row, span) || isCombing(row, span)) && isGone(row, span);

/** The same of somebody of whom it is too early to say whether they come back. */
export const isGrabbing = (row: RowOf, span: number): boolean =>
  (distinct(row) >= MANY_SWEPT || isGrab(row, span)) &&
  !(row('http_ratio') < HALF) &&
  row('lifespan_days') <= Math.min(RAID_DAYS, span / LONGER) &&
  (row('unique_users') <= ONE_PASS || row('user_gini_coefficient') < EQUAL) &&
  (row('active_days') < DAYS_OF_TIMERS || isGrab(row, span) || !(isTimed(row) || isPunctual(row)));

/** Moves much by a protocol that is made for it. */
export const isVerifiedTransfer = (row: RowOf) => row('aspera_ratio') > 0.3 || row('globus_ratio') > 0.1;

/** Names that share one pass, data sets and files of each that it takes, and the share of files among downloads of who takes none twice. */
const SHARE_A_PASS = 30;
const SETS_OF_A_PASS = 30;
const FILES_EACH = 10;
const NONE_TWICE = 0.9;

/**
 * Some names that share one pass, within a moment of the log, over data sets of which each gives a few files, hardly one of them twice. Of 14
 * makers' logs more than 2,000 such places are bots and three are not.
 *
 * @param span days that the log lasts
 */
export const isCombing = (row: RowOf, span: number): boolean =>
  row('unique_users') <= SHARE_A_PASS &&
  row('lifespan_days') <= Math.min(RAID_DAYS, A_MOMENT * span) &&
  distinct(row) >= SETS_OF_A_PASS &&
  row('total_downloads') < FILES_EACH * distinct(row) &&
  !(row('unique_files') < NONE_TWICE * row('total_downloads')) &&
  !isVerifiedTransfer(row);
