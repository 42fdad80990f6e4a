import { SEVERAL } from './log-clock.js';
import type { RowOf } from './measures.js';
import { humanRhythm } from './rhythm.js';

/** What tells whether a crowd chooses what it takes. */
export interface TasteScale {
  /** Data sets of the archive. */
  readonly projects: number;
  /** Downloads that somebody of the small places takes at a visit, in the median. */
  readonly visit: number;
  /** Share of its places of people of which one thing is a favourite, of those where it would show; NaN where these are too few. */
  readonly tastes: number;
}

/** Share of the data sets that taking at random hits, from which on nothing is in demand. */
export const AT_RANDOM = 0.9;

/** Data sets that so many downloads hit at random. */
export const hitAtRandom = (downloads: number, projects: number) =>
  Number.isFinite(projects) ? projects * (1 - Math.exp(-downloads / projects)) : downloads;

/** Data sets from which on one can be in demand among them. */
const SOME_PROJECTS = 10;
/** Times beyond what chance gives the luckiest data set, of so many visits to each in the mean: mean and four deviations. */
const BEYOND_CHANCE = 1.1;

/** More visits go to one data set than chance would have it. */
export const hasFavourite = (row: RowOf, beyond = BEYOND_CHANCE): boolean => {
  const mean = row('user_visit_count') / row('unique_projects');
  const visits = row('top_project_concentration') * row('user_visit_count');
  return row('unique_projects') >= SOME_PROJECTS && visits >= beyond * (mean + 4 * Math.sqrt(mean));
};

/** Downloads at which a manner is no accident. */
export const SOME_DOWNLOADS = 30;
/** Share of downloads that are of a data set of their own from which on no interest is shared, and users that it takes to share one. */
const UNSHARED = 0.8;
const SHARERS = 10;

/** Downloads of a data set taken before that taking at random makes, from which on taking none is no accident. */
const MEETINGS = 10;

/** As many data sets as taking at random hits, where that would hit some twice. */
const isAtRandom = (row: RowOf, projects: number): boolean => {
  const hit = hitAtRandom(row('total_downloads'), projects);
  return row('total_downloads') - hit >= MEETINGS && row('unique_projects') >= AT_RANDOM * hit;
};

/**
 * Users who hardly ever want what another one wanted. Of 625 labelled places of an archive all 207 of ten users and a share of ½ are bots; where people
 * take one thing at a visit, of an archive so large that they seldom meet, it must be as at random.
 */
export const sharesNothing = (row: RowOf, { projects, visit }: Pick<TasteScale, 'projects' | 'visit'>): boolean =>
  row('unique_users') >= SHARERS &&
  row('total_downloads') >= SOME_DOWNLOADS &&
  row('unique_projects') >= UNSHARED * row('total_downloads') &&
  (!(visit < SEVERAL) || isAtRandom(row, projects)) &&
  !hasFavourite(row);

/** Names and visits of them among which somebody has a favourite, visits to each thing from which on it is taken again and again, and times beyond chance that thousands of things bring. */
const INDIFFERENT = { users: 15, visits: 300, each: 1.3, beyond: 1.3 } as const;

/** Rhythm of places that are of people. */
const KEPT_RHYTHM = 0.45;
/** Share of a log's people who have favourites from which on a crowd without one is none of people. */
const USUAL = 1 / 3;

/**
 * Hundreds of visits by many names to the same things again and again, and none is a favourite, in a log whose people have some: they are drawn, from all
 * there is or from a list. Of 18 makers' logs 2,000 such crowds are bots and none is not.
 */
export const isIndifferent = (row: RowOf, { tastes }: Pick<TasteScale, 'tastes'>): boolean =>
  tastes >= USUAL &&
  row('unique_users') >= INDIFFERENT.users &&
  row('user_visit_count') >= Math.max(INDIFFERENT.visits, INDIFFERENT.each * row('unique_projects')) &&
  row('unique_projects') >= SOME_PROJECTS &&
  !hasFavourite(row, INDIFFERENT.beyond);

/** Visits of a place whose favourite would show, and such places that it takes to tell. */
const SHOWN = 60;
const TELLING = 8;

/** The share of places with favourites among those that keep the days and weeks of people and come for the same things again; NaN where they are too few. */
export function tastesOf(rows: Iterable<RowOf>): number {
  let [shown, found] = [0, 0];
  for (const row of rows) {
    const visits = row('user_visit_count');
    const isShown =
      visits >= SHOWN && row('unique_projects') >= SOME_PROJECTS && visits >= INDIFFERENT.each * row('unique_projects');
    if (!isShown || !(humanRhythm(row) >= KEPT_RHYTHM)) continue;
    shown++;
    if (hasFavourite(row)) found++;
  }
  return shown < TELLING ? Number.NaN : found / shown;
}
