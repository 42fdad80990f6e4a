import type { FeatureTable } from '@deeplogbot/core';
import { infinitesOf, isDerived } from './portable.js';

/** Names given in a sentence before the rest is counted. */
const NAMED = 6;

const named = (names: readonly string[]): string =>
  names.length > NAMED ? `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more` : names.join(', ');

/** Says which columns hold ±∞, which is taken as not measurable; yields after each column. */
export function* infiniteSteps(table: FeatureTable): Generator<undefined, string[]> {
  const found: string[] = [];
  for (const [name, column] of table.columns) {
    const count = infinitesOf(column);
    if (count > 0) found.push(`${name} (${count})`);
    yield undefined;
  }
  return found.length > 0 ? [`Infinite values count as not measurable: ${named(found)}.`] : [];
}

/** Says which columns are the same everywhere or nowhere measurable, and so teach nothing. */
export function constantNote(table: FeatureTable, varying: readonly string[]): string[] {
  const known = new Set(varying);
  const rest = [...table.columns.keys()].filter((name) => !known.has(name) && !isDerived(name));
  if (rest.length === 0 || table.rows < 2) return [];
  return [`Features that are the same everywhere or nowhere measurable and teach nothing: ${named(rest)}.`];
}
