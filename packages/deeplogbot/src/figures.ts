/** 1234567 → 1,234,567, in every locale. */
export const count = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** A number of things: `1 location`, `1,200 locations`. */
export const counted = (n: number, word: string): string => `${count(n)} ${word}${n === 1 ? '' : 's'}`;

/** A share of a whole in per cent with one decimal; a dash where there is no whole. */
export const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
