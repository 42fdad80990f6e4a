import type { RunResult } from '@deeplogbot/core';
import { cleanTotalLines } from '../clean-total.js';
import { CLIENT_VERDICTS, type ClientVerdictStyle, type VerdictTotal, verdictTotals } from '../clients/verdicts.js';
import { count, counted } from '../plain-text.js';
import { share, unbroken } from './parts.js';

const NONE: VerdictTotal = { clients: 0, requests: 0 };

/** Who visited the site, in two sentences and one number per verdict. */
export function clientAnswer(run: RunResult): string {
  const totals = verdictTotals(run);
  const of = (id: string) => totals.get(id) ?? NONE;
  const { total } = run.stats;
  const [people, declared, hidden] = [of('human'), of('bot:declared'), of('bot:undeclared')];
  const some = ({ requests }: VerdictTotal) => `${count(requests)} (${share(requests, total)})`;
  const answer = `<strong>${count(people.requests)} of ${count(total)} requests (${share(people.requests, total)})</strong> come from ${counted(people.clients, 'client')} taken for people. Bots that say so made ${some(declared)}, bots that do not made ${some(hidden)}.`;
  const cards = CLIENT_VERDICTS.filter(({ id }) => id !== 'insufficient_evidence' || totals.has(id));
  return `<p class="answer">${answer}</p>
${certainty(run)}
<ul class="cards">
${cards.map((verdict) => card(verdict, of(verdict.id), total)).join('\n')}
</ul>`;
}

/** How far the total can be relied on, and how much of it language models fetched. */
function certainty(run: RunResult): string {
  const { expected, high } = run.cleanTotal;
  const lines = expected === 0 && high === 0 ? [] : cleanTotalLines(run).map((line) => `${unbroken(line)}.`);
  const ai = run.features.get('ua_ai');
  if (ai?.some((value) => value === 1)) {
    const rows = [...ai.keys()].filter((i) => ai[i] === 1);
    const requests = rows.reduce((sum, i) => sum + run.downloads[i]!, 0);
    lines.push(
      `By clients that are by name a crawler or fetcher of a language model (${count(rows.length)}): ${counted(requests, 'request')} (${share(requests, run.stats.total)}).`,
    );
  }
  return lines.map((line) => `<p class="muted">${line}</p>`).join('\n');
}

const card = ({ name, style, meaning }: ClientVerdictStyle, { clients, requests }: VerdictTotal, total: number) =>
  `<li class="${style}"><span>${name}</span><strong>${count(requests)}</strong><span class="muted">${requests === 1 ? 'request' : 'requests'} (${share(requests, total)}) from ${counted(clients, 'client')}: ${meaning}</span></li>`;
