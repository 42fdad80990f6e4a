import type { FeatureTable } from '@deeplogbot/core';
import type { Measures } from './measures.js';

const HOURS_ENTROPY = Math.log(24);

/** A measure computed row by row from two others. */
interface Derived {
  readonly meaning: string;
  readonly from: readonly [string, string];
  readonly of: (a: number, b: number) => number;
}

/**
 * Ratios that a tree cannot form from two columns by itself. Computed from measures that any download log has; NaN
 * where one of them is.
 */
const DERIVED: Readonly<Record<string, Derived>> = {
  log_projects_per_download: {
    meaning: 'Distinct data sets per download, as a logarithm; 0 = ever another one.',
    from: ['unique_projects', 'total_downloads'],
    of: (projects, downloads) => Math.log1p(projects) - Math.log1p(downloads),
  },
  log_projects_per_user: {
    meaning: 'Distinct data sets per user, as a logarithm.',
    from: ['unique_projects', 'unique_users'],
    of: (projects, users) => Math.log1p(projects) - Math.log1p(users),
  },
  user_evenness: {
    meaning: 'How evenly downloads spread over the users, for their number; 1 = all equal.',
    from: ['user_entropy', 'unique_users'],
    of: (entropy, users) => (users >= 2 ? entropy / Math.log2(users) : Number.NaN),
  },
  log_downloads_per_active_year: {
    meaning: 'Downloads per active year, as a logarithm.',
    from: ['total_downloads', 'years_span'],
    of: (downloads, years) => Math.log1p(downloads / years),
  },
  log_users_per_active_year: {
    meaning: 'Distinct users per active year, as a logarithm.',
    from: ['unique_users', 'years_span'],
    of: (users, years) => Math.log1p(users / years),
  },
  hourly_entropy_gap: {
    meaning: 'What is missing to the entropy of the hours that so many downloads could have; 0 = nothing.',
    from: ['hourly_entropy', 'total_downloads'],
    of: (entropy, downloads) => entropy - Math.min(HOURS_ENTROPY, Math.log(Math.max(1, downloads))),
  },
  off_hours_day_ratio: {
    meaning: 'Share of downloads neither in working hours nor at night.',
    from: ['working_hours_ratio', 'night_activity_ratio'],
    of: (working, night) => 1 - working - night,
  },
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

export const isDerived = (name: string): boolean => Object.hasOwn(DERIVED, name);

/** What a derived measure says; undefined of any other. */
export const meaningOf = (name: string): string | undefined => (isDerived(name) ? DERIVED[name]!.meaning : undefined);

/** The columns of a table and the derived ones; ±∞ is not measurable. */
export function measuresOf(table: FeatureTable): Measures {
  const known = new Map<string, Float64Array | undefined>();
  const measures: Measures = (name) => {
    if (!known.has(name)) known.set(name, finite(table.get(name)) ?? derived(name, measures, table.rows));
    return known.get(name);
  };
  return measures;
}

/** How many values of a column are ±∞. */
export function infinitesOf(column: Float64Array): number {
  let count = 0;
  for (let row = 0; row < column.length; row++) if (Math.abs(column[row]!) === Number.POSITIVE_INFINITY) count++;
  return count;
}

/** The column itself where nothing in it is infinite. */
const finite = (column: Float64Array | undefined) =>
  column && infinitesOf(column) > 0 ? column.map((value) => (Number.isFinite(value) ? value : Number.NaN)) : column;

function derived(name: string, measures: Measures, rows: number): Float64Array | undefined {
  if (!isDerived(name)) return undefined;
  const { from, of } = DERIVED[name]!;
  const [a, b] = matrixOf(measures, from, rows) as [Float64Array, Float64Array];
  const column = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const value = of(a[i]!, b[i]!);
    column[i] = Number.isFinite(value) ? value : Number.NaN;
  }
  return column.some((value) => !Number.isNaN(value)) ? column : undefined;
}

/** The given columns, in order; one that is absent is all NaN. */
export const matrixOf = (measures: Measures, names: readonly string[], rows: number): Float64Array[] =>
  names.map((name) => measures(name) ?? new Float64Array(rows).fill(Number.NaN));
