import { type ColumnSpec, float64 } from '@deeplogbot/core';

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
