import { EVEN_HOURS, hoursEvenness, prefersHours } from './hours.js';
import { SEVERAL } from './log-clock.js';
import { daysPerUser, demand, distinct, isAroundTheClock, isGathering, ONE, thingsOf } from './machine-signs.js';
import type { RowOf } from './measures.js';
import { visitsOf, weekRhythm } from './rhythm.js';

/** What the crowds of a log are held against. */
export interface CrowdScale {
  /** Data sets of the archive. */
  readonly projects: number;
  /** Days that the log lasts. */
  readonly span: number;
  /** Downloads that somebody of the small places takes at a visit, in the median. */
  readonly visit: number;
}

/** Users of a crowd. */
const CROWD = 15;
/** Downloads at which a manner is no accident. */
const SOME_DOWNLOADS = 30;
/** Names that it takes to see that they all take one thing at a time. */
const PICKERS = 4;

const visitSize = (row: RowOf) => row('total_downloads') / row('user_visit_count');

/** Share of the data sets that taking at random hits, from which on nothing is in demand. */
const AT_RANDOM = 0.9;

/** Data sets that so many downloads hit at random. */
const hitAtRandom = (downloads: number, projects: number) =>
  Number.isFinite(projects) ? projects * (1 - Math.exp(-downloads / projects)) : downloads;

/** Many names that come for one download each time, always of another data set, in a log whose people take several of what they came for. */
export const isPicking = (row: RowOf, { projects, visit }: CrowdScale): boolean =>
  visit >= SEVERAL &&
  row('unique_users') >= PICKERS &&
  row('total_downloads') >= SOME_DOWNLOADS &&
  visitSize(row) < ONE &&
  row('unique_projects') >= AT_RANDOM * hitAtRandom(row('total_downloads'), projects);

/** Data sets from which on one can be in demand among them. */
const SOME_PROJECTS = 10;
/** Times beyond what chance gives the luckiest data set, of so many visits to each in the mean: mean and four deviations. */
const BEYOND_CHANCE = 1.1;

/** More visits go to one data set than chance would have it. */
const hasFavourite = (row: RowOf): boolean => {
  const mean = row('user_visit_count') / row('unique_projects');
  const visits = row('top_project_concentration') * row('user_visit_count');
  return row('unique_projects') >= SOME_PROJECTS && visits >= BEYOND_CHANCE * (mean + 4 * Math.sqrt(mean));
};

/** Share of downloads that are of a data set of their own from which on no interest is shared, and users that it takes to share one. */
const UNSHARED = 0.8;
const SHARERS = 10;

/** Users who hardly ever want what another one wanted. Of 625 labelled places of an archive all 207 of ten users and a share of ½ are bots. */
export const sharesNothing = (row: RowOf): boolean =>
  row('unique_users') >= SHARERS &&
  row('total_downloads') >= SOME_DOWNLOADS &&
  row('unique_projects') >= UNSHARED * row('total_downloads') &&
  !hasFavourite(row);

/** Users of a crowd that no place of people has without hours, downloads of somebody who takes little, and days of somebody who hardly comes back. */
const MANY = 30;
const LITTLE = 20;
const HARDLY_AGAIN = 1.6;
const SHARED = 0.5;

/** A crowd without a favourite, of which hardly anybody comes back, at all hours alike. Of the same places all 255 of so many users who take so little around the clock are bots. */
export const isPassing = (row: RowOf): boolean =>
  row('unique_users') >= MANY &&
  row('downloads_per_user') < LITTLE &&
  daysPerUser(row) < HARDLY_AGAIN &&
  isAroundTheClock(row) &&
  demand(row) < SHARED &&
  !isGathering(row);

/** Downloads a visit of who takes one thing, things per name that nobody chose for himself, and days of who comes back. */
const ONE_THING = 1.35;
const ASSIGNED = 0.6;
const AGAIN = 1.3;
/** Shares of visits at night and at weekends that no class has. */
const BY_NIGHT = 0.1;
const KEPT_WEEK = 0.65;

/** Commands at which a crowd comes, the days that one may run over, and visits of users that fall together at each. */
const COMMANDS = 12;
const DAYS_EACH = 2;
const AT_ONCE = 12;

/** All at once, some times; a place where somebody is always there has few visits, too, which last for days. */
const comesAtOnce = (row: RowOf): boolean =>
  visitsOf(row) <= COMMANDS &&
  row('active_days') <= DAYS_EACH * visitsOf(row) &&
  row('user_visit_count') >= AT_ONCE * visitsOf(row);

/**
 * Many names that take one thing each time, the same few among them all, in a log whose people take several: dozens at once, or again and again at
 * hours or on days that people leave, or each time at another hour. Of 16 makers' logs some 2,000 such crowds are bots and six are not.
 */
export const areSent = (row: RowOf, { visit }: Pick<CrowdScale, 'visit'>): boolean =>
  visit >= SEVERAL &&
  row('unique_users') >= CROWD &&
  visitSize(row) < ONE_THING &&
  thingsOf(row) <= ASSIGNED * row('unique_users') &&
  (comesAtOnce(row) || (daysPerUser(row) >= AGAIN && isUnlikePeople(row)));

const isUnlikePeople = (row: RowOf): boolean =>
  row('night_activity_ratio_local') >= BY_NIGHT || weekRhythm(row) <= KEPT_WEEK || hoursEvenness(row) >= EVEN_HOURS;

/** Names and data sets of a shift, its visits, what it leaves of a week of equal days, and the entropy of its hours, nats, below that of eleven alike. */
const SHIFT = { users: 4, things: 40, visits: 60, week: [-0.4, 0.3], hours: 2.4 } as const;

/** Names that take one thing at a time, nearly each time another, within the same few hours on all days of the week alike, in a log whose people take several things. Of 16 makers' logs some 1,000 such places are bots and three are not. */
export const isShift = (row: RowOf, { visit }: Pick<CrowdScale, 'visit'>): boolean =>
  visit >= SEVERAL &&
  row('unique_users') >= SHIFT.users &&
  row('user_visit_count') >= SHIFT.visits &&
  visitSize(row) < ONE &&
  distinct(row) >= SHIFT.things &&
  row('hourly_entropy') < SHIFT.hours &&
  weekRhythm(row) > SHIFT.week[0] &&
  weekRhythm(row) <= SHIFT.week[1];

/** Days that an event lasts: more than a burst, less than whoever stays; and how many times as long a log must be to show that. */
const EVENT_DAYS = [2, 10] as const;
const LONGER = 4;
/** How much larger than in the median visits of a town may be. */
const ABOVE = 1.3;

const isEvent = (row: RowOf, span: number) =>
  row('lifespan_days') >= EVENT_DAYS[0] && row('lifespan_days') <= Math.min(EVENT_DAYS[1], span / LONGER);

/** Least inequality among users of whom some take more than others. */
const UNEQUAL = 0.2;

/**
 * Many users of whom hardly one is seen twice, and people all the same, as in a town behind one address or at a conference: they
 * take several things at a visit as the people of the log do, at some hours rather than others, and share a favourite or an event.
 */
export const isTown = (row: RowOf, { visit, span }: CrowdScale): boolean =>
  visit >= SEVERAL &&
  row('unique_users') >= CROWD &&
  visitSize(row) >= SEVERAL &&
  visitSize(row) <= ABOVE * visit &&
  row('user_gini_coefficient') >= UNEQUAL &&
  prefersHours(row) &&
  (hasFavourite(row) || isEvent(row, span));

/** A town that is there for most of the log, whose visits are about as large as those of other people. */
export const isSettled = (row: RowOf, { visit, span }: CrowdScale): boolean =>
  row('lifespan_days') >= span / 2 && visitSize(row) >= visit / 2;
