import type { ClassName } from '@deeplogbot/core';
import { DAY, drawRhythm, HOUR, humanMoment, type Laws, type Rhythm } from './laws.js';

/** Takes one download: local time in ms, and whole numbers for user, project and file within the project. */
export type Take = (at: number, user: number, project: number, file: number, method?: Method) => void;

export type Method = 'http' | 'ftp' | 'fasp-aspera' | 'gridftp-globus';

/** Where and when a visitor is. */
export interface Setting {
  /** First local moment of the log, ms, and its length in days. */
  readonly from: number;
  readonly days: number;
  /** Projects of the archive. */
  readonly projects: number;
  /** Scale of everything that a place can take: 1 = an archive of some hundred downloads a place. */
  readonly scale: number;
  /** Whether people rest at weekends. @defaultValue true */
  readonly weeks?: boolean;
}

export type Visitor = (laws: Laws, setting: Setting, take: Take) => void;

/** Projects are popular by a power law. */
const popular = (laws: Laws, { projects }: Setting) => Math.floor(projects * laws.next() ** 2.5);

/** Part of the log in which a place is active: all of it, or it began later, or it ended earlier. */
function stay(laws: Laws, { from, days }: Setting): { from: number; days: number } {
  const length = days * Math.max(Math.min(1, 2 / days), laws.next() < 0.5 ? 1 : laws.between(0.1, 1));
  return { from: from + Math.floor(laws.next() * (days - length)) * DAY, days: length };
}

/** One sitting of a person: some projects, files with pauses of seconds to minutes. */
function sitting(laws: Laws, setting: Setting, take: Take, at: number, user: number, mean: number, method: Method) {
  const files = laws.geometric(mean);
  let project = popular(laws, setting);
  let file = laws.int(40);
  let now = at;
  for (let i = 0; i < files; i++) {
    take(now, user, project, file, method);
    if (laws.next() < 0.25) project = popular(laws, setting);
    file = laws.next() < 0.5 ? file + 1 : laws.int(40);
    now += 1000 * laws.log(2, 400);
  }
}

/** People of one place: how often each comes is Pareto, how much each takes too. */
function people(laws: Laws, setting: Setting, take: Take, count: number, files: number, rhythm: Rhythm): void {
  const { from, days } = stay(laws, setting);
  const method: Method = laws.next() < 0.2 ? 'ftp' : 'http';
  for (let user = 0; user < count; user++) {
    const visits = Math.ceil(laws.pareto(1.1, 60) * Math.min(1, 0.3 + days / 200));
    const own = files * laws.log(0.4, 2.5);
    const mine = laws.next() < 0.4 ? { from, days: Math.min(days, 45) } : { from, days };
    const begin = mine.from + Math.floor(laws.next() * (days - mine.days)) * DAY;
    for (let visit = 0; visit < visits; visit++)
      sitting(laws, setting, take, humanMoment(laws, rhythm, begin, mine.days), user, own, method);
  }
}

/** Moments spread over the clock: independent, or with a slow drift of the rate. */
const anyMoment = (laws: Laws, from: number, days: number, lean = 1) => from + laws.next() ** lean * days * DAY;

/** A walk through the archive, project by project, file by file. */
function* walk(laws: Laws, { projects }: Setting, perProject: number): Generator<readonly [number, number]> {
  for (let project = laws.int(projects); ; project = (project + 1) % projects) {
    const files = laws.geometric(perProject);
    for (let file = 0; file < files; file++) yield [project, file];
  }
}

const onFiles = (steps: Generator<readonly [number, number]>) => steps.next().value as readonly [number, number];

const ORGANIC = {
  individual: (laws, setting, take) => people(laws, setting, take, laws.geometric(1.6), 4, drawRhythm(laws)),
  passer_by: (laws, setting, take) => {
    const rhythm = drawRhythm(laws);
    sitting(laws, setting, take, humanMoment(laws, rhythm, setting.from, setting.days), 0, 4, 'http');
  },
  lab: (laws, setting, take) =>
    people(laws, setting, take, Math.ceil(laws.log(3, 30)), laws.log(5, 12) * setting.scale, drawRhythm(laws)),
  night_lab: (laws, setting, take) =>
    people(laws, setting, take, Math.ceil(laws.log(3, 15)), laws.log(5, 10) * setting.scale, drawRhythm(laws, true)),
  city: (laws, setting, take) =>
    people(laws, setting, take, Math.ceil(laws.log(30, 350) * setting.scale), laws.log(2, 6), drawRhythm(laws)),
  course: (laws, setting, take) => {
    const rhythm = { ...drawRhythm(laws), hour: laws.between(10, 15), spread: 0.3, weekend: 0 };
    const shared = [popular(laws, setting), popular(laws, setting)];
    const pupils = 15 + laws.int(40);
    const lessons = 1 + laws.int(5);
    const begin = setting.from + laws.int(Math.max(1, setting.days - 35)) * DAY;
    for (let lesson = 0; lesson < lessons; lesson++) {
      const start = humanMoment(laws, rhythm, begin, Math.min(35, setting.days));
      for (let user = 0; user < pupils; user++) {
        if (laws.next() < 0.15) continue;
        const files = 1 + laws.int(4);
        for (let i = 0; i < files; i++)
          take(start + laws.exponential(600_000) + i * laws.log(5000, 200_000), user, laws.pick(shared), laws.int(5));
      }
    }
    people(laws, setting, take, 1 + laws.int(4), 4, drawRhythm(laws));
  },
  bulk_researcher: (laws, setting, take) => {
    const rhythm = drawRhythm(laws);
    const projects = 1 + laws.int(3);
    for (let i = 0; i < projects; i++) {
      let at = humanMoment(laws, rhythm, setting.from, setting.days);
      const project = popular(laws, setting);
      const files = Math.ceil(laws.log(20, 120) * setting.scale);
      for (let file = 0; file < files; file++) {
        take(at, 0, project, file);
        at += 1000 * laws.log(3, 300);
      }
    }
    people(laws, setting, take, 1 + laws.int(3), 5, rhythm);
  },
  campus: (laws, setting, take) => {
    const rhythm = drawRhythm(laws);
    const { from, days } = stay(laws, setting);
    const visits = Math.ceil(laws.log(40, 250) * setting.scale * Math.min(1, 0.3 + days / 200));
    for (let i = 0; i < visits; i++)
      sitting(laws, setting, take, humanMoment(laws, rhythm, from, days), laws.int(3), 5, 'http');
  },
} satisfies Record<string, Visitor>;

/** Bots come under many names; `moment` says when. */
function crowd(
  laws: Laws,
  setting: Setting,
  take: Take,
  options: { users: number; each: () => number; moment: () => number; gap: () => number; inOrder?: boolean },
): void {
  const steps = walk(laws, setting, 6);
  for (let user = 0; user < options.users; user++) {
    let at = options.moment();
    const files = options.each();
    for (let i = 0; i < files; i++) {
      const [project, file] = options.inOrder ? onFiles(steps) : [laws.int(setting.projects), laws.int(30)];
      take(at, user, project, file);
      at += options.gap();
    }
  }
}

const BOT = {
  farm: (laws, setting, take) => {
    const { from, days } = stay(laws, setting);
    const mean = laws.between(1, 5);
    const moment = () => anyMoment(laws, from, days);
    const each = () => laws.geometric(mean);
    crowd(laws, setting, take, {
      users: size(laws, setting, 60, 900),
      each,
      moment,
      gap: () => laws.log(1000, 60_000),
    });
  },
  waves: (laws, setting, take) => {
    const starts = Array.from({ length: 2 + laws.int(8) }, () => setting.from + laws.next() * (setting.days - 1) * DAY);
    const hours = laws.log(2, 20);
    const moment = () => laws.pick(starts) + laws.next() * hours * HOUR;
    const each = () => 1 + laws.int(3);
    crowd(laws, setting, take, { users: size(laws, setting, 60, 600), each, moment, gap: () => laws.log(500, 20_000) });
  },
  rotating_proxy: (laws, setting, take) => {
    const { from, days } = stay(laws, setting);
    const users = size(laws, setting, 100, 1500);
    let n = 0;
    const moment = () => from + ((n++ + laws.next()) / users) * days * DAY;
    crowd(laws, setting, take, { users, each: () => 1, moment, gap: () => 1, inOrder: true });
  },
  burst_scraper: (laws, setting, take) => {
    const start = setting.from + laws.next() * Math.max(0, setting.days - 2) * DAY;
    const hours = laws.log(3, 40);
    const moment = () => start + laws.next() * hours * HOUR;
    const each = () => laws.geometric(8);
    crowd(laws, setting, take, {
      users: size(laws, setting, 25, 300),
      each,
      moment,
      gap: () => laws.log(200, 3000),
      inOrder: true,
    });
  },
  slow_drip: (laws, setting, take) => {
    const { from, days } = stay(laws, setting);
    const users = Math.ceil(Math.min(size(laws, setting, 60, 700), days * 12));
    let n = 0;
    const moment = () => from + ((n++ + 0.5 * laws.next()) / users) * days * DAY;
    crowd(laws, setting, take, { users, each: () => 1, moment, gap: () => 1 });
  },
  daylight: (laws, setting, take) => {
    const rhythm = { ...drawRhythm(laws), weekend: laws.between(0.6, 1), holidays: [] };
    const { from, days } = stay(laws, setting);
    const moment = () => humanMoment(laws, rhythm, from, days);
    const each = () => laws.geometric(laws.between(1, 4));
    crowd(laws, setting, take, {
      users: size(laws, setting, 80, 900),
      each,
      moment,
      gap: () => laws.log(5000, 120_000),
    });
  },
  office_farm: (laws, setting, take) => {
    const rhythm = { ...drawRhythm(laws), weekend: laws.between(0, 0.3), holidays: [] };
    const { from, days } = stay(laws, setting);
    const moment = () => humanMoment(laws, rhythm, from, days);
    const each = () => laws.pick([1, 2, 2, 3]);
    crowd(laws, setting, take, {
      users: size(laws, setting, 150, 1200),
      each,
      moment,
      gap: () => laws.log(2000, 20_000),
      inOrder: true,
    });
  },
} satisfies Record<string, Visitor>;

const size = (laws: Laws, { scale }: Setting, low: number, high: number) => Math.ceil(laws.log(low, high) * scale);

/** A machine of few names that copies; `starts` are the beginnings of its runs. */
function copy(
  laws: Laws,
  setting: Setting,
  take: Take,
  options: { users: number; starts: readonly number[]; files: number; gap: number; method: Method },
): void {
  const steps = walk(laws, setting, 12);
  for (const start of options.starts) {
    let at = start;
    const user = Math.floor(options.users * laws.next() ** 2);
    const files = Math.max(1, Math.round(options.files * laws.between(0.3, 1.7)));
    for (let i = 0; i < files; i++) {
      const [project, file] = onFiles(steps);
      take(at, user, project, file, options.method);
      at += options.gap * laws.between(0.7, 1.6);
    }
  }
}

const transfer = (laws: Laws): Method =>
  laws.weighted({ http: 4, ftp: 4, 'fasp-aspera': 1, 'gridftp-globus': 1 } as const);

/** Runs every `every` days from the begin of a stay, at a moment of the day, each with its own delay. */
function runs(laws: Laws, setting: Setting, every: number, hour: () => number): number[] {
  const { from, days } = stay(laws, setting);
  const first = Math.floor(from / DAY);
  return Array.from({ length: Math.max(2, Math.floor(days / every)) }, (_, i) =>
    Math.min(from + days * DAY, Math.floor(first + i * every) * DAY + hour() * HOUR),
  );
}

const HUB = {
  nightly_mirror: (laws, setting, take) => {
    const hour = laws.between(0, 24);
    const starts = runs(laws, setting, Math.max(1, setting.days / 120), () => hour + laws.between(0, 0.3));
    const files = laws.log(10, 60) * setting.scale;
    copy(laws, setting, take, {
      users: 1 + laws.int(3),
      starts,
      files,
      gap: laws.log(500, 10_000),
      method: transfer(laws),
    });
  },
  steady_mirror: (laws, setting, take) => {
    const starts = runs(laws, setting, Math.max(0.2, setting.days / 300), () => laws.between(0, 24));
    const files = laws.log(6, 40) * setting.scale;
    copy(laws, setting, take, {
      users: 1 + laws.int(6),
      starts,
      files,
      gap: laws.log(1000, 30_000),
      method: transfer(laws),
    });
  },
  institutional_mirror: (laws, setting, take) => {
    const rhythm = { ...drawRhythm(laws), spread: 4.5, weekend: laws.between(0.3, 1) };
    const { from, days } = stay(laws, setting);
    const visits = Math.ceil(Math.min(150, 20 + days / 2));
    const starts = Array.from({ length: visits }, () => humanMoment(laws, rhythm, from, days)).sort((a, b) => a - b);
    const files = laws.log(30, 120) * setting.scale;
    copy(laws, setting, take, {
      users: 1 + laws.int(4),
      starts,
      files,
      gap: laws.log(800, 8000),
      method: transfer(laws),
    });
  },
  ci: (laws, setting, take) => {
    const { from, days } = stay(laws, setting);
    const perDay = laws.pick([1, 2, 4, 8]);
    const projects = Array.from({ length: 1 + laws.int(3) }, () => popular(laws, setting));
    const files = 2 + laws.int(10);
    const users = 1 + laws.int(4);
    const minute = laws.int(60);
    const step = Math.max(1, Math.floor(days / 200));
    for (let day = 0; day < days; day += step)
      for (let i = 0; i < perDay; i++) {
        const at = Math.floor(from / DAY + day) * DAY + (i * 24 * HOUR) / perDay + minute * 60_000;
        const user = laws.int(users);
        for (let file = 0; file < files; file++)
          take(at + file * 1500 + laws.int(900), user, laws.pick(projects), file);
      }
  },
  reanalysis: (laws, setting, take) => {
    const { from, days } = stay(laws, setting);
    const starts = Array.from({ length: 3 + laws.int(12) }, () => anyMoment(laws, from, days)).sort((a, b) => a - b);
    const files = laws.log(150, 900) * setting.scale;
    copy(laws, setting, take, {
      users: 1 + laws.int(3),
      starts,
      files,
      gap: laws.log(500, 20_000),
      method: transfer(laws),
    });
  },
  gateway: (laws, setting, take) => {
    const starts = runs(laws, setting, Math.max(0.3, setting.days / 200), () => laws.between(0, 24));
    const files = laws.log(15, 80) * setting.scale;
    copy(laws, setting, take, {
      users: 1 + laws.int(3),
      starts,
      files,
      gap: laws.log(1000, 20_000),
      method: transfer(laws),
    });
    const guests: Take = (at, user, project, file, method) => take(at, 10 + user, project, file, method);
    people(laws, setting, guests, Math.ceil(laws.log(3, 20)), 3, drawRhythm(laws));
  },
} satisfies Record<string, Visitor>;

export type OrganicKind = keyof typeof ORGANIC;
export type BotKind = keyof typeof BOT;
export type HubKind = keyof typeof HUB;

/** Every kind of place of the second generator, by its class. */
export const VISITORS: Readonly<Record<ClassName, Readonly<Record<string, Visitor>>>> = {
  organic: ORGANIC,
  bot: BOT,
  hub: HUB,
};
