import type { Reporter, RunResult } from '@deeplogbot/core';
import { type Drawn, drawnAhead, drawnCharts } from '../charts/all-charts.js';
import { groupsOf } from '../geo/location-groups.js';
import { usageTables } from '../statistics/usage-tables.js';
import { answer } from './answer.js';
import { escapeHtml } from './escape.js';
import { heading } from './heading.js';
import { largest, leftOut, provenance, reasonCounts, taxonomy } from './lists.js';
import { locationSection } from './location-section.js';
import { page } from './page.js';
import { preparePageData } from './page-data.js';
import { contents, figure, list, section } from './parts.js';
import { places } from './places.js';
import { whatIsLeft } from './what-is-left.js';

/**
 * `report.html`: the run as one page that opens anywhere, without a network. It begins with what is left after filtering; every
 * drawing has its numbers beside it, and every location can be looked up with its reasons.
 */
export const htmlReport: Reporter = {
  name: 'html-report',
  early: true,
  needs: ['usage'],
  prepare: preparePage,
  write: async (run, target) => [await target.write('report.html', await htmlPage(run))],
};

/** What of the page does not wait for counts: nearly all of its drawings, the places, and the table of all locations. */
async function preparePage(run: RunResult): Promise<void> {
  const drawings = [...(await drawnAhead(run)).values()];
  if (run.groupRadiusKm > 0) groupsOf(run);
  const drawn = drawings.reduce((sum, { svg = '' }) => sum + svg.length, 0);
  if (run.totalLocations > 0) await preparePageData(run, MAX_LENGTH - drawn);
}

/** The page as text. */
export async function htmlPage(run: RunResult): Promise<string> {
  const drawn = await drawnCharts(run);
  const figures = (names: readonly string[]) => names.map((name) => figure(drawn.get(name)!)).join('\n');
  const first = [headingOf(run), '<main>', answer(run)].join('\n');
  const before = [
    section('time', 'When', figures(['traffic_over_time', 'hours_and_weekdays'])),
    section('places', 'Where', figures(['world_map', 'geographic_distribution'])),
    whatIsLeft(run),
    largest(run),
  ].join('\n');
  const warnings = run.warnings.length > 0 ? list(run.warnings.map(escapeHtml)) : '<p>None.</p>';
  const after = [
    places(run),
    taxonomy(run),
    section('reasons', 'Which reasons decided', reasonCounts(run)),
    section('importances', 'What it relies on', importances(IMPORTANCE_CHARTS.map((name) => drawn.get(name)!))),
    section('features', 'Features', figures(FEATURE_CHARTS)),
    leftOut(run, notMeasured(run)),
    section('warnings', 'Warnings', warnings),
    provenance(run),
    '</main>',
    '<footer>Made by DeepLogBot. Map: Natural Earth.</footer>',
  ].join('\n');
  const room = MAX_LENGTH - first.length - before.length - after.length;
  const rest = [before, locationSection(run, room), after].join('\n');
  return page(`Downloads: ${run.provider}`, [first, contents(rest), rest].join('\n'));
}

const headingOf = (run: RunResult): string =>
  heading(run, 'Downloads of', [`provider ${run.provider}`, `method ${run.method}`]);

const IMPORTANCES =
  'Three questions with answers of their own: what the verdicts rest on, what bots have more or less of, and what the anomaly score is made of, which is one feature among the others. None says what causes what, and of two features that say the same either may get the credit.';

/** What was measured, then in one list what was not. */
function importances(drawn: readonly Drawn[]): string {
  const missing = drawn.filter(({ svg }) => svg === undefined);
  const reasons = missing.map(({ chart }) => `${escapeHtml(chart.title)}: ${escapeHtml(chart.missing ?? '')}`);
  return [
    `<p>${IMPORTANCES}</p>`,
    ...drawn.filter(({ svg }) => svg !== undefined).map(figure),
    ...(reasons.length > 0 ? [`<h3>Not measured</h3>${list(reasons)}`] : []),
  ].join('\n');
}

const IMPORTANCE_CHARTS = ['model_importances', 'feature_importance', 'anomaly_importances', 'surrogate_importances'];

const FEATURE_CHARTS = [
  'feature_distributions',
  'yearly_trends',
  'correlation_matrix',
  'category_feature_comparison',
  'anomaly_analysis',
];

/** Characters of the page but for its program: with it the file stays below 3 MB. */
const MAX_LENGTH = 2_900_000;

const notMeasured = (run: RunResult): (readonly [string, string])[] =>
  usageTables(run).flatMap(({ name, notMeasured }) =>
    notMeasured === null ? [] : [[`downloads by ${name.replaceAll('_', ' ')}`, notMeasured] as const],
  );
