import {
  type Chart,
  clipText,
  count,
  drawCharts,
  escapeHtml,
  htmlDocument,
  htmlFigure,
  htmlSection,
  htmlTable,
  signedBars,
} from '@deeplogbot/reports';
import type { Moved, RunDiff } from './compare.js';
import type { GroupWords, RunKind } from './kind.js';
import { capital, days, NO_REASONS, noteSentences, reasonAndVerdict, signed, strangers } from './text.js';

/** Bars of a chart and rows of a table; diff.json has all. */
const BARS = 20;
/** Characters of a reason, or of an agent. */
const REASON = 180;
/** Characters of a name beside its bar. */
const NAME = 48;

/** The comparison as one page that opens anywhere, without scripts. Names of a log are text in it, never markup. */
export async function diffPage(diff: RunDiff): Promise<string> {
  const { kind } = diff;
  const charts = chartsOf(diff);
  const drawn = await drawCharts(Object.values(charts));
  const figureOf = (chart: Chart) => htmlFigure({ chart, svg: drawn.get(chart.name) });
  const items = diff.items
    ? figureOf(charts.items) + moved(diff, diff.items, kind.items)
    : `<p class="muted">Not measured: ${kind.items.missing}</p>`;
  const body = [
    `<header><h1>Two runs compared</h1>\n<p class="muted">First ${days(diff.runs.a)}, second ${days(diff.runs.b)} (UTC)</p></header>`,
    '<main>',
    answer(diff),
    htmlSection('why', 'What differs between the runs', differences(diff)),
    htmlSection('verdicts', `${capital(kind.key)}s and ${kind.event} by ${kind.verdict}`, verdicts(diff)),
    ...(strangers(diff) ? [] : keySections(diff, figureOf(charts.parts))),
    htmlSection('places', kind.places.many, figureOf(charts.places) + moved(diff, diff.places, kind.places)),
    htmlSection('items', kind.items.many, items),
    '</main>',
    '<footer>Made by DeepLogBot.</footer>',
  ];
  return htmlDocument('Two runs compared', body.join('\n'), '');
}

/** What became of the keys that both runs have. */
const keySections = (diff: RunDiff, parts: string): string[] => [
  htmlSection('parts', 'Where the change comes from', parts),
  htmlSection('classes', `${capital(diff.kind.verdict)} in the first run and in the second`, transitions(diff)),
  htmlSection('reasons', 'Reasons that changed', reasons(diff)),
  htmlSection('changed', `${capital(diff.kind.key)}s that changed ${diff.kind.verdict}`, changedKeys(diff)),
];

function answer(diff: RunDiff): string {
  const { kind, common } = diff;
  const { a, b, change } = diff.effect;
  const card = (style: string, name: string, value: string, what: string) =>
    `<li class="${style}"><span>${name}</span><strong>${value}</strong><span class="muted">${what}</span></li>`;
  const [totals, ...rest] = noteSentences(diff);
  const changed = strangers(diff)
    ? card('changed', 'In both runs', count(common), `${kind.key}s`)
    : card('changed', `Changed ${kind.verdict}`, count(diff.changed), `${kind.key}s that both runs have`);
  return `<p class="answer"><strong>${escapeHtml(totals!)}</strong></p>
<p>${escapeHtml(rest.join(' '))}</p>
<ul class="cards">
${card('organic', 'First run', count(a), kind.clean)}
${card('organic', 'Second run', count(b), kind.clean)}
${card('change', 'Change', signed(change), kind.event)}
${changed}
</ul>`;
}

const differences = ({ differences: list }: RunDiff): string =>
  list.length === 0
    ? '<p class="muted">Nothing that decides a verdict.</p>'
    : htmlTable({
        names: ['What', 'Kind', 'First run', 'Second run'],
        rows: list.map(({ what, cause, a, b }) => [what, cause, a, b]),
      });

function chartsOf({ kind, effect, places, items }: RunDiff): Readonly<Record<'parts' | 'places' | 'items', Chart>> {
  const words = {
    measure: `Change of ${kind.clean}`,
    missing: 'Nothing moved.',
    summary: 'Right: more in the second run; left: fewer.',
  };
  const groups = (name: string, list: readonly Moved[], { one, many, short }: GroupWords) => {
    const bars = list
      .slice(0, BARS)
      .map((each) => [clipText(short(each.name ?? '(none)'), NAME), each.change] as const);
    return signedBars(bars, { ...words, name, of: one, title: `${many} that moved most` });
  };
  const parts = [
    [
      kind.key === 'location' ? 'Taken for bots in one run only' : 'Bots or machines in one run only',
      effect.reclassified,
    ],
    [`${capital(kind.key)}s of the second run only`, effect.appeared],
    [`${capital(kind.key)}s of the first run only`, effect.disappeared],
    [`Traffic of the same ${kind.key}s`, effect.traffic],
  ] as const;
  return {
    parts: signedBars(parts.every(([, change]) => change === 0) ? [] : parts, {
      ...words,
      name: 'parts',
      of: 'Part',
      title: 'Parts of the change',
      summary: `${words.summary} The parts sum to ${signed(effect.change)}.`,
    }),
    places: groups('places', places, kind.places),
    items: groups('items', items ?? [], kind.items),
  };
}

const verdictText = (verdict: string): string => verdict.replaceAll('_', ' ');

function verdicts({ kind, verdicts: list }: RunDiff): string {
  const [keys, events] = [`${capital(kind.key)}s`, capital(kind.event)];
  return htmlTable({
    names: [capital(kind.verdict), `${keys}, first`, `${keys}, second`, `${events}, first`, `${events}, second`],
    rows: list.map((each) => [verdictText(each.verdict), each.keysA, each.keysB, each.eventsA, each.eventsB]),
  });
}

const transitions = ({ kind, transitions: list }: RunDiff): string =>
  htmlTable({
    names: ['First run', 'Second run', `${capital(kind.key)}s`, ...eventNames(kind)],
    rows: list.map(({ from, to, keys, eventsA, eventsB }) => [
      verdictText(from),
      verdictText(to),
      keys,
      eventsA,
      eventsB,
    ]),
  });

const eventNames = ({ event }: RunKind): string[] => [`${capital(event)}, first`, `${capital(event)}, second`];

function reasons({ kind, reasons: list }: RunDiff): string {
  if (list === null) return `<p class="muted">${escapeHtml(NO_REASONS)}</p>`;
  if (list.length === 0) return `<p class="muted">No ${kind.key} has another first reason or ${kind.verdict}.</p>`;
  const rows = list
    .slice(0, BARS)
    .map((each) => [
      reasonAndVerdict(each.reasonA, each.from),
      reasonAndVerdict(each.reasonB, each.to),
      each.keys,
      each.eventsA,
      each.eventsB,
      each.change,
    ]);
  const names = ['First run', 'Second run', `${capital(kind.key)}s`, ...eventNames(kind), 'Change'];
  return `<p class="muted">${capital(kind.key)}s of both runs by the first reason of their verdict, those that moved most first; the change is that of ${kind.clean}. diff.json has more.</p>${htmlTable({ names, rows }, 'first reasons that changed')}`;
}

function changedKeys({ kind, keys, changed }: RunDiff): string {
  if (keys.length === 0) return `<p class="muted">None of the ${kind.key}s that both runs have.</p>`;
  const rows = keys.map((each) => [
    clipText([each.name, each.place].filter(Boolean).join(', '), REASON),
    `${verdictText(each.from)} → ${verdictText(each.to)}`,
    each.eventsA,
    each.eventsB,
    clipText(each.reasonA ?? 'no reason', REASON),
    clipText(each.reasonB ?? 'no reason', REASON),
  ]);
  const names = [capital(kind.key), capital(kind.verdict), ...eventNames(kind), 'Why, first', 'Why, second'];
  return `<p class="muted">${count(rows.length)} of ${count(changed)}, most ${kind.event} first; ${kind.forPeople} of each run has the whole reasons.</p>${htmlTable({ names, rows }, `${kind.key}s that changed ${kind.verdict}`)}`;
}

function moved(diff: RunDiff, list: readonly Moved[], { one }: GroupWords): string {
  if (list.length === 0) return '';
  const because = !strangers(diff);
  const rows = list
    .slice(0, BARS)
    .map(({ name, a, b, change, because: key }) => [
      clipText(name ?? '(none)', REASON),
      a,
      b,
      change,
      ...(because ? [key && `${key.name}: ${verdictText(key.from)} → ${verdictText(key.to)}`] : []),
    ]);
  const names = [one, 'First run', 'Second run', 'Change', ...(because ? ['Mostly because of'] : [])];
  return htmlTable({ names, rows });
}
