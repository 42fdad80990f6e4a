import type { FeatureTable } from '@deeplogbot/core';
import type { Measures, RowOf } from './measures.js';

const HOURS_ENTROPY = Math.log(24);

/**
 * Ratios that a tree cannot form from two columns by itself. Computed from measures that any download log has; NaN
 * where one of them is.
 */
const DERIVED: Readonly<Record<string, (row: RowOf) => number>> = {
  log_projects_per_download: (row) => Math.log1p(row('unique_projects')) - Math.log1p(row('total_downloads')),
  log_projects_per_user: (row) => Math.log1p(row('unique_projects')) - Math.log1p(row('unique_users')),
  user_evenness: (row) =>
    row('unique_users') >= 2 ? row('user_entropy') / Math.log2(row('unique_users')) : Number.NaN,
  log_downloads_per_active_year: (row) => Math.log1p(row('total_downloads') / row('years_span')),
  log_users_per_active_year: (row) => Math.log1p(row('unique_users') / row('years_span')),
  /** What is missing to the entropy that so many downloads could have. */
  hourly_entropy_gap: (row) =>
    row('hourly_entropy') - Math.min(HOURS_ENTROPY, Math.log(Math.max(1, row('total_downloads')))),
  off_hours_day_ratio: (row) => 1 - row('working_hours_ratio') - row('night_activity_ratio'),
};

/** The 14 measures of the public labelled locations and what is derived from them: what a shipped model may rely on. */
export const PORTABLE_FEATURES: readonly string[] = [
  'unique_users',
  'downloads_per_user',
  'total_downloads',
  'working_hours_ratio',
  'night_activity_ratio',
  'hourly_entropy',
  'years_span',
  'fraction_latest_year',
  'spike_ratio',
  'aspera_ratio',
  'globus_ratio',
  'unique_projects',
  'user_entropy',
  'user_gini_coefficient',
  ...Object.keys(DERIVED),
];

/** What a derived measure is called in a sentence. */
export const isDerived = (name: string): boolean => Object.hasOwn(DERIVED, name);

/** The columns of a table and the derived ones; ±∞ is not measurable. */
export function measuresOf(table: FeatureTable): Measures {
  const known = new Map<string, Float64Array | undefined>();
  const measures: Measures = (name) => {
    if (!known.has(name)) known.set(name, finite(table.get(name)) ?? derived(name, measures, table.rows));
    return known.get(name);
  };
  return measures;
}

const finite = (column: Float64Array | undefined) =>
  column?.map((value) => (Number.isFinite(value) ? value : Number.NaN));

function derived(name: string, measures: Measures, rows: number): Float64Array | undefined {
  if (!isDerived(name)) return undefined;
  const compute = DERIVED[name]!;
  const column = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const value = compute((other) => measures(other)?.[i] ?? Number.NaN);
    column[i] = Number.isFinite(value) ? value : Number.NaN;
  }
  return column.some((value) => !Number.isNaN(value)) ? column : undefined;
}

/** The given columns, in order; one that is absent is all NaN. */
export const matrixOf = (measures: Measures, names: readonly string[], rows: number): Float64Array[] =>
  names.map((name) => measures(name) ?? new Float64Array(rows).fill(Number.NaN));
