import type { Reporter, RunResult } from '@deeplogbot/core';
import { clipText, count, counted, day, measure, padEnd, padStart, percent, plain } from '../plain-text.js';
import { heading, section } from '../text-layout.js';
import { addressOf, agentOf, NO_AGENT } from './identity.js';
import { clientOrder } from './order.js';
import { ruleCounts, tellingEvidence } from './rule-counts.js';
import { suspects } from './suspects.js';
import { clientVerdict, verdictTotals } from './verdicts.js';

const VERDICTS = ['human', 'suspicious', 'bot:declared', 'bot:undeclared', 'machine'] as const;

/** `access_report.txt`: who visited the site, which rules fired and what the most active of each kind did. Equal runs give equal files. */
export const clientReport: Reporter = {
  name: 'client-report',
  early: true,
  write: async (run, target) => [await target.write('access_report.txt', `${reportLines(run).join('\n')}\n`)],
};

function reportLines(run: RunResult): string[] {
  return [
    ...heading('WHO VISITED THE SITE'),
    `${day(run.window.firstUs)} to ${day(run.window.lastUs)} (UTC), ${counted(run.rowCounts.total, 'request')}, ${counted(run.totalLocations, 'client')}`,
    ...section('VERDICTS', verdictLines(run)),
    ...section('RULES', ruleLines(run)),
    ...section('MOST SUSPICIOUS OF THOSE THAT DO NOT SAY WHAT THEY ARE', suspectLines(run)),
    ...section('BOTS THAT DO NOT SAY SO', clientLines(run, 'bot:undeclared', 30)),
    ...section('BOTS THAT SAY SO', clientLines(run, 'bot:declared', 30)),
    ...section('PROGRAMS THAT PEOPLE RUN', clientLines(run, 'machine', 20)),
    ...section('SUSPICIOUS', clientLines(run, 'suspicious', 20)),
    ...section('WARNINGS', run.warnings.length > 0 ? run.warnings.map(plain) : ['none']),
  ];
}

function verdictLines(run: RunResult): string[] {
  const totals = verdictTotals(run);
  const line = (name: string, clients: number, requests: number) =>
    `${padEnd(name, 24)}${padStart(count(clients), 12)}${padStart(percent(clients, run.totalLocations), 10)}${padStart(count(requests), 16)}${padStart(percent(requests, run.stats.total), 10)}`;
  const of = (name: string) => line(name, totals.get(name)?.clients ?? 0, totals.get(name)?.requests ?? 0);
  return [
    `${padEnd('', 24)}${padStart('clients', 12)}${padStart('', 10)}${padStart('requests', 16)}`,
    ...VERDICTS.map(of),
    ...(totals.has('insufficient_evidence') ? [of('insufficient_evidence')] : []),
    line('all', run.totalLocations, run.rowCounts.classified),
  ];
}

/** How many clients each rule flagged, and of how many it was the only one. */
function ruleLines(run: RunResult): string[] {
  const rules = ruleCounts(run);
  if (rules.length === 0) return ['none fired'];
  const line = (id: string, clients: string, alone: string) =>
    `${padEnd(id, 24)}${padStart(clients, 12)}${padStart(alone, 12)}`;
  return [
    line('', 'clients', 'only this'),
    ...rules.map(({ id, clients, alone }) => line(id, count(clients), count(alone))),
  ];
}

/** Clients that name no robot and no program, those with the most evidence first, with what they did. */
function suspectLines(run: RunResult): string[] {
  const found = suspects(run);
  if (found.length === 0) return ['none'];
  return found.flatMap(({ row, evidence, deeds }, place) => {
    return [
      `${padStart(String(place + 1), 2)}. ${clipText(addressOf(run, row) ?? '–', 34)}  ${clientVerdict(run.verdicts.rows[row]!)} ${measure(evidence)}  ${clipText(agentOf(run, row) ?? NO_AGENT, 70)}`,
      `    ${counted(run.downloads[row]!, 'request')}: ${deeds.join(', ')}`,
    ];
  });
}

function clientLines(run: RunResult, verdict: string, most: number): string[] {
  const found = clientOrder(run).filter((i) => clientVerdict(run.verdicts.rows[i]!) === verdict);
  if (found.length === 0) return ['none'];
  const lines = found.slice(0, most).flatMap((i) => {
    const { confidence, reasons } = run.verdicts.rows[i]!;
    const why = tellingEvidence(run.verdicts.rows[i]!);
    const sentences = (why.length > 0 ? why : reasons).map(({ sentence }) => sentence).join(' ');
    return [
      `${padEnd(clipText(addressOf(run, i) ?? '–', 34), 36)}${padStart(count(run.downloads[i]!), 10)} ${run.downloads[i] === 1 ? 'request ' : 'requests'}  ${measure(confidence)}  ${clipText(agentOf(run, i) ?? NO_AGENT, 90)}`,
      `    ${clipText(sentences, 240)}`,
    ];
  });
  return found.length > most ? [...lines, `… and ${count(found.length - most)} more in client_analysis.csv`] : lines;
}
