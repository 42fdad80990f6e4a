import { ConfigError, checkOneOf, givenOptions, type LogSchema } from '@deeplogbot/core';
import { checkDay, type Month, parseMonth } from './months.js';

/** Columns that a download schema has no role for; a name that is null or absent means the log lacks the column. */
export interface UsageFields {
  /** What stands for address and agent in `ip|ua|date|hour`. @defaultValue the schema's user */
  readonly clientFields?: readonly string[];
  /** Session cookie; where it is NULL or empty, the surrogate is the session. */
  readonly sessionField?: string | null;
  /** Name of a user who is logged in. */
  readonly userNameField?: string | null;
  /** Cookie of a user over several sessions. */
  readonly userCookieField?: string | null;
  /** HTTP status: only 200 and 304 are usage. */
  readonly statusField?: string | null;
  /** Boolean: data were retrieved (a request), or not or nothing that can be read (only looked at). @defaultValue every row is a request */
  readonly requestField?: string | null;
}

/** What is counted, in which months. */
export interface UsageOptions extends UsageFields {
  /** What the columns of the annotated log mean, bound to it. */
  readonly schema: LogSchema;
  /** First and last month, `YYYY-MM`. @defaultValue those of the log */
  readonly from?: string;
  readonly to?: string;
  /** First and last day, `YYYY-MM-DD`, on which the log is known to be complete. @defaultValue first and last day in it */
  readonly coveredFrom?: string;
  readonly coveredTo?: string;
  /** Whether double clicks end at the full hour where a user is known by address and agent only. @defaultValue true */
  readonly hourSliceDoubleClick?: boolean;
  /** Downloads of locations without enough evidence: nothing says that they are robots. @defaultValue 'regular' */
  readonly insufficientEvidence?: 'regular' | 'exclude';
}

/** How the reports are written. */
export interface ReportOptions {
  /** Day of the report, `YYYY-MM-DD`. It is asked for, so that equal runs give equal bytes. */
  readonly created: string;
  /** @defaultValue 'DeepLogBot' */
  readonly createdBy?: string;
  /** Publisher of data sets whose metadata name none. @defaultValue 'Unknown' */
  readonly publisher?: string;
  /** @defaultValue '' */
  readonly publisherId?: string;
  /** @defaultValue 'Unknown' */
  readonly platform?: string;
  /** Write the JSON compressed by gzip, with exception 69. @defaultValue false */
  readonly compress?: boolean;
  /** Data sets per part. @defaultValue 50000 */
  readonly maxItems?: number;
  /** Bytes per part before compression. @defaultValue 10000000 */
  readonly maxBytes?: number;
}

/** What {@link ReportOptions} are where nothing is said. */
export const REPORT_DEFAULTS = {
  createdBy: 'DeepLogBot',
  publisher: 'Unknown',
  publisherId: '',
  platform: 'Unknown',
  compress: false,
  maxItems: 50_000,
  maxBytes: 10_000_000,
} as const;

/** {@link ReportOptions} with every default filled in. */
export type ReportSettings = Required<ReportOptions>;

/** Fills in the defaults, also for options that are there but undefined. */
export const reportSettings = (options: ReportOptions): ReportSettings => ({
  ...REPORT_DEFAULTS,
  ...givenOptions(options),
});

/** First and last month that were asked for, where they were. */
export interface Months {
  readonly from?: Month;
  readonly to?: Month;
}

/** The months asked for; stops at what cannot be. */
export function checkOptions(options: UsageOptions): Months {
  const from = options.from === undefined ? undefined : parseMonth('from', options.from);
  const to = options.to === undefined ? undefined : parseMonth('to', options.to);
  for (const name of ['coveredFrom', 'coveredTo'] as const) {
    const day = options[name];
    if (day !== undefined) checkDay(name, day);
  }
  if (from !== undefined && to !== undefined && from > to) {
    throw new ConfigError('INVALID_OPTION', `from (${options.from}) is after to (${options.to}).`, {
      hint: 'Exchange them.',
    });
  }
  if (options.insufficientEvidence !== undefined) {
    checkOneOf('insufficientEvidence', options.insufficientEvidence, ['regular', 'exclude']);
  }
  return { from, to };
}
