import type { ClassName } from '@deeplogbot/core';
import { DAY, HOUR, type Laws } from './laws.js';
import type { Method, Setting, Take, Visitor } from './visitors.js';

/** How much goes on at an hour of the local day, on a day of the week from 0 = Sunday; at most 1. */
type Rate = (hour: number, day: number) => number;

const always: Rate = () => 1;

/** A hump around an hour of the day; weekends have a share of it, all of it in a log that knows no weeks. */
function hump({ weeks = true }: Setting, middle: number, spread: number, weekend: number): Rate {
  return (hour, day) => {
    const distance = ((hour - middle + 36) % 24) - 12;
    return Math.exp((-distance * distance) / (2 * spread * spread)) * (weeks && (day === 0 || day === 6) ? weekend : 1);
  };
}

const workday = (laws: Laws, setting: Setting): Rate =>
  hump(setting, laws.between(11, 15), laws.between(2, 3.2), laws.between(0.15, 0.32));

/** Some moments of a thinned Poisson process, in order; fewer where the rate is nearly nought. `from` and `to` are shares of the log. */
function arrivals(laws: Laws, setting: Setting, wanted: number, rate: Rate, from = 0, to = 1): number[] {
  const found: number[] = [];
  for (let i = 0; found.length < wanted && i < 60 * wanted; i++) {
    const at = setting.from + laws.between(from, to) * setting.days * DAY;
    if (laws.next() < rate((at / HOUR) % 24, (Math.floor(at / DAY) + 4) % 7)) found.push(Math.floor(at / 1000) * 1000);
  }
  return found.sort((a, b) => a - b);
}

/** A data set by a power law: what is wanted by one is wanted by many. */
const wanted = (laws: Laws, { projects }: Setting) => Math.floor(projects ** laws.next()) - 1;
const whichever = (laws: Laws, { projects }: Setting) => laws.int(projects);
const whole = (value: number) => Math.max(1, Math.round(value));

/** One visit to one data set, with pauses of a mean of seconds. */
function visit(laws: Laws, take: Take, at: number, user: number, project: number, files: number, pause: number): void {
  let now = at;
  for (let i = 0; i < files; i++) {
    take(now, user, project, laws.int(30));
    now += 1000 * (1 + laws.exponential(pause));
  }
}

interface Career {
  readonly user: number;
  readonly visits: number;
  readonly files: number;
  readonly rate: Rate;
  readonly from?: number;
  readonly to?: number;
}

/** One person, who has favourites. */
function person(laws: Laws, setting: Setting, take: Take, { user, visits, files, rate, from, to }: Career): void {
  const favourites = [wanted(laws, setting), wanted(laws, setting), wanted(laws, setting)];
  for (const at of arrivals(laws, setting, visits, rate, from, to)) {
    const project = laws.next() < 0.5 ? laws.pick(favourites) : wanted(laws, setting);
    visit(laws, take, at, user, project, whole(laws.exponential(files)), 60);
  }
}

const ORGANIC = {
  researcher: (laws, setting, take) => {
    const people = 1 + laws.int(3);
    for (let user = 0; user < people; user++) {
      const visits = whole(2 * laws.pareto(1.2, 80));
      person(laws, setting, take, { user, visits, files: laws.between(1.5, 6), rate: workday(laws, setting) });
    }
  },
  group: (laws, setting, take) => {
    const rate = workday(laws, setting);
    const people = 4 + laws.int(22);
    for (let user = 0; user < people; user++) {
      const from = laws.between(0, 0.6);
      const career = { user, visits: whole(3 * laws.pareto(1, 120)), files: laws.between(2, 12), rate };
      person(laws, setting, take, { ...career, from, to: Math.min(1, from + laws.between(0.2, 1)) });
    }
  },
  one_address: (laws, setting, take) => {
    const visits = whole(laws.log(150, 1500) * Math.sqrt(setting.scale));
    for (const at of arrivals(laws, setting, visits, workday(laws, setting)))
      visit(laws, take, at, laws.int(2), wanted(laws, setting), whole(laws.exponential(4)), 50);
  },
  lessons: (laws, setting, take) => {
    const [pupils, hour, project] = [15 + laws.int(75), 9 + laws.int(8), wanted(laws, setting)];
    const first = laws.int(Math.max(1, setting.days - 90));
    const weeks = 2 + laws.int(11);
    for (let week = 0; week < weeks; week++) {
      const start = setting.from + (first + 7 * week) * DAY + hour * HOUR;
      for (let user = 0; user < pupils; user++)
        if (laws.next() < 0.8)
          visit(laws, take, start + laws.between(0, 90) * 60_000, user, project + laws.int(2), 1 + laws.int(4), 120);
    }
  },
  course_on_line: (laws, setting, take) => {
    const projects = [wanted(laws, setting), wanted(laws, setting), wanted(laws, setting)];
    const pupils = 60 + laws.int(340);
    const from = laws.between(0, Math.max(0, 1 - 55 / setting.days));
    for (let user = 0; user < pupils; user++) {
      const rate = hump(setting, laws.between(0, 24), 3, 1);
      for (const at of arrivals(laws, setting, 1 + laws.int(4), rate, from, from + Math.min(1, 50 / setting.days)))
        visit(laws, take, at, user, laws.pick(projects), 1 + laws.int(3), 90);
    }
  },
  conference: (laws, setting, take) => {
    const guests = 60 + laws.int(190);
    const first = laws.int(Math.max(1, setting.days - 6));
    const projects = Array.from({ length: 6 + laws.int(25) }, () => wanted(laws, setting));
    for (let user = 0; user < guests; user++) {
      const start = setting.from + (first + laws.int(5)) * DAY + laws.normal(14, 3) * HOUR;
      visit(laws, take, start, user, laws.pick(projects), 1 + laws.int(5), 60);
      if (laws.next() < 0.3) visit(laws, take, start + DAY, user, laws.pick(projects), 1 + laws.int(3), 60);
    }
  },
  town: (laws, setting, take) => {
    const people = whole(laws.log(50, 700));
    for (let user = 0; user < people; user++) {
      const rate = hump(setting, laws.between(10, 20), 3.2, 0.45);
      person(laws, setting, take, { user, visits: whole(laws.pareto(1.3, 40)), files: laws.between(1, 5), rate });
    }
  },
  gateway_of_all_zones: (laws, setting, take) => {
    const people = whole(laws.log(80, 500));
    for (let user = 0; user < people; user++) {
      const rate = hump(setting, laws.between(0, 24), 3, 0.6);
      person(laws, setting, take, { user, visits: laws.geometric(2.5), files: 4, rate });
    }
  },
  hotel: (laws, setting, take) => {
    const guests = whole(laws.log(60, 300));
    for (let user = 0; user < guests; user++) {
      const from = laws.between(0, 1 - 5 / setting.days);
      const career = { user, visits: 1 + laws.int(3), files: 2, rate: hump(setting, 18, 4, 0.9) };
      person(laws, setting, take, { ...career, from, to: from + 5 / setting.days });
    }
  },
  weekend_hobby: (laws, setting, take) => {
    const evening = hump(setting, 17, 3.5, 1);
    const rate: Rate = (hour, day) => evening(hour, day) * (day === 0 || day === 6 ? 1 : 0.15);
    for (let user = 0; user <= laws.int(2); user++)
      person(laws, setting, take, { user, visits: 3 + laws.int(23), files: 3, rate });
  },
  one_data_set: (laws, setting, take) => {
    const start = setting.from + laws.int(setting.days) * DAY + laws.between(9, 16) * HOUR;
    visit(laws, take, start, 0, wanted(laws, setting), whole(laws.log(30, 250)), 25);
    person(laws, setting, take, { user: 0, visits: 2 + laws.int(7), files: 3, rate: workday(laws, setting) });
  },
} satisfies Record<string, Visitor>;

/** Single downloads of whatever there is, each by one of so many names. */
function pool(
  laws: Laws,
  setting: Setting,
  take: Take,
  names: number,
  downloads: number,
  rate = always,
  from = 0,
): void {
  for (const at of arrivals(laws, setting, downloads, rate, from))
    take(at, laws.int(names), whichever(laws, setting), laws.int(30));
}

const many = (laws: Laws, { scale }: Setting, low: number, high: number) => whole(laws.log(low, high) * scale);

const BOT = {
  farm: (laws, setting, take) => {
    const names = many(laws, setting, 100, 2500);
    pool(laws, setting, take, names, whole(names * laws.between(1.2, 4)), always, laws.between(0, 0.7));
  },
  small_pool: (laws, setting, take) => {
    const names = 30 + laws.int(120);
    pool(laws, setting, take, names, whole(names * laws.log(3, 25)));
  },
  night_pool: (laws, setting, take) => {
    const names = many(laws, setting, 100, 1000);
    pool(laws, setting, take, names, 3 * names, hump(setting, 2, 2, 1));
  },
  beside_a_person: (laws, setting, take) => {
    person(laws, setting, take, { user: -1, visits: 8, files: 3, rate: workday(laws, setting) });
    const names = many(laws, setting, 80, 500);
    pool(laws, setting, take, names, 3 * names);
  },
  passing_names: (laws, setting, take) => {
    for (const [user, at] of arrivals(laws, setting, many(laws, setting, 80, 1200), always).entries())
      visit(laws, take, at, user, whichever(laws, setting), 1 + laws.int(2), 5);
  },
  name_of_the_day: (laws, setting, take) => {
    const days = Math.min(setting.days, 40 + laws.int(360));
    for (let day = 0; day < days; day++) {
      const downloads = 8 + laws.int(23);
      const start = setting.from + (setting.days - days + day) * DAY;
      for (let i = 0; i < downloads; i++) take(start + laws.next() * DAY, day, whichever(laws, setting), laws.int(30));
    }
  },
  burst: (laws, setting, take) => {
    const start = setting.from + laws.next() * (setting.days - 1) * DAY;
    const names = many(laws, setting, 60, 900);
    const hours = laws.between(2, 20);
    for (let user = 0; user < names; user++)
      visit(laws, take, start + laws.next() * hours * HOUR, user, whichever(laws, setting), 1 + laws.int(3), 3);
  },
  in_office_hours: (laws, setting, take) => {
    const rate = hump(setting, 13, 2.8, 0.25);
    for (const [user, at] of arrivals(laws, setting, many(laws, setting, 100, 900), rate).entries())
      visit(laws, take, at, user, whichever(laws, setting), 1 + laws.int(4), 10);
  },
  in_order: (laws, setting, take) => {
    let at = setting.from + laws.between(0, 0.5) * setting.days * DAY;
    const [downloads, names] = [many(laws, setting, 800, 6000), 20 + laws.int(180)];
    for (let i = 0; i < downloads; i++) {
      take(at, Math.floor((i * names) / downloads), Math.floor(i / 6) % setting.projects, i % 6);
      at += 1000 * laws.between(2, 6) + (i % 500 === 499 ? laws.between(0.5, 3) * DAY : 0);
    }
  },
  every_few_hours: (laws, setting, take) => {
    const downloads = Math.min(20 * setting.days, many(laws, setting, 300, 3000));
    const names = 1 + laws.int(4);
    for (let i = 0; i < downloads; i++) {
      const at = setting.from + ((i + laws.between(0, 0.5)) / downloads) * setting.days * DAY;
      take(at, laws.int(names), whichever(laws, setting), laws.int(30));
    }
  },
} satisfies Record<string, Visitor>;

const bulk = (laws: Laws): Method => laws.weighted({ ftp: 3, http: 2, 'fasp-aspera': 2, 'gridftp-globus': 1 } as const);

const HUB = {
  mirror: (laws, setting, take) => {
    const [method, end] = [bulk(laws), setting.from + setting.days * DAY];
    let project = 0;
    for (let start = setting.from; start < end; start += (laws.exponential(2) * setting.days * DAY) / 100) {
      const files = many(laws, setting, 20, 200);
      for (let i = 0; i < files; i++) {
        const user = laws.next() < 0.8 ? 0 : 1;
        take(start + 4500 * i, user, (project + Math.floor(i / 10)) % setting.projects, i % 10, method);
      }
      project += 10;
    }
  },
  sync: (laws, setting, take) => {
    const hour = laws.int(24);
    const most = 4 + laws.int(whole(40 * setting.scale));
    for (let day = 0; day < setting.days; day += Math.max(1, setting.days / 300)) {
      const start = setting.from + Math.floor(day) * DAY + hour * HOUR + laws.int(600) * 1000;
      const files = 3 + laws.int(most);
      for (let i = 0; i < files; i++) take(start + 2000 * i, 0, whichever(laws, setting), i);
    }
  },
  build: (laws, setting, take) => {
    const rate = laws.next() < 0.5 ? hump(setting, 15, 3.5, 0.4) : always;
    const [project, files] = [wanted(laws, setting), 2 + laws.int(7)];
    for (const at of arrivals(laws, setting, Math.min(800, whole(setting.days * laws.log(1, 6))), rate))
      for (let file = 0; file < files; file++) take(at + 1000 * file, laws.int(2), project, file);
  },
  portal: (laws, setting, take) => {
    const users = 3 + laws.int(23);
    for (const at of arrivals(laws, setting, whole(users * laws.log(150, 700) * setting.scale), always)) {
      const project = laws.next() < 0.5 ? wanted(laws, setting) : whichever(laws, setting);
      take(at, Math.floor(users * laws.next() ** 2), project, laws.int(30), laws.pick(['http', 'ftp']));
    }
  },
  one_huge_user: (laws, setting, take) => {
    for (const at of arrivals(laws, setting, many(laws, setting, 3000, 15_000), always))
      take(at, 0, whichever(laws, setting), laws.int(30), 'ftp');
  },
  institute: (laws, setting, take) => {
    const users = 2 + laws.int(11);
    const method = laws.pick(['ftp', 'fasp-aspera'] as const);
    for (const at of arrivals(laws, setting, Math.min(400, setting.days), hump(setting, 13, 4.5, 0.6))) {
      const [user, project, files] = [laws.int(users), whichever(laws, setting), many(laws, setting, 15, 90)];
      for (let i = 0; i < files; i++) take(at + 4000 * i, user, project, i, method);
    }
  },
  analysis_anew: (laws, setting, take) => {
    const times = 2 + laws.int(5);
    for (let time = 0; time < times; time++) {
      let at = setting.from + laws.next() * 0.95 * setting.days * DAY;
      const [project, files] = [whichever(laws, setting), many(laws, setting, 300, 2500)];
      for (let i = 0; i < files; i++) {
        take(at, time % 2, (project + Math.floor(i / 15)) % setting.projects, i % 15, 'ftp');
        at += laws.exponential(5000);
      }
    }
  },
} satisfies Record<string, Visitor>;

/** Every kind of place of the third generator, by its class: all is drawn from rates over the hours of the week. */
export const STRANGERS: Readonly<Record<ClassName, Readonly<Record<string, Visitor>>>> = {
  organic: ORGANIC,
  bot: BOT,
  hub: HUB,
};
