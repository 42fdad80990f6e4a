import type { FeatureTable } from '@deeplogbot/core';
import type { Condition, Leaf, Pattern } from './types.js';

/** Truth per row: 0 false, 1 not measurable, 2 true. AND is the minimum, OR the maximum, NOT 2 − x. */
type Truth = Uint8Array;

/** One byte per row: 1 where the pattern matches. */
export type Mask = Uint8Array;

/** Columns that patterns may read. */
export interface Columns {
  readonly rows: number;
  get(name: string): Float64Array | undefined;
  /** Whether the table has a column in which no row, here or elsewhere, has a value. */
  isEmpty(name: string): boolean;
}

/** The table's columns, and `total_downloads` as users × downloads per user where the table lacks it. */
export const columnsOf = (table: FeatureTable): Columns => columnsByPart(table)(0, table.rows);

/** The same for the rows from `from` to before `to`. Each column is read once for a part, and those of a table that is not in memory are not all there at once. */
export function columnsByPart(table: FeatureTable): (from: number, to: number) => Columns {
  const empty = new Map<string, boolean>();
  const isEmpty = (name: string): boolean => {
    const known = empty.get(name);
    if (known !== undefined) return known;
    const found = table.rows > 0 && table.get(name)?.every((value) => Number.isNaN(value)) === true;
    empty.set(name, found);
    return found;
  };
  return (from, to) => {
    const read = new Map<string, Float64Array | undefined>();
    const get = (name: string): Float64Array | undefined => {
      if (!read.has(name)) read.set(name, name === 'total_downloads' ? total() : table.range(name, from, to));
      return read.get(name);
    };
    const total = () => {
      const [users, perUser] = [get('unique_users'), get('downloads_per_user')];
      const derived = users && perUser ? users.map((u, i) => u * perUser[i]!) : undefined;
      return table.range('total_downloads', from, to) ?? derived;
    };
    return { rows: to - from, get, isEmpty };
  };
}

/** What a pattern says about every row, or the columns for want of which it is disabled. */
export interface Evaluation {
  readonly pattern: Pattern;
  readonly mask: Mask;
  /** Columns the pattern needs and the table lacks; empty when it is enabled. */
  readonly missing: readonly string[];
}

/** Evaluates one pattern column by column. A disabled pattern matches no row. */
export function evaluate(pattern: Pattern, columns: Columns): Evaluation {
  const anomaly = columns.get('is_anomaly');
  const truth = truthOf(pattern.condition, columns);
  const missing = [
    ...(truth instanceof Uint8Array ? [] : truth.missing),
    ...(pattern.requireAnomaly && !anomaly ? ['is_anomaly'] : []),
  ];
  const mask = new Uint8Array(columns.rows);
  if (missing.length > 0 || !(truth instanceof Uint8Array)) return { pattern, mask, missing };
  for (let row = 0; row < mask.length; row++) {
    mask[row] = truth[row] === 2 && (!pattern.requireAnomaly || anomaly![row] === 1) ? 1 : 0;
  }
  return { pattern, mask, missing };
}

interface Unavailable {
  readonly missing: readonly string[];
  /** Left out by `requires: skip` instead of failing the pattern. */
  readonly skipped: boolean;
}

function truthOf(condition: Condition, columns: Columns): Truth | Unavailable {
  if (condition.kind === 'leaf') return compare(condition, columns);
  if (condition.kind === 'not') {
    const inner = truthOf(condition.child, columns);
    return inner instanceof Uint8Array ? inner.map((t) => 2 - t) : inner;
  }
  const parts = condition.children.map((child) => truthOf(child, columns));
  const usable = parts.filter((part): part is Truth => part instanceof Uint8Array);
  const absent = parts.filter((part): part is Unavailable => !(part instanceof Uint8Array));
  const failed = condition.kind === 'any' && usable.length > 0 ? [] : absent.filter((part) => !part.skipped);
  if (failed.length > 0) return { missing: failed.flatMap((part) => part.missing), skipped: false };
  // A pattern whose every constraint was skipped would match everything, which nobody asked for.
  if (usable.length === 0 && absent.length > 0) return { missing: absent.flatMap((p) => p.missing), skipped: true };
  return combine(usable, condition.kind, columns.rows);
}

function combine(parts: readonly Truth[], kind: 'all' | 'any', rows: number): Truth {
  const result = new Uint8Array(rows).fill(kind === 'all' ? 2 : 0);
  for (const part of parts) {
    for (let row = 0; row < rows; row++) {
      const value = part[row]!;
      if (kind === 'all' ? value < result[row]! : value > result[row]!) result[row] = value;
    }
  }
  return result;
}

function compare(leaf: Leaf, columns: Columns): Truth | Unavailable {
  const column = columns.get(leaf.feature);
  if (!column) return { missing: [leaf.feature], skipped: leaf.absent === 'skip' };
  const result = new Uint8Array(column.length);
  for (let row = 0; row < column.length; row++) {
    const value = column[row]!;
    result[row] = Number.isNaN(value) ? 1 : holds(leaf, value) ? 2 : 0;
  }
  return result;
}

/** Whether the comparison is true of a value; never of NaN. */
function holds({ operator, value: bound }: Leaf, value: number): boolean {
  switch (operator) {
    case '>=':
      return value >= bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '<':
      return value < bound;
    case '=':
      return value === bound;
  }
}

const known = new WeakMap<Pattern, readonly Leaf[]>();

/** Comparisons of a pattern outside `not`, in the order of the file. */
export function comparisons(pattern: Pattern): readonly Leaf[] {
  const found = known.get(pattern) ?? leavesOf(pattern.condition);
  known.set(pattern, found);
  return found;
}

/** Columns without a value that keep a condition from ever holding: of alternatives, only where all lack one. */
export function lacking(condition: Condition, isEmpty: (feature: string) => boolean): readonly string[] {
  if (condition.kind === 'leaf') return isEmpty(condition.feature) ? [condition.feature] : [];
  if (condition.kind === 'not') return [];
  const parts = condition.children.map((child) => lacking(child, isEmpty));
  return condition.kind === 'any' && parts.some((part) => part.length === 0) ? [] : parts.flat();
}

/** The comparisons that make a condition true of a row, of alternatives those of the first that is; null where it is not true. */
export function proof(condition: Condition, at: (feature: string) => number): readonly Leaf[] | null {
  if (condition.kind === 'leaf') {
    const value = at(condition.feature);
    if (holds(condition, value)) return [condition];
    return condition.absent === 'skip' && Number.isNaN(value) ? [] : null;
  }
  if (condition.kind === 'not') return [];
  const found: Leaf[] = [];
  for (const child of condition.children) {
    const part = proof(child, at);
    if (part && condition.kind === 'any') return part;
    if (!part && condition.kind === 'all') return null;
    found.push(...(part ?? []));
  }
  return condition.kind === 'any' ? null : found;
}

function leavesOf(condition: Condition): Leaf[] {
  if (condition.kind === 'leaf') return [condition];
  return condition.kind === 'not' ? [] : condition.children.flatMap(leavesOf);
}
