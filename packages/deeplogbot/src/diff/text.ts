import { clipText, plain } from '@deeplogbot/reports';
import { count, counted, percent } from '../figures.js';
import { whyText } from './causes.js';
import type { Moved, RunDiff } from './compare.js';

/** A change with its sign. */
export const signed = (value: number): string => `${value > 0 ? '+' : value < 0 ? '-' : ''}${count(Math.abs(value))}`;
const right = (value: number, width = 14): string => count(value).padStart(width);
/** First and last day of a run. */
export const days = (window: RunDiff['runs']['a']) =>
  `${window.first?.slice(0, 10) ?? '?'} to ${window.last?.slice(0, 10) ?? '?'}`;

/** A few sentences that can be published. */
export const noteOf = (diff: RunDiff): string => noteSentences(diff).join(' ');

/** The sentences of the note: the totals, their parts, then the rest. */
export function noteSentences(diff: RunDiff): readonly string[] {
  const { effect, runs } = diff;
  const share =
    effect.a === 0 ? '' : ` (${effect.change < 0 ? '-' : '+'}${percent(Math.abs(effect.change), effect.a)})`;
  const parts = [
    [effect.reclassified, 'because locations were taken for bots in one run only'],
    [effect.appeared + effect.disappeared, 'by locations that only one run has'],
    [effect.traffic, 'by more or fewer downloads of the same locations'],
  ] as const;
  const said = parts.filter(([n]) => n !== 0).map(([n, why]) => `${signed(n)} ${why}`);
  const moved = diff.dataSets?.[0] ?? diff.countries[0];
  return [
    `Downloads without bots: ${count(effect.a)} in the first run (${days(runs.a)}), ${count(effect.b)} in the second (${days(runs.b)}): ${signed(effect.change)}${share}.`,
    said.length > 0 ? `Of these ${said.join(', ')}.` : 'No part of the count moved.',
    `${counted(diff.changedLocations, 'location')} changed class.`,
    ...(moved ? [`Most moved ${plain(moved.name ?? 'what has no name')}: ${signed(moved.change)}.`] : []),
    whyText(diff.causes),
  ];
}

/** The comparison as text; names of a log are made safe for a terminal. */
export function diffText(diff: RunDiff): string {
  return [
    'Two runs of DeepLogBot',
    '',
    noteOf(diff),
    '',
    ...differences(diff),
    'Class in the first run → in the second',
    ...diff.transitions.map(
      ({ from, to, locations, downloadsA, downloadsB }) =>
        `  ${`${from} → ${to}`.padEnd(48)}${right(locations)} locations${right(downloadsA)} → ${count(downloadsB)} downloads`,
    ),
    '',
    ...reasonsText(diff),
    `Locations that changed class, ${count(diff.locations.length)} of ${count(diff.changedLocations)}`,
    ...diff.locations.flatMap(({ location, country, from, to, downloadsA, downloadsB, reasonA, reasonB }) => [
      `  ${clipText(`${location}${country ? `, ${country}` : ''}`, 60)}: ${from} → ${to}, ${count(downloadsA)} → ${count(downloadsB)} downloads`,
      `    before: ${clipText(reasonA ?? 'no reason', 140)}`,
      `    after:  ${clipText(reasonB ?? 'no reason', 140)}`,
    ]),
    '',
    ...movedText('Countries whose downloads without bots moved most', diff.countries),
    ...(diff.dataSets
      ? movedText('Data sets whose downloads without bots moved most', diff.dataSets)
      : ['Data sets: not measured, because a run has no annotated log in its folder or no column for data sets.']),
    '',
  ].join('\n');
}

const differences = ({ differences: list }: RunDiff): string[] =>
  list.length === 0
    ? []
    : ['What differs between the runs', ...list.map(({ what, a, b }) => `  ${what}: ${plain(a)} → ${plain(b)}`), ''];

/** A reason and the class it gave, in few words. */
export const reasonAndClass = (reason: string | null, label: string): string =>
  `${label.replaceAll('_', ' ')} by ${(reason ?? 'no reason').replace(/^feature:/, '')}`;

function reasonsText({ reasons }: RunDiff): string[] {
  if (reasons === null) return [`Reasons: ${NO_REASONS}`, ''];
  return [
    'First reasons that changed → downloads without bots',
    ...(reasons.length === 0 ? ['  none'] : []),
    ...reasons.flatMap(({ reasonA, reasonB, from, to, locations, downloadsA, downloadsB, change }) => [
      `  ${clipText(reasonAndClass(reasonA, from), 60)} → ${clipText(reasonAndClass(reasonB, to), 60)}`,
      `    ${counted(locations, 'location')}, ${count(downloadsA)} → ${count(downloadsB)} downloads; without bots ${signed(change)}`,
    ]),
    '',
  ];
}

/** Why there is no table of reasons. */
export const NO_REASONS = 'not measured, because a run was made by a version that does not name its first reasons.';

const movedText = (title: string, list: readonly Moved[]): string[] => [
  title,
  ...(list.length === 0 ? ['  none'] : []),
  ...list.flatMap(({ name, a, b, change, because }) => [
    `  ${clipText(name ?? '(none)', 40).padEnd(40)}${right(a)} → ${count(b)}  ${signed(change)}`,
    ...(because
      ? [
          `    mostly ${clipText(because.location, 40)}: ${because.from} → ${because.to}. ${clipText(because.reasonB ?? 'No reason.', 100)}`,
        ]
      : []),
  ]),
  '',
];
