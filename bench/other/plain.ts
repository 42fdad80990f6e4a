import type { ClassName } from '@deeplogbot/core';
import { DAY, HOUR, type Laws } from './laws.js';
import type { Method, Setting, Take, Visitor } from './visitors.js';

/** Days of the log, from the first one, within which something happens. */
interface Stay {
  readonly first: number;
  readonly last: number;
}

const wholeLog = ({ days }: Setting): Stay => ({ first: 0, last: days });

/** A moment like any other. */
const anytime = (laws: Laws, { from }: Setting, { first, last }: Stay) => from + laws.between(first, last) * DAY;

/** Office hours by a normal law. What falls on a weekend moves to the Friday before, all but a share of it. */
function officeHours(laws: Laws, { from }: Setting, { first, last }: Stay, weekends = 0.07): number {
  const day = Math.floor(from / DAY + laws.between(first, last));
  const ofWeek = (day + 4) % 7;
  const rests = (ofWeek === 0 || ofWeek === 6) && laws.next() >= weekends;
  const hour = Math.min(23.99, Math.max(0, laws.normal(13.5, 2.8)));
  return (day - (rests ? (ofWeek === 6 ? 1 : 2) : 0)) * DAY + hour * HOUR;
}

/** A whole number from `low` to below `high`, as small as the archive. */
const some = (laws: Laws, { scale }: Setting, low: number, high: number) =>
  Math.max(2, Math.round(laws.between(low, high) * scale));

/** People who each take so much of a few data sets, one download apart from the next. */
function office(laws: Laws, setting: Setting, take: Take, people: number, each: number, sets: number): void {
  const wanted = Array.from({ length: sets }, () => laws.int(setting.projects));
  const method = laws.weighted<Method>({ http: 5, ftp: 4, 'fasp-aspera': 1 });
  for (let i = 0; i < people * each; i++) {
    const at = officeHours(laws, setting, wholeLog(setting));
    take(at, laws.int(people), laws.pick(wanted), laws.int(40), method);
  }
}

const ORGANIC = {
  individual: (laws, setting, take) => office(laws, setting, take, 1, some(laws, setting, 3, 60), 1 + laws.int(7)),
  lab: (laws, setting, take) =>
    office(laws, setting, take, 2 + laws.int(13), some(laws, setting, 8, 60), 3 + laws.int(27)),
  university: (laws, setting, take) =>
    office(laws, setting, take, 20 + laws.int(130), some(laws, setting, 4, 30), 20 + laws.int(130)),
} satisfies Record<string, Visitor>;

/** Names that nobody uses twice, or hardly, for anything at moments that something else decides. */
function names(laws: Laws, { projects }: Setting, take: Take, count: number, each: number, moment: () => number): void {
  for (let i = 0; i < Math.round(count * each); i++) take(moment(), laws.int(count), laws.int(projects), laws.int(40));
}

const BOT = {
  farm: (laws, setting, take) => {
    const stay = { first: 0.6 * setting.days, last: setting.days };
    const each = laws.between(1, 3);
    names(laws, setting, take, some(laws, setting, 400, 4000), each, () => anytime(laws, setting, stay));
  },
  small_farm: (laws, setting, take) => {
    const stay = { first: laws.between(0, 0.7) * setting.days, last: setting.days };
    names(laws, setting, take, 25 + laws.int(65), 1.4, () => anytime(laws, setting, stay));
  },
  campaign: (laws, setting, take) => {
    const stay = { first: Math.max(0, setting.days - 60), last: setting.days };
    const each = laws.between(2, 6);
    names(laws, setting, take, some(laws, setting, 100, 800), each, () => officeHours(laws, setting, stay, 0.7));
  },
  scraper: (laws, setting, take) => {
    const first = laws.between(0, setting.days - 7);
    const [downloads, days] = [some(laws, setting, 1000, 4000), laws.between(1, 7)];
    for (let i = 0; i < downloads; i++)
      take(setting.from + (first + (days * i) / downloads) * DAY, 0, Math.floor(i / 3) % setting.projects, i % 3);
  },
  slow_walk: (laws, setting, take) => {
    const [downloads, users] = [some(laws, setting, 400, 2000), 1 + laws.int(2)];
    let at = setting.from;
    for (let i = 0; i < downloads; i++) {
      at += laws.exponential((0.8 * setting.days * DAY) / downloads);
      take(at, laws.int(users), i % setting.projects, laws.int(40));
    }
  },
} satisfies Record<string, Visitor>;

const BULK = { 'fasp-aspera': 5, 'gridftp-globus': 3, ftp: 2 } as const;

const HUB = {
  mirror: (laws, setting, take) => {
    const [downloads, users] = [some(laws, setting, 2000, 6000), 1 + laws.int(3)];
    for (let i = 0; i < downloads; i++) {
      const at = anytime(laws, setting, wholeLog(setting));
      take(at, laws.int(users), i % setting.projects, laws.int(40), laws.weighted<Method>(BULK));
    }
  },
  institution: (laws, setting, take) => {
    const users = 30 + laws.int(70);
    const downloads = users * some(laws, setting, 60, 150);
    for (let i = 0; i < downloads; i++) {
      const job = laws.next() < 0.25;
      const at = job ? anytime(laws, setting, wholeLog(setting)) : officeHours(laws, setting, wholeLog(setting), 0.4);
      take(at, laws.int(users), laws.int(setting.projects), laws.int(40), laws.weighted<Method>({ ...BULK, http: 3 }));
    }
  },
  build: (laws, setting, take) => {
    const [step, project] = [laws.pick([1, 2, 6, 24]) * HOUR, laws.int(setting.projects)];
    const first = setting.from + laws.between(0, 0.5) * setting.days * DAY;
    const runs = Math.min(2000, Math.floor((0.5 * setting.days * DAY) / step));
    for (let run = 0; run < runs; run++) take(first + run * step + laws.normal(0, 20_000), 0, project, run % 4);
  },
} satisfies Record<string, Visitor>;

/** Every kind of place of the fourth generator, by its class: one plain law each, as a test would be written. */
export const PLAIN: Readonly<Record<ClassName, Readonly<Record<string, Visitor>>>> = {
  organic: ORGANIC,
  bot: BOT,
  hub: HUB,
};
