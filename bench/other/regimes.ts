import type { LogSchema } from '@deeplogbot/core';
import { PLAIN } from './plain.js';
import { STRANGERS } from './strangers.js';
import { type BotKind, VISITORS } from './visitors.js';

/** Kinds of places, by class. */
export const GENERATORS = { second: VISITORS, third: STRANGERS, fourth: PLAIN } as const;

/** A kind of log that the deep method must cope with. */
export interface Regime {
  readonly name: string;
  readonly locations: number;
  readonly days: number;
  readonly shares: { readonly organic: number; readonly bot: number; readonly hub: number };
  /** Multiplies what places take. @defaultValue 1 */
  readonly scale?: number;
  /** Text of a timestamp. @defaultValue 'milliseconds' */
  readonly precision?: 'milliseconds' | 'seconds' | 'days';
  /** The log of another archive: other names, no coordinates, no files, no protocol. */
  readonly foreign?: boolean;
  /** Kinds of bots that take part. @defaultValue all */
  readonly bots?: readonly BotKind[];
  /** Whose kinds of places: those of the second generator, the third or the fourth. @defaultValue 'second' */
  readonly generator?: keyof typeof GENERATORS;
  /** People live by UTC, and coordinates and countries are anywhere. */
  readonly clockless?: boolean;
  /** False where every day of the week is alike. @defaultValue true */
  readonly weeks?: boolean;
  /** Data sets of the archive. @defaultValue 3000 */
  readonly projects?: number;
}

const usual = { organic: 0.45, bot: 0.35, hub: 0.2 };

const third = { generator: 'third', locations: 700, shares: usual, projects: 800 } as const;

const fourth = {
  generator: 'fourth',
  locations: 500,
  shares: { organic: 0.45, bot: 0.4, hub: 0.15 },
  projects: 2000,
} as const;

/** The regimes that docs/deep-accuracy.md reports, in its order. */
export const REGIMES: readonly Regime[] = [
  { name: 'two years', locations: 1200, days: 730, shares: usual },
  { name: 'four years, heavier use', locations: 800, days: 1460, shares: usual, scale: 2 },
  { name: 'two weeks', locations: 1000, days: 14, shares: usual },
  { name: 'two months', locations: 1000, days: 60, shares: usual },
  { name: 'small log', locations: 300, days: 365, shares: usual },
  { name: 'small archive', locations: 600, days: 365, shares: usual, scale: 0.4 },
  { name: 'one bot in twenty', locations: 1200, days: 365, shares: { organic: 0.85, bot: 0.05, hub: 0.1 } },
  { name: 'nine bots in ten', locations: 1200, days: 365, shares: { organic: 0.06, bot: 0.9, hub: 0.04 } },
  { name: 'few hubs', locations: 1200, days: 365, shares: { organic: 0.6, bot: 0.38, hub: 0.02 } },
  { name: 'another schema', locations: 1000, days: 730, shares: usual, foreign: true },
  { name: 'another schema, two months', locations: 1000, days: 60, shares: usual, foreign: true },
  { name: 'whole seconds', locations: 1000, days: 365, shares: usual, precision: 'seconds' },
  { name: 'days only', locations: 1000, days: 365, shares: usual, precision: 'days' },
  { ...third, name: 'third: two years', days: 730 },
  { ...third, name: 'third: one clock for the world, no weeks', days: 1400, clockless: true, weeks: false },
  { ...third, name: 'third: one month', days: 31 },
  { ...third, name: 'third: another schema', days: 500, foreign: true, clockless: true },
  { ...third, name: 'third: small archive', locations: 250, days: 300, scale: 0.2, projects: 100 },
  { ...third, name: 'third: nine bots in ten', days: 500, shares: { organic: 0.07, bot: 0.88, hub: 0.05 } },
  { ...fourth, name: 'fourth: a year', days: 365 },
  { ...fourth, name: 'fourth: four months of small places', locations: 900, days: 120, scale: 0.25 },
  { ...fourth, name: 'fourth: another schema', days: 540, foreign: true },
];

/** Logs with one class only, and twenty obvious farms among people: named kinds where not every kind takes part. */
export const EXTREMES: readonly Regime[] = [
  { name: 'people only', locations: 300, days: 365, shares: { organic: 1, bot: 0, hub: 0 } },
  { ...third, name: 'third: people only', locations: 250, days: 365, shares: { organic: 1, bot: 0, hub: 0 } },
  { ...fourth, name: 'fourth: people only', days: 365, shares: { organic: 1, bot: 0, hub: 0 } },
  { name: 'bots only', locations: 200, days: 365, shares: { organic: 0, bot: 1, hub: 0 } },
  { name: 'twenty farms', locations: 200, days: 365, shares: { organic: 0.9, bot: 0.1, hub: 0 }, bots: ['farm'] },
];

/** How the log of another archive names its columns. */
export const FOREIGN_SCHEMA: Partial<LogSchema> = {
  locationField: 'place',
  countryField: 'land',
  cityField: null,
  userField: 'client',
  projectField: 'dataset',
  fileField: null,
  methodField: null,
  timestampField: 'moment',
};
