import { evenEntropy } from './hours.js';
import { SEVERAL } from './log-clock.js';
import type { Measures, RowOf } from './measures.js';
import { ramp, visitsOf } from './rhythm.js';

/** Visits from which on a pattern is no accident; fewer where they follow a clock to the minute. */
const SOME_VISITS = 8;
const FEW_VISITS = 4;

/** Entropy of the pauses, nats, below which they are of a machine. */
const EVEN_PACE = 0.6;

/** Downloads from which on a pace is no accident. */
export const SOME_PACES = 50;

/** Pause, days, after which downloads are another visit: no gap between visits is shorter. */
const LEAST_GAP = 1800 / 86_400;

/**
 * Visits follow one another on a timer. The regularity of independent arrivals is 1 with a deviation of about 1 ÷ √v for v
 * visits, and people, who come in bouts, stay below; three deviations above are a timer. Gaps count from the least that
 * parts two visits on, else dense visits look regular.
 */
export function isTimed(row: RowOf): boolean {
  const visits = visitsOf(row);
  const gap = Math.max(1, row('lifespan_days')) / visits;
  const regularity = row('inter_session_regularity') * (Number.isNaN(gap) ? 1 : Math.max(0, 1 - LEAST_GAP / gap));
  const least = visits >= SOME_VISITS ? Math.max(1.3, 1 + 3 / Math.sqrt(visits)) : 8;
  return visits >= FEW_VISITS && regularity > least;
}

/** One download at a time, nearly always of something else: a crawler, under however few names. `projects`: those of the log. */
export const drips = (row: RowOf, projects: number): boolean =>
  (row('total_downloads') >= SOME_PACES || (row('total_downloads') >= SOME_SWEPT && isWalk(row))) &&
  row('total_downloads') < 1.5 * visitsOf(row) &&
  distinct(row) > 0.3 * Math.min(projects, row('total_downloads'));

/** Hardly ever the same data set twice, under one name or two. */
export const isWalk = (row: RowOf): boolean => row('unique_users') <= 3 && row('total_downloads') < 1.2 * distinct(row);

/** Downloads from which on a sweep is none of somebody who looks around, and visits that one pass may fall into. */
const SOME_SWEPT = 15;
export const ONE_PASS = 3;

/** Downloads a visit below which nobody fetches data sets whole, and the share of other things each time of somebody who keeps nothing up. */
const SINGLES = 3;
const ALL_DIFFERENT = 0.4;

/** A name or two that take a thing or two at a time, mostly others than before, by no timetable: what has hours goes looking, the rest scrapes. */
export const isRoaming = (row: RowOf): boolean =>
  row('unique_users') <= 2 &&
  row('total_downloads') >= SOME_PACES &&
  row('downloads_per_session') < SINGLES &&
  distinct(row) >= ALL_DIFFERENT * row('total_downloads') &&
  !isTimed(row) &&
  !isPunctual(row);

/** Share of what browsers speak in what somebody takes who uses little else. */
export const BROWSERS = 0.9;

/** Entropy of the hours, nats, of nearly all hours alike, and the share of files among downloads of somebody who fetches few of them twice. */
const NEARLY_ALL_HOURS = 2.95;
const FEW_TWICE = 0.3;
const SCRAPERS = 12;

/**
 * A few names that take data sets file by file at all hours, by what browsers speak, and hardly a file twice: a scraper that waits between its
 * requests, since whoever keeps a copy takes what there is at one go. Where files are not known, nothing is said.
 */
export const isTrickling = (row: RowOf): boolean =>
  row('unique_users') <= SCRAPERS &&
  row('total_downloads') >= SOME_PACES &&
  (row('downloads_per_session') < 2 || visitSize(row) < 2) &&
  row('hourly_entropy') >= NEARLY_ALL_HOURS &&
  row('unique_files') >= FEW_TWICE * row('total_downloads') &&
  !(row('http_ratio') < BROWSERS);

/** Users of whom together none chooses, data sets from which on that shows, and the share of downloads that are of another one each. */
const NO_CROWD = 20;
const SOME_CHOSEN = 40;
const HARDLY_CHOSEN = 0.65;

/**
 * Few users, and nearly each download is of another data set, by no timetable and by what browsers speak: a crawler. People take more of what they
 * want, and whoever keeps a copy comes by a timetable or takes data sets whole. Where files are not known, nothing is said.
 */
export const isDevouring = (row: RowOf, visit: number): boolean =>
  !(visit < SEVERAL) &&
  row('unique_users') <= NO_CROWD &&
  row('unique_files') > 0 &&
  row('unique_projects') >= Math.max(SOME_CHOSEN, HARDLY_CHOSEN * row('total_downloads')) &&
  !(row('http_ratio') < BROWSERS) &&
  !isTimed(row) &&
  !isPunctual(row);

/** Data sets that nobody chose one by one. */
export const MANY_SWEPT = 100;

/** One pass over data sets at an even pace, one download each: a crawler; a mirror comes back, and takes data sets whole. */
export const isSweep = (row: RowOf): boolean =>
  isWalk(row) &&
  row('total_downloads') >= SOME_SWEPT &&
  visitsOf(row) <= ONE_PASS &&
  row('interval_entropy') < EVEN_PACE;

/** Data sets that a place takes, or files in a log that has none. */
export const distinct = (row: RowOf) =>
  Number.isNaN(row('unique_projects')) ? row('unique_files') : row('unique_projects');

/** Files that stand for a data set in a log that has none. */
const FILES_OF_A_SET = 5;

/** Data sets that a place takes, guessed from its files in a log that has none. */
export const thingsOf = (row: RowOf) =>
  Number.isNaN(row('unique_projects')) ? row('unique_files') / FILES_OF_A_SET : row('unique_projects');

/** Days, or visits where days are not known, on which a user of the place is seen; 1 = nobody comes back. */
export const daysPerUser = (row: RowOf) =>
  Number.isNaN(row('avg_active_days_per_user'))
    ? row('user_visit_count') / row('unique_users')
    : row('avg_active_days_per_user');

/** Days on each of which somebody is there at the same hour or two: entropy of the hours, nats, below ln 3. */
const PUNCTUAL_DAYS = 30;
const TWO_HOURS = 1.1;

/** Comes on many days, always within the same hours: a job, since people are held up now and then. */
export const isPunctual = (row: RowOf): boolean =>
  row('active_days') >= PUNCTUAL_DAYS && row('hourly_entropy') < TWO_HOURS && !isLesson(row);

/** Four names or more that all come at the same hours for a handful each time, mostly of other things: one timer behind many names. A few who each keep it up share a job. */
export const isChorus = (row: RowOf): boolean =>
  row('unique_users') >= 4 &&
  !(row('unique_users') <= FEW_AT_A_JOB && row('downloads_per_user') >= KEPT_UP && row('downloads_per_session') >= 2) &&
  row('user_gini_coefficient') < EQUAL &&
  visitSize(row) <= HANDFUL &&
  distinct(row) >= ALL_DIFFERENT * row('total_downloads') &&
  (isTimed(row) || isPunctual(row));

export const EQUAL = 0.15;
const HANDFUL = 4;
const FEW_AT_A_JOB = 8;
const KEPT_UP = 20;

/** Downloads that a user takes at a visit, in the mean. */
const visitSize = (row: RowOf) => row('total_downloads') / row('user_visit_count');

/** Three users or more who take whole data sets at each visit, and all about as much: notebooks and jobs of a computing centre. */
export const isFetchingSets = (row: RowOf): boolean =>
  row('unique_users') >= 3 && row('user_gini_coefficient') < ALIKE && visitSize(row) >= WHOLE_SETS / 2;

/** Downloads a visit of those who take whole data sets, and how alike users of an institute take. */
const WHOLE_SETS = 20;
const ALIKE = 0.45;

/** Three users or more who each come for many data sets whole, none of them for a favourite: what an institute gathers. */
export const isGathered = (row: RowOf): boolean =>
  row('unique_users') >= 3 &&
  row('user_gini_coefficient') < ALIKE &&
  row('downloads_per_session') >= WHOLE_SETS &&
  !(row('top3_project_concentration') >= 0.3);

/** Somebody who sat down some times to take one or two data sets whole. */
export const isSitting = (row: RowOf): boolean =>
  row('unique_users') <= 3 &&
  visitsOf(row) <= 30 &&
  row('top3_project_concentration') >= 0.5 &&
  !isPaced(row) &&
  !isTimed(row);

/** Longest time, days, that a course or an announcement draws people. */
const SEASON = 100;

/** Users of an institute, the days on which each is seen, and the share of the archive that they take together. */
const MEMBERS = 10;
const DAYS_OF_MEMBERS = 10;
const WHOLE_ARCHIVE = 0.2;

/** Many users who come back again and again and together take much of the archive, more than any of them reads. `projects`: those of the log. */
export const isInstitute = (row: RowOf, projects: number): boolean =>
  row('unique_users') >= MEMBERS &&
  daysPerUser(row) >= DAYS_OF_MEMBERS &&
  distinct(row) >= Math.max(MANY_SWEPT, WHOLE_ARCHIVE * projects);

/** How unequal users and their visits are where some of them collect for others, what these take at least, and how long such a place is there. */
const COLLECTORS = { users: 6, gini: 0.6, visits: 1.45, days: 4, mean: 25, each: 100, weeks: 35 };

/** An institute of whose people a few collect for the others: some take a hundred times as much as most, in visits of another size. */
export const hasCollectors = (row: RowOf): boolean =>
  row('unique_users') >= COLLECTORS.users &&
  row('user_gini_coefficient') >= COLLECTORS.gini &&
  row('user_visit_size_cv') >= COLLECTORS.visits &&
  daysPerUser(row) >= COLLECTORS.days &&
  row('active_weeks') >= COLLECTORS.weeks &&
  row('downloads_per_user') >= COLLECTORS.mean &&
  row('total_downloads') >= COLLECTORS.each * 2 ** row('user_entropy') &&
  distinct(row) >= MANY_SWEPT;

/** Users of whom each collects, what each takes, at a visit and altogether, on how many days, and the share of the log for which they are there. */
const EACH = { users: 8, bulks: 2 / 3, visit: 12, visits: 3, days: 2.2, stay: 1 / 3, least: 60 } as const;

/** An institute whose users each come back for whole data sets, throughout the log, whatever hours they keep: people read what they take. */
export const eachCollects = (row: RowOf, { bulk, span, visit }: Record<'bulk' | 'span' | 'visit', number>): boolean =>
  row('unique_users') >= EACH.users &&
  row('downloads_per_user') >= EACH.bulks * bulk &&
  visitSize(row) >= Math.max(EACH.visit, EACH.visits * (visit || 0)) &&
  daysPerUser(row) >= EACH.days &&
  row('lifespan_days') >= Math.max(EACH.least, EACH.stay * span);

/** Many users who come for the same few projects within a season, and keep hours or come back: a course on line, a conference. */
export const isGathering = (row: RowOf): boolean =>
  row('unique_users') >= 15 &&
  thingsOf(row) <= Math.max(2, 0.2 * row('unique_users')) &&
  row('lifespan_days') <= SEASON &&
  (row('hourly_entropy') < 2.7 || (daysPerUser(row) >= 1.3 && !isHourless(row)));

/** Visits from which on chance does not make them even, and how far their entropy may stay below that of random hours. */
const VISITS_OF_HOURS = 40;
const NEAR_EVEN = 0.06;
/** Downloads a visit of names that take one thing at a time. */
export const ONE = 1.15;

/** Many who take one thing at a time at random hours: a campaign, whatever it is for. */
const isHourless = (row: RowOf): boolean =>
  row('user_visit_count') >= VISITS_OF_HOURS &&
  visitSize(row) < ONE &&
  row('hourly_entropy') >= evenEntropy(row('user_visit_count')) - NEAR_EVEN;

/** Entropy of the hours, nats, that no place of people reaches: all 24 alike have 3.18, sixteen 2.77. */
const ALL_HOURS = 3;
const MANY_VISITS = 60;

/** Visits of single users fall in all hours of the day. */
export const isAroundTheClock = (row: RowOf): boolean =>
  row('hourly_entropy') >= ALL_HOURS && row('user_visit_count') >= MANY_VISITS;

/** Some ten to a hundred users who are there at the same hours of working days, for the same few projects: a course. */
export const isLesson = (row: RowOf): boolean =>
  row('unique_users') >= 8 &&
  row('unique_users') <= 120 &&
  row('unique_projects') <= Math.max(2, 0.2 * row('unique_users')) &&
  row('max_concurrent_users') >= 0.25 * row('unique_users') &&
  row('hourly_entropy') < 2.2 &&
  !(row('night_activity_ratio_local') > 0.05) &&
  !(row('weekend_ratio') > 0.05);

/** Pauses between downloads vary less than half of their mean, over whole visits: nobody reads in between. */
export const isPaced = (row: RowOf): boolean =>
  row('interval_entropy') < EVEN_PACE && row('total_downloads') >= SOME_PACES;

/** Downloads beyond the first from which on a user could have come back for one. */
const SOME_MORE = 0.1;

/**
 * How far a place looks like a crowd of strangers, 0 … 1: many users of which none is seen on a second day, who all take
 * about equally much, and of everything alike. People come back, differ by orders of magnitude, or share an interest such as
 * a course has or {@link demand}. It says nothing of hours and weeks, so it tells bots that keep those of people.
 *
 * @param returning how far users of this log can be seen to come back, 0 … 1: {@link returningUsers}
 */
export function strangers(row: RowOf, returning: number): number {
  const users = row('unique_users');
  const days = ramp(row('avg_active_days_per_user'), 1.2, 1.05);
  const once = Number.isNaN(days) ? ramp(row('user_visit_count') / users, 1.4, 1.1) : days;
  const alone = once * ramp((daysPerUser(row) - 1) / Math.max(SOME_MORE, row('downloads_per_user') - 1), 0.25, 0.1);
  const alike = ramp(row('user_gini_coefficient'), 0.6, 0.5);
  const projects = thingsOf(row);
  const broad = Number.isNaN(projects) ? 0.5 : ramp(projects / users, 0.2, 0.5);
  const score = ramp(users, 8, 25) * alone * alike * broad * returning * (1 - demand(row));
  return Number.isNaN(score) ? 0 : score;
}

/**
 * Downloads that it takes to see what is in demand, and what the share of the first data set stays below where all are taken
 * alike: a twentieth, or seven times the mean where data sets have unequally many files.
 */
const DOWNLOADS_OF_DEMAND = 100;
const EVEN_SHARE = 0.05;
const LARGEST_TO_MEAN = 7;

/** How far a place shares the interests of others, 0 … 1: its first data set is in demand beyond what even taking gives. */
export function demand(row: RowOf): number {
  const even = Math.max(EVEN_SHARE, LARGEST_TO_MEAN / row('unique_projects'));
  const share = ramp(row('top_project_concentration') / even, 1, 1.4);
  return row('total_downloads') >= DOWNLOADS_OF_DEMAND && share > 0 ? share : 0;
}

const SMALL_PLACES = 10;

/**
 * How far users of a log can be seen to come back, 0 … 1, from places of two to twelve users with at least three active
 * days: 0 where names change from day to day, as in logs whose addresses are hashed anew each day. 1 where there are too
 * few such places to say.
 */
export function returningUsers(measures: Measures): number {
  const [users, days, visits] = ['unique_users', 'active_days', 'user_visit_count'].map(measures);
  if (!users || !days || !visits) return 0;
  const perUser = measures('avg_active_days_per_user') ?? visits.map((n, row) => n / users[row]!);
  const small = perUser.filter((value, row) => users[row]! >= 2 && users[row]! <= 12 && days[row]! >= 3 && value >= 1);
  if (small.length < SMALL_PLACES) return 1;
  return ramp(small.sort()[Math.floor(small.length / 2)]!, 1.1, 2.5);
}
