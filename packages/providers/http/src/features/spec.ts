import { type ColumnSpec, type Dialect, float64, type Sql, sql } from '@deeplogbot/core';

/** A share of something, 0 … 1. */
export const share = (meaning: string, formula: string, nullWhen = 'never'): ColumnSpec =>
  float64({ unit: '1', min: 0, max: 1, meaning, formula, nullWhen });

/** 0 or 1. */
export const flag = (meaning: string, formula: string, nullWhen = 'never'): ColumnSpec =>
  float64({ unit: '1', min: 0, max: 1, meaning, formula, nullWhen });

/** How many. */
export const count = (unit: string, meaning: string, formula: string, nullWhen = 'never'): ColumnSpec =>
  float64({ unit, min: 0, meaning, formula, nullWhen });

export const NO_AGENT = 'the log has no user agent';
export const NO_REFERRER = 'the log has no referrer';
export const NO_GAP = 'no two requests in one session';
export const NO_PAGE = 'no page was asked for';

const UNIT = 2 ** 40;

/**
 * A sum that does not depend on the order of its terms: they are added as whole numbers of 2⁻⁴⁰. A sum with ORDER BY is
 * the same every time too, but keeps all terms of all groups in memory.
 */
export const exactSum = (dialect: Dialect, term: Sql): Sql =>
  sql`${dialect.double(sql`sum(${dialect.wide(sql`round((${term}) * ${UNIT})`)})`)} / ${UNIT}`;
