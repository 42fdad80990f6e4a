import type { Reporter, RunResult } from '@deeplogbot/core';
import { csvLines } from '../tables/csv.js';
import { addressOf } from './identity.js';
import { clientOrder } from './order.js';
import { tellingEvidence } from './rule-counts.js';
import { clientVerdict } from './verdicts.js';

/**
 * `undeclared_bot_addresses.csv`: one row per address of a bot that does not say so, most requests first, with the requests
 * that others made from the same address, so that nobody is shut out unseen. Written only where addresses may be and there are any.
 */
export const clientAddresses: Reporter = {
  name: 'client-addresses',
  early: true,
  async write(run, target) {
    if (run.settings?.keepIp !== true) return [];
    const found = addresses(run);
    if (found.length === 0) return [];
    const columns = [
      found.map(({ address }) => address),
      Float64Array.from(found, ({ clients }) => clients),
      Float64Array.from(found, ({ requests }) => requests),
      Float64Array.from(found, ({ others }) => others),
      found.map(({ why }) => why),
    ];
    const names = ['address', 'clients', 'requests', 'requests_of_others', 'why'];
    return [await target.write('undeclared_bot_addresses.csv', csvLines(names, columns))];
  },
};

interface Found {
  readonly address: string;
  clients: number;
  requests: number;
  /** Requests from the address by clients with another verdict. */
  others: number;
  /** Of the most active of its bots. */
  readonly why: string;
}

function addresses(run: RunResult): readonly Found[] {
  const found = new Map<string, Found>();
  const isBot = (i: number) => clientVerdict(run.verdicts.rows[i]!) === 'bot:undeclared';
  for (const i of clientOrder(run)) {
    const address = addressOf(run, i);
    if (!address || !isBot(i)) continue;
    const verdict = run.verdicts.rows[i]!;
    const [why] = [...tellingEvidence(verdict), ...verdict.reasons];
    const known = found.get(address) ?? { address, clients: 0, requests: 0, others: 0, why: why?.sentence ?? '' };
    known.clients += 1;
    known.requests += run.downloads[i]!;
    found.set(address, known);
  }
  run.features.keys.forEach((_, i) => {
    const bot = found.get(addressOf(run, i) ?? '');
    if (bot && !isBot(i)) bot.others += run.downloads[i]!;
  });
  return [...found.values()].sort((a, b) => b.requests - a.requests || (a.address < b.address ? -1 : 1));
}
