import type { Reporter, RunResult } from '@deeplogbot/core';
import { clientOrder, clientVerdict } from './client-analysis.js';
import { clipText, count, measure, padEnd, padStart, percent, plain } from './plain-text.js';

const WIDE = '='.repeat(80);
const THIN = '-'.repeat(60);
const VERDICTS = ['human', 'suspicious', 'bot:declared', 'bot:undeclared', 'machine'] as const;

/** `access_report.txt`: who visited the site, which rules fired and what the most active of each kind did. Equal runs give equal files. */
export const clientReport: Reporter = {
  name: 'client-report',
  early: true,
  write: async (run, target) => [await target.write('access_report.txt', `${reportLines(run).join('\n')}\n`)],
};

const section = (title: string, lines: readonly string[]): string[] => ['', title, THIN, ...lines];

function reportLines(run: RunResult): string[] {
  const day = (us: number) => new Date(us / 1000).toISOString().slice(0, 10);
  return [
    WIDE,
    'WHO VISITED THE SITE',
    WIDE,
    `${day(run.window.firstUs)} to ${day(run.window.lastUs)} (UTC), ${count(run.rowCounts.total)} requests, ${count(run.totalLocations)} clients`,
    ...section('VERDICTS', verdictLines(run)),
    ...section('RULES', ruleLines(run)),
    ...section('BOTS THAT DO NOT SAY SO', clientLines(run, 'bot:undeclared', 30)),
    ...section('BOTS THAT SAY SO', clientLines(run, 'bot:declared', 30)),
    ...section('PROGRAMS THAT PEOPLE RUN', clientLines(run, 'machine', 20)),
    ...section('SUSPICIOUS', clientLines(run, 'suspicious', 20)),
    ...section('WARNINGS', run.warnings.length > 0 ? run.warnings.map(plain) : ['none']),
  ];
}

function verdictLines(run: RunResult): string[] {
  const rows = run.verdicts.rows;
  const line = (name: string, wanted: (i: number) => boolean) => {
    let clients = 0;
    let requests = 0;
    for (let i = 0; i < rows.length; i++) {
      if (!wanted(i)) continue;
      clients++;
      requests += run.downloads[i]!;
    }
    return `${padEnd(name, 24)}${padStart(count(clients), 12)}${padStart(percent(clients, rows.length), 10)}${padStart(count(requests), 16)}${padStart(percent(requests, run.stats.total), 10)}`;
  };
  return [
    `${padEnd('', 24)}${padStart('clients', 12)}${padStart('', 10)}${padStart('requests', 16)}`,
    ...VERDICTS.map((name) => line(name, (i) => clientVerdict(rows[i]!) === name)),
    line('all', () => true),
  ];
}

/** How many clients each rule flagged, and of how many it was the only one. */
function ruleLines(run: RunResult): string[] {
  const total = new Map<string, number>();
  const alone = new Map<string, number>();
  for (const { reasons } of run.verdicts.rows) {
    const evidence = reasons.filter(({ contribution }) => contribution !== undefined).map(({ id }) => id);
    for (const id of evidence) total.set(id, (total.get(id) ?? 0) + 1);
    if (evidence.length === 1) alone.set(evidence[0]!, (alone.get(evidence[0]!) ?? 0) + 1);
  }
  const header = `${padEnd('', 24)}${padStart('clients', 12)}${padStart('only this', 12)}`;
  const lines = [...total]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([id, n]) => `${padEnd(id, 24)}${padStart(count(n), 12)}${padStart(count(alone.get(id) ?? 0), 12)}`);
  return lines.length > 0 ? [header, ...lines] : ['none fired'];
}

function clientLines(run: RunResult, verdict: string, most: number): string[] {
  const found = clientOrder(run).filter((i) => clientVerdict(run.verdicts.rows[i]!) === verdict);
  if (found.length === 0) return ['none'];
  const { country: ip, city: agent } = run.features.attributes;
  const lines = found.slice(0, most).flatMap((i) => {
    const { confidence, reasons } = run.verdicts.rows[i]!;
    const said = agent[i] ? clipText(agent[i]!, 90) : '(no user agent)';
    const why = reasons.filter(({ contribution }) => contribution !== undefined);
    const sentences = (why.length > 0 ? why : reasons).map(({ sentence }) => sentence).join(' ');
    return [
      `${padEnd(clipText(ip[i] ?? '–', 34), 36)}${padStart(count(run.downloads[i]!), 10)} requests  ${measure(confidence)}  ${said}`,
      `    ${clipText(sentences, 240)}`,
    ];
  });
  return found.length > most ? [...lines, `… and ${count(found.length - most)} more in client_analysis.csv`] : lines;
}
