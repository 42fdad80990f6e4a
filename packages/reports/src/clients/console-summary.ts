import type { RunResult } from '@deeplogbot/core';
import { cleanTotalLines } from '../clean-total.js';
import { clipText, count, counted, day, foldText, padEnd, padStart, percent } from '../plain-text.js';
import { addressOf, agentOf } from './identity.js';
import { clientOrder } from './order.js';
import { causes, tellingEvidence } from './rule-counts.js';
import { CLIENT_VERDICTS, clientVerdict, verdictTotals } from './verdicts.js';

/** Clients that the summary names of each kind of bot. */
const SHOWN = 3;

/** Who visited the site, for a terminal: one line per verdict, then the most active bots and why. */
export function clientSummary(run: RunResult): readonly string[] {
  if (run.totalLocations === 0 && run.rowCounts.total === 0) return ['The log holds no requests.', ''];
  const totals = verdictTotals(run);
  const { total } = run.stats;
  const line = (name: string, clients: number, requests: number) =>
    `  ${padEnd(name, 22)}${padStart(count(clients), 10)} ${clients === 1 ? 'client ' : 'clients'}${padStart(count(requests), 14)} ${requests === 1 ? 'request ' : 'requests'} ${padStart(percent(requests, total), 8)}`;
  const verdicts = CLIENT_VERDICTS.filter(({ id }) => id !== 'insufficient_evidence' || totals.has(id));
  const filtered = run.stats.filtered + run.rowCounts.belowMinimum;
  return [
    `${counted(total, 'request')} from ${counted(run.totalLocations, 'client')}, ${day(run.window.firstUs)} to ${day(run.window.lastUs)} (UTC)`,
    '',
    ...verdicts.map(({ id, name }) =>
      line(name.toLowerCase(), totals.get(id)?.clients ?? 0, totals.get(id)?.requests ?? 0),
    ),
    ...(filtered > 0 ? [`  ${padEnd('without a verdict', 40)}${padStart(count(filtered), 14)} requests`] : []),
    '',
    ...cleanTotalLines(run).map((text) => `  ${text}`),
    '',
    ...hidden(run),
    ...mostActive(run, 'bot:undeclared', 'Bots that do not say so, most active first'),
    ...mostActive(run, 'bot:declared', 'Bots that say so, most active first'),
  ];
}

/** What gives away the bots that do not say so, where it is more than one thing. */
function hidden(run: RunResult): string[] {
  const found = causes(run, 'bot:undeclared');
  if (found.length < 2) return [];
  const lines = found.slice(0, SHOWN + 1).flatMap(({ sentence, clients, requests }) => {
    const numbers = `  ${padStart(count(clients), 9)} ${clients === 1 ? 'client ' : 'clients'}${padStart(count(requests), 10)} ${requests === 1 ? 'request ' : 'requests'}`;
    return foldText(sentence, 76).map((line, i) => `${i === 0 ? numbers : ' '.repeat(numbers.length)}  ${line}`);
  });
  return ['What gives away bots that do not say so', ...lines, ''];
}

function mostActive(run: RunResult, verdict: string, title: string): string[] {
  const found = clientOrder(run).filter((i) => clientVerdict(run.verdicts.rows[i]!) === verdict);
  if (found.length === 0) return [];
  const lines = found.slice(0, SHOWN).flatMap((i) => {
    const verdict = run.verdicts.rows[i]!;
    const [why] = [...tellingEvidence(verdict), ...verdict.reasons];
    return [
      `  ${padEnd(clipText(addressOf(run, i) ?? '–', 39), 40)}${padStart(count(run.downloads[i]!), 9)}  ${clipText(agentOf(run, i) ?? '–', 60)}`,
      ...foldText(why?.sentence ?? '', 110).map((line) => `    ${line}`),
    ];
  });
  return [title, ...lines, ''];
}
