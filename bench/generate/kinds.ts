import type { ClassName } from '@deeplogbot/core';

export const KINDS = [
  'visitor',
  'person',
  'lab',
  'course',
  'mirror',
  'ci',
  'aggregator',
  'farm',
  'scraper',
  'crawler',
  'mimic',
] as const;
export type Kind = (typeof KINDS)[number];

/** When visits begin. `rhythm`: local days and hours of people; `even`: spread over the clock; `cron`: a fixed minute, four to twelve times a day. */
export type Schedule = 'rhythm' | 'even' | 'cron';

/** Local hours in which visits begin. */
export type HourProfile = 'office' | 'class' | 'evening';

export interface KindSpec {
  readonly label: ClassName;
  readonly meaning: string;
  readonly schedule: Schedule;
  readonly hours: HourProfile;
  /** Chance that a visit that falls on Saturday or Sunday stays there. */
  readonly weekend: number;
  /** Most downloads of one visit; fewer where that is needed to reach the users and projects of the location. */
  readonly visit: number;
  /** Mean seconds between the downloads of a visit, and how much of it varies (0 = a metronome, 1 = ±100 %). */
  readonly gapS: number;
  readonly jitter: number;
  /** Files in the order of their numbers. */
  readonly sequential: boolean;
  /** Days of the year in which visits fall, from 1 September; 365 = all year. */
  readonly seasonDays: number;
  /** Users come one after the other and are not seen again; otherwise a few of them take most, as the Gini coefficient says. */
  readonly cyclesUsers: boolean;
  /** Least number of visits per user, where there are downloads enough; the more, the less equal users can be. */
  readonly visitsPerUser: number;
  /** Part of the quantile range of users and of downloads per user that this kind draws from. */
  readonly usersBand: readonly [number, number];
  readonly downloadsBand: readonly [number, number];
  /** Shares of http, ftp, fasp-aspera and gridftp-globus. */
  readonly methods: readonly [number, number, number, number];
}

const people = {
  weekend: 0.25,
  gapS: 70,
  jitter: 1,
  sequential: false,
  seasonDays: 365,
  cyclesUsers: false,
  visitsPerUser: 4,
} as const;
const machine = { hours: 'office', weekend: 1, sequential: true, seasonDays: 365, visitsPerUser: 1 } as const;
const web = [0.95, 0.05, 0, 0] as const;
const transfer = [0.25, 0.6, 0.1, 0.05] as const;

/** What each kind of location does; the label is what a classifier should find. */
export const KIND_SPECS: Readonly<Record<Kind, KindSpec>> = {
  visitor: {
    ...people,
    label: 'organic',
    meaning: 'one or a few people who came once or twice',
    schedule: 'rhythm',
    hours: 'evening',
    visit: 4,
    usersBand: [0, 0.3],
    downloadsBand: [0, 0.4],
    methods: web,
  },
  person: {
    ...people,
    label: 'organic',
    meaning: 'a handful of people, day rhythm, few at weekends',
    schedule: 'rhythm',
    hours: 'evening',
    visit: 8,
    usersBand: [0.05, 0.7],
    downloadsBand: [0.1, 0.8],
    methods: [0.8, 0.2, 0, 0],
  },
  lab: {
    ...people,
    weekend: 0.1,
    label: 'organic',
    meaning: 'a research group: many files each, office hours',
    schedule: 'rhythm',
    hours: 'office',
    visit: 40,
    gapS: 45,
    usersBand: [0.3, 0.95],
    downloadsBand: [0.5, 1],
    methods: [0.55, 0.4, 0.05, 0],
  },
  course: {
    ...people,
    weekend: 0,
    label: 'organic',
    meaning: 'a class: many users, the same few projects, weeks of autumn, lesson hours',
    schedule: 'rhythm',
    hours: 'class',
    visit: 6,
    gapS: 30,
    seasonDays: 45,
    cyclesUsers: true,
    usersBand: [0.7, 0.95],
    downloadsBand: [0.2, 0.55],
    methods: web,
  },
  mirror: {
    ...machine,
    label: 'hub',
    meaning: 'copies whole projects in order, night and day, few users',
    schedule: 'even',
    visit: 400,
    gapS: 8,
    jitter: 0.3,
    cyclesUsers: false,
    visitsPerUser: 16,
    usersBand: [0, 0.5],
    downloadsBand: [0.3, 1],
    methods: transfer,
  },
  ci: {
    ...machine,
    label: 'hub',
    meaning: 'a pipeline: the same files at a fixed minute, some times a day',
    schedule: 'cron',
    visit: 60,
    gapS: 2,
    jitter: 0.05,
    cyclesUsers: false,
    visitsPerUser: 16,
    usersBand: [0, 0.4],
    downloadsBand: [0.2, 0.8],
    methods: [0.6, 0.4, 0, 0],
  },
  aggregator: {
    ...machine,
    label: 'hub',
    meaning: 'a re-analysis service or campus gateway: many users, a few of them take nearly all',
    schedule: 'even',
    visit: 120,
    gapS: 15,
    jitter: 0.8,
    cyclesUsers: false,
    visitsPerUser: 16,
    usersBand: [0.4, 1],
    downloadsBand: [0.1, 0.9],
    methods: transfer,
  },
  farm: {
    ...machine,
    label: 'bot',
    meaning: 'coordinated: users used in turn, each for a few downloads',
    schedule: 'even',
    visit: 3,
    gapS: 20,
    jitter: 0.9,
    sequential: false,
    cyclesUsers: true,
    usersBand: [0.25, 1],
    downloadsBand: [0, 0.75],
    methods: web,
  },
  scraper: {
    ...machine,
    label: 'bot',
    meaning: 'walks the archive at a constant pace under changing users',
    schedule: 'even',
    visit: 25,
    gapS: 3,
    jitter: 0.1,
    cyclesUsers: true,
    usersBand: [0.1, 0.9],
    downloadsBand: [0.4, 0.95],
    methods: web,
  },
  crawler: {
    ...machine,
    label: 'bot',
    meaning: 'one file here and there, all projects, around the clock',
    schedule: 'even',
    visit: 1,
    gapS: 600,
    jitter: 1,
    sequential: false,
    cyclesUsers: false,
    usersBand: [0.1, 0.8],
    downloadsBand: [0.2, 0.9],
    methods: [1, 0, 0, 0],
  },
  mimic: {
    ...machine,
    label: 'bot',
    meaning: 'bots that keep local hours and human pauses, but never the same user for long, and work at weekends',
    schedule: 'rhythm',
    hours: 'evening',
    weekend: 0.9,
    visit: 4,
    gapS: 70,
    jitter: 1,
    sequential: false,
    cyclesUsers: true,
    usersBand: [0.4, 1],
    downloadsBand: [0.1, 0.6],
    methods: web,
  },
};

/** Twenty locations in the proportion of the labelled sample: 11 bots, 6 organic, 3 hubs. */
export const CYCLE: readonly Kind[] = [
  'farm',
  'lab',
  'mirror',
  'scraper',
  'person',
  'farm',
  'mimic',
  'ci',
  'course',
  'farm',
  'crawler',
  'lab',
  'farm',
  'scraper',
  'aggregator',
  'person',
  'mimic',
  'farm',
  'lab',
  'scraper',
];

/** Weights of the 24 local hours. */
export const HOUR_WEIGHTS: Readonly<Record<HourProfile, readonly number[]>> = {
  office: [0, 0, 0, 0, 0, 0, 0, 2, 8, 14, 16, 15, 9, 13, 16, 15, 12, 7, 3, 1, 1, 1, 0, 0],
  class: [0, 0, 0, 0, 0, 0, 0, 0, 2, 14, 20, 14, 2, 4, 18, 18, 8, 0, 0, 0, 0, 0, 0, 0],
  evening: [1, 0, 0, 0, 0, 0, 1, 2, 6, 9, 11, 11, 8, 10, 11, 11, 10, 8, 5, 4, 5, 5, 4, 2],
};
