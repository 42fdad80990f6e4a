import type { Reporter, RunResult } from '@deeplogbot/core';
import { drawCharts } from '../charts/chart.js';
import { trafficByVerdict } from '../charts/client-charts.js';
import { counted } from '../plain-text.js';
import { clientAnswer } from './client-answer.js';
import { askedForRobots, checkedCrawlers, clientTops, firedRules, mostSuspicious } from './client-lists.js';
import { quarantinedLines } from './client-quarantine.js';
import { clientSection } from './client-section.js';
import { escapeHtml } from './escape.js';
import { heading } from './heading.js';
import { leftOut, provenance } from './lists.js';
import { page } from './page.js';
import { contents, figure, list, section } from './parts.js';

/**
 * `report.html` for access logs: who visited the site, as one page that opens anywhere, without a network. It begins with how many
 * requests are of people, and every client in it can be looked up with its reasons. Below 3 MB for any number of clients.
 */
export const clientHtmlReport: Reporter = {
  name: 'client-html-report',
  early: true,
  needs: ['traffic'],
  write: async (run, target) => [await target.write('report.html', await clientPage(run))],
};

const headingOf = (run: RunResult): string =>
  heading(run, 'Who visited the site:', [
    `${counted(run.rowCounts.total, 'request')} of ${counted(run.totalLocations, 'client')}`,
    `provider ${run.provider}`,
    `method ${run.method}`,
  ]);

/** Characters of the page but for its program: with it the file stays below 3 MB. */
const MAX_LENGTH = 2_900_000;

/** The page as text, of about `most` characters at most; where not all clients fit, it says who is not there. */
export async function clientPage(run: RunResult, most: number = MAX_LENGTH): Promise<string> {
  const chart = trafficByVerdict(run);
  const svg = (await drawCharts([chart])).get(chart.name);
  const first = [headingOf(run), '<main>', clientAnswer(run)].join('\n');
  const before = [
    section('time', 'When', figure({ chart, svg })),
    clientTops(run),
    mostSuspicious(run),
    askedForRobots(run),
    checkedCrawlers(run),
    firedRules(run),
  ].join('\n');
  const warnings = run.warnings.length > 0 ? list(run.warnings.map(escapeHtml)) : '<p>None.</p>';
  const after = [
    quarantinedLines(run),
    leftOut(run, []),
    section('warnings', 'Warnings', warnings),
    provenance(run),
    '</main>',
    '<footer>Made by DeepLogBot.</footer>',
  ].join('\n');
  const room = most - first.length - before.length - after.length;
  const rest = [before, clientSection(run, room), after].join('\n');
  return page('Who visited the site', [first, contents(rest), rest].join('\n'));
}
