import { type Sql, sql } from './sql.js';

/**
 * Every function whose spelling differs between SQL engines. Arguments are expressions; timestamps are
 * UTC without a zone, microseconds.
 */
export interface Dialect {
  /** Microseconds since 1970 as a 64-bit integer. */
  epochUs(timestamp: Sql): Sql;
  /** The timestamp cut down to the start of its hour, day, ISO week (Monday), month or year. */
  truncate(unit: 'hour' | 'day' | 'week' | 'month' | 'year', timestamp: Sql): Sql;
  /** 0 … 23. */
  hour(timestamp: Sql): Sql;
  year(timestamp: Sql): Sql;
  /** Sunday = 0 … Saturday = 6. */
  dayOfWeek(timestamp: Sql): Sql;
  /** Quantile with linear interpolation between order statistics, position (N − 1)·q. */
  quantile(expression: Sql, q: number): Sql;
  /** Integer as wide as needed for sums of squares of microseconds (128 bits in DuckDB). */
  wide(expression: Sql): Sql;
  double(expression: Sql): Sql;
  /** First match of a regular expression's group 1, NULL if none. */
  firstMatch(text: Sql, pattern: string): Sql;
  /**
   * 64 bits that tell texts apart, NULL for NULL; equal for equal texts within one run only. Among n texts two share
   * one with a chance of n² ÷ 2⁶⁵: three in a million for ten million texts.
   */
  fingerprint(text: Sql): Sql;
  /** Sum of the `count` largest values, fewer where there are no more. */
  sumOfLargest(expression: Sql, count: number): Sql;
  /** Sum in the order given, so that floating-point rounding does not depend on threads. */
  orderedSum(expression: Sql, orderBy: Sql): Sql;
}

/** DuckDB 1.1 and later, native and WebAssembly alike. */
export const duckdbDialect: Dialect = {
  epochUs: (timestamp) => sql`epoch_us(${timestamp})`,
  truncate: (unit, timestamp) => sql`date_trunc(${unit}, ${timestamp})`,
  hour: (timestamp) => sql`hour(${timestamp})`,
  year: (timestamp) => sql`year(${timestamp})`,
  dayOfWeek: (timestamp) => sql`dayofweek(${timestamp})`,
  quantile: (expression, q) => sql`quantile_cont(${expression}, ${q})`,
  wide: (expression) => sql`CAST(${expression} AS HUGEINT)`,
  double: (expression) => sql`CAST(${expression} AS DOUBLE)`,
  firstMatch: (text, pattern) => sql`nullif(regexp_extract(${text}, ${pattern}, 1), '')`,
  fingerprint: (text) => sql`CASE WHEN ${text} IS NOT NULL THEN hash(${text}) END`,
  sumOfLargest: (expression, count) => sql`list_sum(max(${expression}, ${count}))`,
  orderedSum: (expression, orderBy) => sql`sum(${expression} ORDER BY ${orderBy})`,
};
