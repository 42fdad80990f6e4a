import { type Dialect, type Sql, sql } from '@deeplogbot/core';

/** Keeps a quotient defined where a mean may be 0. */
export const EPSILON = 1e-10;

/** Sum of an integer expression as an exact, wide integer. */
export const exactSum = (dialect: Dialect, x: Sql): Sql => dialect.wide(sql`coalesce(sum(${x}), 0)`);

/** Sum of squares of an integer expression, exact. */
export const exactSquares = (dialect: Dialect, x: Sql): Sql =>
  dialect.wide(sql`coalesce(sum(${dialect.wide(x)} * ${x}), 0)`);

/** Mean from exact sums. */
export const meanOf = (dialect: Dialect, n: Sql, sum: Sql): Sql =>
  sql`(${dialect.double(sum)} / nullif(${dialect.double(n)}, 0))`;

/**
 * Sample variance from exact sums, (n·Σx² − (Σx)²) ÷ (n(n − 1)): no order of rows can change it. NULL for n < 2.
 */
export const varianceOf = (dialect: Dialect, n: Sql, sum: Sql, squares: Sql): Sql => sql`(CASE WHEN ${n} >= 2 THEN
  ${dialect.double(sql`${dialect.wide(n)} * ${squares} - ${sum} * ${sum}`)}
  / (${dialect.double(n)} * (${dialect.double(n)} - 1)) END)`;

/** Sample standard deviation from exact sums; NULL for n < 2. */
export const deviationOf = (dialect: Dialect, n: Sql, sum: Sql, squares: Sql): Sql =>
  sql`sqrt(${varianceOf(dialect, n, sum, squares)})`;

export const sumOf = (values: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
};

/** Sum of the values at wanted places. */
export function sumWhere(values: Float64Array, wanted: (place: number) => boolean): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) if (wanted(i)) sum += values[i]!;
  return sum;
}

/** The largest value; −Infinity of nothing. */
export function largest(values: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > most) most = value;
  return most;
}

export const mean = (values: Float64Array): number => sumOf(values) / values.length;

/** Σ(x − mean)^power for a power of 1, 2, …; repeated products, because a general power is slow. */
export function centredSum(values: Float64Array, power: number): number {
  const centre = mean(values);
  let sum = 0;
  for (const value of values) {
    const away = value - centre;
    let term = away;
    for (let i = 1; i < power; i++) term *= away;
    sum += term;
  }
  return sum;
}

/** Sample standard deviation; NaN for fewer than two values. */
export const deviation = (values: Float64Array): number =>
  values.length < 2 ? Number.NaN : Math.sqrt(centredSum(values, 2) / (values.length - 1));

export const clip = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** Quantile with linear interpolation between order statistics, NaN values left out; NaN of nothing. */
export const quantile = (values: Float64Array, q: number): number => quantiles(values, [q])[0]!;

/** Several of them, with one sort. */
export function quantiles(values: Float64Array, wanted: readonly number[]): number[] {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return wanted.map(() => Number.NaN);
  return wanted.map((q) => {
    const position = (sorted.length - 1) * q;
    const below = Math.floor(position);
    const low = sorted[below]!;
    return low + (position - below) * ((sorted[below + 1] ?? low) - low);
  });
}

/** 1 where the value exceeds the threshold, 0 where not, NaN where the value or the threshold is not measurable. */
export const flagAbove = (values: Float64Array, threshold: number): Float64Array =>
  values.map((value) => (Number.isNaN(value) || Number.isNaN(threshold) ? Number.NaN : Number(value > threshold)));
