import { EVEN_HOURS, hoursEvenness, prefersHours } from './hours.js';
import { SEVERAL } from './log-clock.js';
import { daysPerUser, demand, distinct, isAroundTheClock, isGathering, ONE, thingsOf } from './machine-signs.js';
import type { RowOf } from './measures.js';
import { visitsOf, weekRhythm } from './rhythm.js';
import { AT_RANDOM, hasFavourite, hitAtRandom, SOME_DOWNLOADS, type TasteScale } from './tastes.js';

/** What the crowds of a log are held against. */
export interface CrowdScale extends TasteScale {
  /** Days that the log lasts. */
  readonly span: number;
}

/** Entropy of 24 hours alike, nats, and things of which one is wanted by so many that all want the same. */
const ALL_HOURS = Math.log(24);
const NARROW = 0.3;
/** Users of a crowd. */
const CROWD = 15;
/** Names that it takes to see that they all take one thing at a time. */
const PICKERS = 4;

const visitSize = (row: RowOf) => row('total_downloads') / row('user_visit_count');

/** Many names that come for one download each time, always of another data set, in a log whose people take several of what they came for. */
export const isPicking = (row: RowOf, { projects, visit }: Pick<CrowdScale, 'projects' | 'visit'>): boolean =>
  visit >= SEVERAL &&
  row('unique_users') >= PICKERS &&
  row('total_downloads') >= SOME_DOWNLOADS &&
  visitSize(row) < ONE &&
  row('unique_projects') >= AT_RANDOM * hitAtRandom(row('total_downloads'), projects);

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

/** Names and visits of them whose hours show, how far below that of random hours their entropy stays at most, nats times visits, and the season that a course lasts, days. */
const UNSLEEPING = { users: 30, visits: 100, below: 22, near: 0.01, season: 100 } as const;

/**
 * Names that for longer than a season want the same few things, at hours that chance might draw: of 18 makers' logs 240 such crowds are bots and no other is. The entropy of
 * N visits at random hours lies 23 ÷ 2N below that of 24 alike, with a deviation of 3.4 ÷ N.
 */
export const isUnsleeping = (row: RowOf, projects: number): boolean =>
  row('unique_users') >= UNSLEEPING.users &&
  row('user_visit_count') >= UNSLEEPING.visits &&
  row('hourly_entropy') >= ALL_HOURS - UNSLEEPING.below / row('user_visit_count') - UNSLEEPING.near &&
  thingsOf(row) <= NARROW * Math.min(row('unique_users'), projects) &&
  row('lifespan_days') > UNSLEEPING.season;

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
export const isTown = (row: RowOf, { visit, span }: Pick<CrowdScale, 'visit' | 'span'>): boolean =>
  visit >= SEVERAL &&
  row('unique_users') >= CROWD &&
  visitSize(row) >= SEVERAL &&
  visitSize(row) <= ABOVE * visit &&
  row('user_gini_coefficient') >= UNEQUAL &&
  prefersHours(row) &&
  (hasFavourite(row) || isEvent(row, span));

/** Users and visits of a city, downloads of each at most, and the entropy of its hours, nats: of night workers and zones together, and yet below that of machines. */
const CITY = { users: 30, visits: 200, each: 20, hours: [2.75, 3] } as const;

/**
 * So many that nights are never empty, and people all the same: a carrier or a city behind one address, there for most of the log. Some hours are busier than others,
 * if slightly, and some things in demand beyond chance, which bots that keep the hours of people do not have. Of 18 makers' logs 520 such crowds are people and 60 are not.
 */
export const isCity = (row: RowOf, span: number): boolean =>
  row('unique_users') >= CITY.users &&
  row('user_visit_count') >= CITY.visits &&
  row('downloads_per_user') < CITY.each &&
  row('hourly_entropy') >= CITY.hours[0] &&
  row('hourly_entropy') < CITY.hours[1] &&
  row('lifespan_days') >= span / 2 &&
  hasFavourite(row);

/** A town that is there for most of the log, whose visits are about as large as those of other people. */
export const isSettled = (row: RowOf, { visit, span }: Pick<CrowdScale, 'visit' | 'span'>): boolean =>
  row('lifespan_days') >= span / 2 && visitSize(row) >= visit / 2;
