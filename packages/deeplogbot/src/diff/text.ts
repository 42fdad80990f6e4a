import { clipText, count, counted, percent, plain } from '@deeplogbot/reports';
import { whyText } from './causes.js';
import type { Moved, RunDiff } from './compare.js';
import type { GroupWords } from './kind.js';

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
  const { effect, runs, kind } = diff;
  const share =
    effect.a === 0 || effect.change === 0
      ? ''
      : ` (${effect.change < 0 ? '-' : '+'}${percent(Math.abs(effect.change), effect.a)})`;
  const moved = diff.items?.[0] ?? diff.places[0];
  return [
    `${capital(kind.clean)}: ${count(effect.a)} in the first run (${days(runs.a)}), ${count(effect.b)} in the second (${days(runs.b)}): ${signed(effect.change)}${share}.`,
    ...(strangers(diff)
      ? [kind.strangers]
      : [partsSentence(diff), `${counted(diff.changed, kind.key)} changed ${kind.verdict}.`]),
    ...(moved ? [`Most moved ${plain(moved.name ?? 'what has no name')}: ${signed(moved.change)}.`] : []),
    whyText(diff.causes),
  ];
}

/** Whether the runs have no key in common, though each has keys. */
export const strangers = ({ common, verdicts }: RunDiff): boolean =>
  common === 0 && verdicts.some(({ keysA }) => keysA > 0) && verdicts.some(({ keysB }) => keysB > 0);

function partsSentence({ effect, kind }: RunDiff): string {
  const parts = [
    [effect.reclassified, `because ${kind.reclassified}`],
    [effect.appeared + effect.disappeared, `by ${kind.key}s that only one run has`],
    [effect.traffic, `by more or fewer ${kind.event} of the same ${kind.key}s`],
  ] as const;
  const said = parts.filter(([n]) => n !== 0).map(([n, why]) => `${signed(n)} ${why}`);
  return said.length > 0 ? `Of these ${said.join(', ')}.` : 'No part of the count moved.';
}

/** The first letter as a capital. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The comparison as text; names of a log are made safe for a terminal. */
export function diffText(diff: RunDiff): string {
  const { kind } = diff;
  return [
    'Two runs of DeepLogBot',
    '',
    noteOf(diff),
    '',
    ...differences(diff),
    `${capital(kind.key)}s and ${kind.event} by ${kind.verdict}, first run → second`,
    ...diff.verdicts.map(
      ({ verdict, keysA, keysB, eventsA, eventsB }) =>
        `  ${verdict.padEnd(24)}${right(keysA, 10)} → ${counted(keysB, kind.key)}, ${count(eventsA)} → ${count(eventsB)} ${kind.event}`,
    ),
    '',
    ...(strangers(diff) ? [] : keysText(diff)),
    ...movedText(diff, diff.places, kind.places),
    ...(diff.items
      ? movedText(diff, diff.items, kind.items)
      : [`${kind.items.many}: not measured, because ${kind.items.missing}`]),
    '',
  ].join('\n');
}

/** What the keys that both runs have became. */
function keysText(diff: RunDiff): string[] {
  const { kind } = diff;
  return [
    `${capital(kind.verdict)} in the first run → in the second`,
    ...diff.transitions.map(
      ({ from, to, keys, eventsA, eventsB }) =>
        `  ${`${from} → ${to}`.padEnd(48)}${right(keys)} ${keys === 1 ? kind.key : `${kind.key}s`}${right(eventsA)} → ${count(eventsB)} ${kind.event}`,
    ),
    '',
    ...reasonsText(diff),
    `${capital(kind.key)}s that changed ${kind.verdict}, ${count(diff.keys.length)} of ${count(diff.changed)}`,
    ...diff.keys.flatMap(({ name, place, from, to, eventsA, eventsB, reasonA, reasonB }) => [
      `  ${clipText([name, place].filter(Boolean).join(', '), 80)}: ${from} → ${to}, ${count(eventsA)} → ${count(eventsB)} ${kind.event}`,
      `    before: ${clipText(reasonA ?? 'no reason', 140)}`,
      `    after:  ${clipText(reasonB ?? 'no reason', 140)}`,
    ]),
    '',
  ];
}

const differences = ({ differences: list }: RunDiff): string[] =>
  list.length === 0
    ? []
    : ['What differs between the runs', ...list.map(({ what, a, b }) => `  ${what}: ${plain(a)} → ${plain(b)}`), ''];

/** A reason and the verdict it gave, in few words. */
export const reasonAndVerdict = (reason: string | null, verdict: string): string =>
  `${verdict.replaceAll('_', ' ')} by ${(reason ?? 'no reason').replace(/^feature:/, '')}`;

function reasonsText({ reasons, kind }: RunDiff): string[] {
  if (reasons === null) return [`Reasons: ${NO_REASONS}`, ''];
  return [
    `First reasons that changed → ${kind.clean}`,
    ...(reasons.length === 0 ? ['  none'] : []),
    ...reasons.flatMap(({ reasonA, reasonB, from, to, keys, eventsA, eventsB, change }) => [
      `  ${clipText(reasonAndVerdict(reasonA, from), 60)} → ${clipText(reasonAndVerdict(reasonB, to), 60)}`,
      `    ${counted(keys, kind.key)}, ${count(eventsA)} → ${count(eventsB)} ${kind.event}; ${kind.clean.replace(`${kind.event} `, '')} ${signed(change)}`,
    ]),
    '',
  ];
}

/** Why there is no table of reasons. */
export const NO_REASONS = 'not measured, because a run was made by a version that does not name its first reasons.';

const movedText = ({ kind }: RunDiff, list: readonly Moved[], { many, short }: GroupWords): string[] => [
  `${many} whose ${kind.clean} moved most`,
  ...(list.length === 0 ? ['  none'] : []),
  ...list.flatMap(({ name, a, b, change, because }) => [
    `  ${clipText(short(name ?? '(none)'), 100).padEnd(40)}${right(a)} → ${count(b)}  ${signed(change)}`,
    ...(because
      ? [
          `    mostly ${clipText(because.name, 40)}: ${because.from} → ${because.to}. ${clipText(because.reasonB ?? 'No reason.', 100)}`,
        ]
      : []),
  ]),
  '',
];
