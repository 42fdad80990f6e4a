// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what is looked for

/** Text of a log made safe for a terminal or a text file: control characters and direction marks show as a question mark. */
export const plain = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?');

/** Text of which every unit is a character that is shown as it is: nearly all of it, and looked at fast. */
const PRINTABLE = /^[\x20-\x7e]*$/;

/** At most `width` characters, the last one an ellipsis where something was cut. */
export function clipText(text: string, width: number): string {
  if (PRINTABLE.test(text)) return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
  const characters = [...plain(text)];
  return characters.length <= width ? characters.join('') : `${characters.slice(0, width - 1).join('')}…`;
}

/** Longest sentence that is folded; what goes beyond is cut, since a log's own text may stand in it. */
const FOLDED = 500;

/** Lines of at most `width` characters, broken at spaces alone: a path or an address that is longer stays whole. None of an empty text. */
export function foldText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  if (text === '') return lines;
  for (const word of clipText(text, FOLDED).split(' ')) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && [...longer].length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

export const padEnd = (text: string, width: number): string => text + room(text, width);
export const padStart = (text: string, width: number): string => room(text, width) + text;

const room = (text: string, width: number): string => {
  const length = PRINTABLE.test(text) ? text.length : [...text].length;
  return ' '.repeat(Math.max(0, width - length));
};

/** 1234567 → 1,234,567, in every locale. */
export const count = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** `2026-03-02` of microseconds since 1970, in UTC; a dash where there is no such day, as in an empty log. */
export const day = (us: number): string => (Number.isFinite(us) ? new Date(us / 1000).toISOString().slice(0, 10) : '–');

/** A number of things: `1 client`, `1,200 clients`. */
export const counted = (n: number, word: string): string => `${count(n)} ${word}${n === 1 ? '' : 's'}`;

/** A share of a whole in per cent with one decimal; a dash where there is no whole. */
export const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;

/** Four significant digits; a dash where it is not measurable. */
export const measure = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : '–');
