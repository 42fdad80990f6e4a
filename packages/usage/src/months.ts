import { ConfigError } from '@deeplogbot/core';

/** A month as one number: 12 · year + (month − 1). */
export type Month = number;

/** From the first to the last month, both in it. */
export interface Period {
  readonly from: Month;
  readonly to: Month;
}

const NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number) => String(value).padStart(2, '0');
const four = (value: number) => String(value).padStart(4, '0');
const yearOf = (month: Month) => Math.floor(month / 12);

/** `2024-06` → a month. Fails with `INVALID_OPTION`. */
export function parseMonth(name: string, text: string): Month {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  if (year === undefined) {
    throw new ConfigError('INVALID_OPTION', `${name} must be a month. Got ${JSON.stringify(text)}.`, {
      hint: 'Write it as YYYY-MM, for example 2024-06.',
    });
  }
  return Number(year) * 12 + Number(month) - 1;
}

/** `2024-06-30`, or fails with `INVALID_OPTION`. */
export function checkDay(name: string, text: string): string {
  const day = new Date(`${text}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text))
    return text;
  throw new ConfigError('INVALID_OPTION', `${name} must be a day. Got ${JSON.stringify(text)}.`, {
    hint: 'Write it as YYYY-MM-DD, for example 2024-06-30.',
  });
}

export const monthText = (month: Month): string => `${four(yearOf(month))}-${two((month % 12) + 1)}`;

/** `Jun-2024`, the head of a column. */
export const monthColumn = (month: Month): string => `${NAMES[month % 12]}-${four(yearOf(month))}`;

export const firstDay = (month: Month): string => `${monthText(month)}-01`;

export const lastDay = (month: Month): string =>
  `${monthText(month)}-${two(new Date(Date.UTC(yearOf(month), (month % 12) + 1, 0)).getUTCDate())}`;
