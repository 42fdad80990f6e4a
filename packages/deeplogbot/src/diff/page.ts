import {
  type Chart,
  clipText,
  drawCharts,
  escapeHtml,
  htmlDocument,
  htmlFigure,
  htmlSection,
  htmlTable,
  signedBars,
} from '@deeplogbot/reports';
import { count } from '../figures.js';
import type { Moved, RunDiff } from './compare.js';
import { days, NO_REASONS, noteSentences, reasonAndClass, signed } from './text.js';

/** Bars of a chart and rows of a table; diff.json has all. */
const BARS = 20;
/** Characters of a reason. */
const REASON = 180;

/** The comparison as one page that opens anywhere, without scripts. Names of a log are text in it, never markup. */
export async function diffPage(diff: RunDiff): Promise<string> {
  const charts = chartsOf(diff);
  const drawn = await drawCharts(Object.values(charts));
  const figureOf = (chart: Chart) => htmlFigure({ chart, svg: drawn.get(chart.name) });
  const body = [
    `<header><h1>Two runs compared</h1>\n<p class="muted">First ${days(diff.runs.a)}, second ${days(diff.runs.b)} (UTC)</p></header>`,
    '<main>',
    answer(diff),
    htmlSection('why', 'What differs between the runs', differences(diff)),
    htmlSection('parts', 'Where the change comes from', figureOf(charts.parts)),
    htmlSection('classes', 'Class in the first run and in the second', transitions(diff)),
    htmlSection('reasons', 'Reasons that changed', reasons(diff)),
    htmlSection('changed', 'Locations that changed class', locations(diff)),
    htmlSection('countries', 'Countries', figureOf(charts.countries) + moved(diff.countries, 'Country')),
    htmlSection(
      'data-sets',
      'Data sets',
      diff.dataSets ? figureOf(charts.dataSets) + moved(diff.dataSets, 'Data set') : NO_SETS,
    ),
    '</main>',
    '<footer>Made by DeepLogBot.</footer>',
  ];
  return htmlDocument('Two runs compared', body.join('\n'), '');
}

const NO_SETS =
  '<p class="muted">Not measured: a run has no annotated log in its folder, or no column for data sets.</p>';

function answer(diff: RunDiff): string {
  const { a, b, change } = diff.effect;
  const card = (kind: string, name: string, value: string, what: string) =>
    `<li class="${kind}"><span>${name}</span><strong>${value}</strong><span class="muted">${what}</span></li>`;
  const [totals, ...rest] = noteSentences(diff);
  return `<p class="answer"><strong>${escapeHtml(totals!)}</strong></p>
<p>${escapeHtml(rest.join(' '))}</p>
<ul class="cards">
${card('organic', 'First run', count(a), 'downloads without bots')}
${card('organic', 'Second run', count(b), 'downloads without bots')}
${card('change', 'Change', signed(change), 'downloads')}
${card('changed', 'Changed class', count(diff.changedLocations), 'locations that both runs have')}
</ul>`;
}

const differences = ({ differences: list }: RunDiff): string =>
  list.length === 0
    ? '<p class="muted">Nothing that decides a verdict.</p>'
    : htmlTable({
        names: ['What', 'Kind', 'First run', 'Second run'],
        rows: list.map(({ what, cause, a, b }) => [what, cause, a, b]),
      });

function chartsOf({
  effect,
  countries,
  dataSets,
}: RunDiff): Readonly<Record<'parts' | 'countries' | 'dataSets', Chart>> {
  const words = {
    measure: 'Change of downloads without bots',
    missing: 'Nothing moved.',
    summary: 'Right: more in the second run; left: fewer.',
  };
  const names = (list: readonly Moved[]) =>
    list.slice(0, BARS).map(({ name, change }) => [name ?? '(none)', change] as const);
  return {
    parts: signedBars(
      [
        ['Taken for bots in one run only', effect.reclassified],
        ['Locations of the second run only', effect.appeared],
        ['Locations of the first run only', effect.disappeared],
        ['Traffic of the same locations', effect.traffic],
      ],
      {
        ...words,
        name: 'parts',
        of: 'Part',
        title: 'Parts of the change',
        summary: `${words.summary} The parts sum to ${signed(effect.change)}.`,
      },
    ),
    countries: signedBars(names(countries), {
      ...words,
      name: 'countries',
      of: 'Country',
      title: 'Countries that moved most',
    }),
    dataSets: signedBars(names(dataSets ?? []), {
      ...words,
      name: 'data_sets',
      of: 'Data set',
      title: 'Data sets that moved most',
    }),
  };
}

const transitions = (diff: RunDiff): string =>
  htmlTable({
    names: ['First run', 'Second run', 'Locations', 'Downloads, first', 'Downloads, second'],
    rows: diff.transitions.map(({ from, to, locations: n, downloadsA, downloadsB }) => [
      classText(from),
      classText(to),
      n,
      downloadsA,
      downloadsB,
    ]),
  });

function reasons({ reasons: list }: RunDiff): string {
  if (list === null) return `<p class="muted">${escapeHtml(NO_REASONS)}</p>`;
  if (list.length === 0) return '<p class="muted">No location has another first reason or class.</p>';
  const rows = list
    .slice(0, BARS)
    .map((each) => [
      reasonAndClass(each.reasonA, each.from),
      reasonAndClass(each.reasonB, each.to),
      each.locations,
      each.downloadsA,
      each.downloadsB,
      each.change,
    ]);
  const names = [
    'First run',
    'Second run',
    'Locations',
    'Downloads, first',
    'Downloads, second',
    'Change without bots',
  ];
  return `<p class="muted">Locations of both runs by the first reason of their verdict, those that moved most first; diff.json has more.</p>${htmlTable({ names, rows }, 'first reasons that changed')}`;
}

const classText = (label: string): string => label.replaceAll('_', ' ');

function locations(diff: RunDiff): string {
  if (diff.locations.length === 0) return '<p class="muted">None of the locations that both runs have.</p>';
  const rows = diff.locations.map((each) => [
    [each.location, each.country].filter(Boolean).join(', '),
    `${classText(each.from)} → ${classText(each.to)}`,
    each.downloadsA,
    each.downloadsB,
    clipText(each.reasonA ?? 'no reason', REASON),
    clipText(each.reasonB ?? 'no reason', REASON),
  ]);
  const names = ['Location', 'Class', 'Downloads, first', 'Downloads, second', 'Why, first', 'Why, second'];
  return `<p class="muted">${count(rows.length)} of ${count(diff.changedLocations)}, most downloads first; location_analysis.csv of each run has the whole reasons.</p>${htmlTable({ names, rows }, 'locations that changed class')}`;
}

function moved(list: readonly Moved[], name: string): string {
  if (list.length === 0) return '';
  const rows = list
    .slice(0, BARS)
    .map(({ name: of, a, b, change, because }) => [
      of ?? '(none)',
      a,
      b,
      change,
      because && `${because.location}: ${classText(because.from)} → ${classText(because.to)}`,
    ]);
  const names = [name, 'First run', 'Second run', 'Change', 'Mostly because of'];
  return htmlTable({ names, rows });
}
