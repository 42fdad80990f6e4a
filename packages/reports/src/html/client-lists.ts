import type { RunResult } from '@deeplogbot/core';
import { addressOf, agentOf } from '../clients/identity.js';
import { clientOrder } from '../clients/order.js';
import { causes, ruleCounts, tellingEvidence } from '../clients/rule-counts.js';
import { suspects } from '../clients/suspects.js';
import { CLIENT_VERDICTS, clientVerdict } from '../clients/verdicts.js';
import { clipText, count, counted } from '../plain-text.js';
import { section, share, table } from './parts.js';

/** Clients in the lists of the most active. */
const SHOWN = 10;
const AGENT_WIDTH = 160;
/** Verdicts in the order in which a web master wants to see them. */
const ORDER = ['bot:undeclared', 'bot:declared', 'suspicious', 'machine', 'human', 'insufficient_evidence'] as const;

/** The most active clients of each verdict, each with its reasons. */
export function clientTops(run: RunResult): string {
  const rows = run.verdicts.rows;
  const order = clientOrder(run);
  const parts = ORDER.flatMap((id) => {
    const found = order.filter((i) => clientVerdict(rows[i]!) === id);
    const { name, meaning } = CLIENT_VERDICTS.find((verdict) => verdict.id === id)!;
    if (found.length === 0 && id === 'insufficient_evidence') return [];
    const head = `<h3>${name}</h3><p class="muted">${meaning}; ${counted(found.length, 'client')}.</p>`;
    if (found.length === 0) return [`${head}<p>None.</p>`];
    return [head + causesOf(run, id) + clientTable(run, found.slice(0, SHOWN), name)];
  });
  return section('clients-top', 'Most active clients and why', parts.join('\n'));
}

/** Causes in the list of a verdict. */
const CAUSES = 6;

/** What speaks most against each of them, in numbers, before single ones; of people and of one cause nothing need be counted. */
function causesOf(run: RunResult, verdict: string): string {
  const found = verdict === 'human' ? [] : causes(run, verdict);
  if (found.length < 2) return '';
  const rows = found.slice(0, CAUSES).map(({ sentence, clients, requests }) => [sentence, clients, requests]);
  const counts = table({ names: ['What speaks most against them', 'Clients', 'Requests'], rows }, `causes: ${verdict}`);
  return `${counts}<p class="muted">The most active of them:</p>`;
}

function clientTable(run: RunResult, rows: readonly number[], label: string): string {
  return table(
    {
      names: ['Client', 'User agent', 'Requests', 'Confidence', 'Why'],
      rows: rows.map((i) => [
        ...nameOf(run, i),
        run.downloads[i]!,
        run.verdicts.rows[i]!.confidence,
        reasonsOf(run, i) || null,
      ]),
    },
    `most active: ${label}`,
  );
}

function nameOf(run: RunResult, i: number): [string | null, string | null] {
  const agent = agentOf(run, i);
  return [addressOf(run, i), agent === null ? null : clipText(agent, AGENT_WIDTH)];
}

/** The three weightiest pieces of evidence, or what spoke for the verdict where there is none. */
function reasonsOf(run: RunResult, i: number): string {
  const verdict = run.verdicts.rows[i]!;
  const evidence = tellingEvidence(verdict);
  return (evidence.length > 0 ? evidence.slice(0, 3) : verdict.reasons.slice(0, 1))
    .map(({ sentence }) => sentence)
    .join(' ');
}

/** Who is most likely a robot of those that name neither a robot nor a program, and what they did. */
export function mostSuspicious(run: RunResult): string {
  const found = suspects(run);
  const rows = found.map(({ row, evidence, deeds }) => [
    ...nameOf(run, row),
    run.downloads[row]!,
    verdictName(clientVerdict(run.verdicts.rows[row]!)),
    evidence,
    deeds.join(', '),
  ]);
  const names = ['Client', 'User agent', 'Requests', 'Verdict', 'Evidence', 'What it did'];
  const lead = '<p class="muted">Of those that do not say what they are, the twenty with the most evidence.</p>';
  return section(
    'suspects',
    'Most suspicious',
    rows.length === 0 ? '<p>None.</p>' : lead + table({ names, rows }, 'most suspicious clients'),
  );
}

/** Clients that asked for robots.txt and whose agent does not say that they are robots. */
export function askedForRobots(run: RunResult): string {
  const asked = run.features.get('robots_txt_requested');
  const declared = run.features.get('ua_declared_bot');
  if (!asked) return section('robots-txt', 'Who reads robots.txt', '<p class="muted">Not measured.</p>');
  const readers = clientOrder(run).filter((i) => asked[i] === 1);
  const silent = readers.filter((i) => declared?.[i] !== 1);
  const summary = `<p>${counted(readers.length, 'client')} asked for robots.txt; ${count(silent.length)} of them do not say in their agent that they are robots.</p>`;
  const rows = silent
    .slice(0, SHOWN)
    .map((i) => [...nameOf(run, i), run.downloads[i]!, verdictName(clientVerdict(run.verdicts.rows[i]!))]);
  const names = ['Client', 'User agent', 'Requests', 'Verdict'];
  return section(
    'robots-txt',
    'Who reads robots.txt without saying so',
    summary + (rows.length === 0 ? '' : table({ names, rows }, 'readers of robots.txt')),
  );
}

const verdictName = (id: string): string => CLIENT_VERDICTS.find((verdict) => verdict.id === id)?.one ?? id;

/** Which claims to be a known crawler hold. */
export function checkedCrawlers(run: RunResult): string {
  const title = 'Crawlers whose address was checked';
  const verified = run.features.get('ip_verified_bot');
  const order = clientOrder(run);
  const [good, bad] = [1, 0].map((value) => order.filter((i) => verified?.[i] === value)) as [number[], number[]];
  if (good.length + bad.length === 0)
    return section(
      'crawlers',
      title,
      '<p class="muted">No client claims to be a crawler whose operator publishes its addresses, or the log and the list of addresses lie too far apart in time.</p>',
    );
  const who = (rows: readonly number[]) => {
    const requests = rows.reduce((sum, i) => sum + run.downloads[i]!, 0);
    return `${counted(rows.length, 'client')} (${counted(requests, 'request')})`;
  };
  const summary = `<p>At an address that the operator they name publishes: ${who(good)}. At another one, so that they count as undeclared bots: ${who(bad)}.</p>`;
  const rows = [...bad.slice(0, SHOWN), ...good.slice(0, SHOWN)].map((i) => [
    ...nameOf(run, i),
    run.downloads[i]!,
    verified![i] === 1 ? 'the operator’s' : 'not the operator’s',
  ]);
  const names = ['Client', 'User agent', 'Requests', 'Address'];
  return section('crawlers', title, summary + table({ names, rows }, 'checked crawlers'));
}

/** How many clients each rule speaks against. */
export function firedRules(run: RunResult): string {
  const rules = ruleCounts(run);
  const rows = rules.map(({ id, sentence, clients, alone, requests }) => [
    id,
    sentence,
    clients,
    alone,
    requests,
    share(requests, run.stats.total),
  ]);
  const names = ['Rule', 'What it says', 'Clients', 'Only this rule', 'Requests', 'Share'];
  return section(
    'rules',
    'Which rules fired',
    rows.length === 0 ? '<p>None fired.</p>' : table({ names, rows }, 'rules'),
  );
}
