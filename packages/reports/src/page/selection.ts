import type { PageColumn } from './columns.js';

export interface Filter {
  /** Words that must each be in one of the searched columns; lower case. */
  readonly words: readonly string[];
  /** The value that a column must have. */
  readonly equal: readonly (readonly [column: string, value: string | number])[];
  /** The least number that a column must have. */
  readonly atLeast: readonly (readonly [column: string, least: number])[];
}

/** Rows that pass a filter. Words are looked up once per distinct value, not once per row. */
export function createSelector(
  columns: ReadonlyMap<string, PageColumn>,
  rows: number,
  searchedNames: readonly string[],
): (filter: Filter) => Uint32Array {
  const searched = searchedNames.map((name) => columns.get(name)!);
  const lower = searched.map(({ values }) => values.map((value) => String(value).toLowerCase()));
  const exactly = ([name, wanted]: readonly [string, string | number]) => {
    const { values, codes } = columns.get(name)!;
    const code = values.indexOf(wanted) + 1 || Number.NaN;
    return (row: number) => codes[row] === code;
  };
  const atLeast = ([name, least]: readonly [string, number]) => {
    const { values, codes } = columns.get(name)!;
    const found = values.findIndex((value) => (value as number) >= least);
    const code = found < 0 ? Number.POSITIVE_INFINITY : found + 1;
    return (row: number) => codes[row]! >= code;
  };
  const contains = (word: string) => {
    const hits = lower.map((texts) => Uint8Array.from([0, ...texts.map((text) => Number(text.includes(word)))]));
    return (row: number) => searched.some(({ codes }, i) => hits[i]![codes[row]!] === 1);
  };
  return (filter) => {
    const tests = [...filter.words.map(contains), ...filter.equal.map(exactly), ...filter.atLeast.map(atLeast)];
    const found = new Uint32Array(rows);
    let n = 0;
    for (let row = 0; row < rows; row++) if (tests.every((test) => test(row))) found[n++] = row;
    return found.subarray(0, n);
  };
}

/** The rows by a column, NULL last in both directions; rows of equal value keep their order. */
export function sorted(rows: Uint32Array, { codes }: PageColumn, descending: boolean): Uint32Array {
  const sign = descending ? -1 : 1;
  return rows.slice().sort((a, b) => {
    const [x, y] = [codes[a]!, codes[b]!];
    if (x === y) return a - b;
    if (x === 0 || y === 0) return x === 0 ? 1 : -1;
    return sign * (x - y);
  });
}
