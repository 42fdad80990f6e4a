import type { Row } from './row.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The position of the quote that ends a quoted field, −1 if none: the first one behind an even number of backslashes.
 * Each backslash is looked at once, so the cost is linear in the line whatever it holds.
 */
export function closingQuote(line: string, from: number): number {
  let start = from;
  for (;;) {
    const quote = line.indexOf('"', start);
    if (quote < 0) return -1;
    let slashes = 0;
    while (quote - 1 - slashes >= start && line.charCodeAt(quote - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote;
    start = quote + 1;
  }
}

/** One field of a line of fields parted by spaces, quoted or not; `end` is behind it. */
export interface Field {
  text: string;
  quoted: boolean;
  end: number;
}

/** Reads the field that begins at `from` (spaces before it are passed over) into `field`; false where the line is over or a quote stays open. */
export function nextField(line: string, from: number, field: Field): boolean {
  let i = from;
  while (i < line.length && line.charCodeAt(i) === 0x20) i++;
  if (i >= line.length) return false;
  if (line.charCodeAt(i) === QUOTE) {
    const close = closingQuote(line, i + 1);
    if (close < 0) return false;
    field.text = line.slice(i + 1, close);
    field.quoted = true;
    field.end = close + 1;
    return true;
  }
  const space = line.indexOf(' ', i);
  const end = space < 0 ? line.length : space;
  field.text = line.slice(i, end);
  field.quoted = false;
  field.end = end;
  return true;
}

const digit = (line: string, i: number): number => {
  const d = line.charCodeAt(i) - 0x30;
  return d >= 0 && d <= 9 ? d : Number.NaN;
};
const two = (line: string, i: number): number => digit(line, i) * 10 + digit(line, i + 1);
const four = (line: string, i: number): number => two(line, i) * 100 + two(line, i + 2);

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days since 1970 of a civil date from the year 100 on, NaN if there is no such day. */
function civilDay(year: number, month: number, day: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = month === 2 && leap ? 29 : DAYS[month - 1];
  // Date.UTC takes years of two digits for those of the twentieth century.
  if (last === undefined || !(year >= 100) || !(day >= 1 && day <= last)) return Number.NaN;
  return Date.UTC(year, month - 1, day) / 86_400_000;
}

let lastDate = '';
let lastDay = Number.NaN;

/** Day of `dd/Mon/yyyy`; neighbouring lines mostly have the same. */
function apacheDay(date: string): number {
  if (date === lastDate) return lastDay;
  const month = MONTHS.indexOf(date.slice(3, 6).toLowerCase()) + 1;
  const shaped = date.charCodeAt(2) === 0x2f && date.charCodeAt(6) === 0x2f;
  lastDay = shaped ? civilDay(four(date, 7), month, two(date, 0)) : Number.NaN;
  lastDate = date;
  return lastDay;
}

/** Seconds of `hh:mm:ss` at `i`; second 60 counts as 59.999. NaN if out of range. */
function clock(line: string, i: number): number {
  const hour = two(line, i);
  const minute = two(line, i + 3);
  const second = two(line, i + 6);
  const shaped = line.charCodeAt(i + 2) === 0x3a && line.charCodeAt(i + 5) === 0x3a;
  if (!shaped || !(hour < 24) || !(minute < 60) || !(second <= 60)) return Number.NaN;
  return hour * 3600 + minute * 60 + (second === 60 ? 59.999 : second);
}

/** Minutes of `±hhmm` or `±hh:mm` at `i`; NaN if it is none. */
function offset(text: string, i: number): number {
  const sign = text.charCodeAt(i) === 0x2b ? 1 : text.charCodeAt(i) === 0x2d ? -1 : Number.NaN;
  const colon = text.charCodeAt(i + 3) === 0x3a ? 1 : 0;
  return sign * (two(text, i + 1) * 60 + two(text, i + 3 + colon));
}

/** `dd/Mon/yyyy:HH:MM:SS ±zzzz` from `start` to `end`. Sets time and offset of the row; a line without an offset is UTC, and `tzMin` stays NaN. */
export function apacheTime(line: string, start: number, end: number, row: Row): boolean {
  const day = apacheDay(line.slice(start, start + 11));
  const seconds = line.charCodeAt(start + 11) === 0x3a ? clock(line, start + 12) : Number.NaN;
  const length = end - start;
  if (Number.isNaN(day + seconds) || (length !== 20 && length !== 26)) return false;
  row.tzMin = Number.NaN;
  let shift = 0;
  if (length === 26) {
    shift = offset(line, start + 21);
    if (Number.isNaN(shift)) return false;
    row.tzMin = shift;
  }
  row.tsUs = Math.round((day * 86_400 + seconds - shift * 60) * 1e6);
  return true;
}

/** What stands in the brackets of a line: Apache's form, or ISO 8601 as `$time_iso8601` writes it. */
export function bracketTime(line: string, start: number, end: number, row: Row): boolean {
  if (line.charCodeAt(start + 2) === 0x2f) return apacheTime(line, start, end, row);
  return isoTimeOf(row, line.slice(start, end));
}

/** Sets time and offset of the row by ISO 8601 text; false if it is none. Without an offset it is UTC, and `tzMin` stays NaN. */
export function isoTimeOf(row: Row, text: string): boolean {
  row.tsUs = isoTime(text);
  row.tzMin = isoOffset(text);
  return !Number.isNaN(row.tsUs);
}

/** Minutes of the offset that ISO 8601 text ends with; 0 for `Z`, NaN without one. */
function isoOffset(text: string): number {
  if (/z$/i.test(text)) return 0;
  const sign = Math.max(text.lastIndexOf('+'), text.lastIndexOf('-'));
  return sign > 18 ? offset(text, sign) : Number.NaN;
}

/** ISO 8601 (`T` or a space between, a fraction, `Z` or an offset; none = UTC) to microseconds; NaN if it is none. */
export function isoTime(text: string): number {
  const day =
    text.charCodeAt(4) === 0x2d && text.charCodeAt(7) === 0x2d
      ? civilDay(four(text, 0), two(text, 5), two(text, 8))
      : Number.NaN;
  const separator = text.charCodeAt(10);
  if (separator !== 0x54 && separator !== 0x20) return Number.NaN;
  const seconds = clock(text, 11);
  let i = 19;
  let fraction = 0;
  if (text.charCodeAt(i) === 0x2e || text.charCodeAt(i) === 0x2c) {
    let scale = 0.1;
    for (i++; !Number.isNaN(digit(text, i)); i++, scale /= 10) fraction += digit(text, i) * scale;
  }
  const rest = text.charCodeAt(i);
  const shift = i >= text.length || rest === 0x5a || rest === 0x7a ? 0 : offset(text, i);
  return Math.round((day * 86_400 + seconds - shift * 60 + fraction) * 1e6);
}

/** Epoch seconds, milliseconds, microseconds or nanoseconds, told apart by magnitude, to microseconds. */
export function epochTime(value: number): number {
  if (!(value > 0)) return Number.NaN;
  if (value >= 1e17) return Math.round(value / 1e3);
  if (value >= 1e14) return Math.round(value);
  return Math.round(value >= 1e11 ? value * 1e3 : value * 1e6);
}

/** A whole number without sign; NaN if it is none. Values above 2⁵³ are rounded. */
export function whole(text: string): number {
  if (text.length === 0 || text.length > 20) return Number.NaN;
  let value = 0;
  for (let i = 0; i < text.length; i++) value = value * 10 + digit(text, i);
  return value;
}

/** A status of three digits, `000` included; NaN if it is none. */
export const statusOf = (text: string): number => (text.length === 3 ? whole(text) : Number.NaN);

/** A number of seconds as milliseconds; NaN for `-`, and for −1, which means "not dispatched". */
export function secondsToMs(text: string): number {
  if (text === '' || text === '-') return Number.NaN;
  const value = Number(text);
  return value >= 0 ? value * 1000 : Number.NaN;
}

/** Text that is already decoded, in the form of the other fields: UTF-8 bytes as Latin-1, backslashes escaped. */
export function rawOf(text: string): string {
  const escaped = text.includes('\\') ? text.replaceAll('\\', '\\\\') : text;
  for (let i = 0; i < escaped.length; i++) {
    if (escaped.charCodeAt(i) >= 0x80) return Buffer.from(escaped, 'utf8').toString('latin1');
  }
  return escaped;
}

/** Host and port of a field that always has a port: the last colon parts it off, whether IPv6 has brackets or not. */
export function hostWithPort(text: string): { readonly host: string; readonly port: number } {
  const colon = text.lastIndexOf(':');
  return colon < 0
    ? { host: text, port: Number.NaN }
    : { host: text.slice(0, colon), port: portOf(text.slice(colon + 1)) };
}

/** Host and port of `address:port`, IPv6 in brackets or not; the port is NaN where there is none. */
export function hostAndPort(text: string): { readonly host: string; readonly port: number } {
  const colon = text.lastIndexOf(':');
  const isBareV6 =
    !text.startsWith('[') && text.indexOf(':') !== colon && text.split('.').length !== 4 && text.split(':').length > 3;
  if (colon < 0 || isBareV6 || text.endsWith(']')) return { host: text, port: Number.NaN };
  return { host: text.slice(0, colon), port: portOf(text.slice(colon + 1)) };
}

/** A port, 0 … 65,535; NaN if it is none. */
export function portOf(text: string): number {
  const port = whole(text);
  return port <= 65_535 ? port : Number.NaN;
}

/** `-` and the empty text alike mean "written, but nothing". */
export const emptyDash = (text: string): string => (text === '-' ? '' : text);
