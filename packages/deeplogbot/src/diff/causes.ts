import type { VerdictSource } from '@deeplogbot/core';
import type { RunManifest } from './run-folder.js';

/** What of a run differs, as a reader would name it. */
export type Cause = 'data' | 'rules' | 'model' | 'labels' | 'method' | 'settings';

/** One fact that is not the same in the two runs. */
export interface Difference {
  readonly what: string;
  readonly cause: Cause;
  readonly a: string;
  readonly b: string;
}

type Fact = readonly [what: string, cause: Cause, of: (run: RunManifest) => string];

const sources = (kind: VerdictSource['kind']) => (run: RunManifest) =>
  (run.sources ?? [])
    .filter((source) => source.kind === kind)
    .map(({ name, digest }) => `${name} (${digest.slice(0, 12)})`)
    .join(', ') || 'none';

const FACTS: readonly Fact[] = [
  ['input', 'data', ({ inputs }) => inputs.map(({ name, digest }) => `${name} (${digest.slice(0, 12)})`).join(', ')],
  [
    'window',
    'data',
    ({ window }) => `${window.first?.slice(0, 10) ?? 'none'} to ${window.last?.slice(0, 10) ?? 'none'}`,
  ],
  ['rules', 'rules', sources('rules')],
  ['model', 'model', sources('model')],
  ['labels', 'labels', sources('labels')],
  ['method', 'method', ({ method }) => method],
  ['provider', 'settings', ({ provider }) => provider],
  ['definitions', 'settings', ({ definitions }) => definitions],
  ['contamination', 'settings', ({ contamination }) => String(contamination)],
  ['random state', 'settings', ({ randomState }) => String(randomState)],
  ['least downloads of a location', 'settings', ({ schema }) => String(schema.minLocationDownloads)],
  ['years', 'settings', ({ schema }) => `${schema.minYear} to ${schema.maxYear}`],
];

/** What may explain a difference: everything of the two runs that is not the same. A model that only one method has belongs to the method. */
export const differencesOf = (a: RunManifest, b: RunManifest): readonly Difference[] =>
  FACTS.flatMap(([what, cause, of]) => {
    const [before, after] = [of(a), of(b)];
    if (before === after) return [];
    const comesWithMethod = cause === 'model' && a.method !== b.method && [before, after].includes('none');
    return [{ what, cause: comesWithMethod ? ('method' as const) : cause, a: before, b: after }];
  });

/** The kinds of what differs, each once, in the order of {@link FACTS}. */
export const causesOf = (differences: readonly Difference[]): readonly Cause[] => [
  ...new Set(differences.map(({ cause }) => cause)),
];

/** Why the counts differ, as far as the two runs alone can tell. */
export function whyText(causes: readonly Cause[]): string {
  const [first] = causes;
  if (first === undefined) return 'The runs were made of the same data in the same way.';
  if (causes.length === 1) return `The runs differ in their ${first} alone, so that is the reason.`;
  const listed = `${causes.slice(0, -1).join(', ')} and ${causes.at(-1)}`;
  const data = causes.includes('data') ? 'Run the rest on the same log' : 'Change one at a time';
  return `The runs differ in their ${listed}; what each of these did cannot be told apart. ${data} to know.`;
}
