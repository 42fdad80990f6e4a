import { HARMLESS, type Quarantine } from './quarantine.js';
import type { Recorder } from './recorder.js';

/** Before so many lines a ratio says nothing. */
export const RATIO_FROM = 10_000;

/** With so many agents at one address, it is nobody's computer. */
const CROWD = 50;

/** A site that hears from few addresses with many agents stands behind proxies that it does not know of. */
export function proxyWarnings({ clients, clientRows }: Recorder, rows: number): string[] {
  if (rows < RATIO_FROM) return [];
  const requests = new Float64Array(clients.addresses.count);
  const agents = new Float64Array(clients.addresses.count);
  for (let pair = 0; pair < clients.count; pair++) {
    requests[clients.ipOf(pair)]! += clientRows.at(pair);
    agents[clients.ipOf(pair)]!++;
  }
  const most = requests.reduce((a, b) => Math.max(a, b), 0);
  const advice = 'name it in trustedProxies, and log the forwarded header';
  if (most / rows > 0.9) {
    return [`${Math.round((most / rows) * 100)} % of the requests come from one address: if it is a proxy, ${advice}`];
  }
  const crowded = [...requests.keys()].filter((ip) => agents[ip]! >= CROWD);
  const share = crowded.reduce((sum, ip) => sum + requests[ip]!, 0) / rows;
  if (share <= 0.5) return [];
  return [
    `${Math.round(share * 100)} % of the requests come from ${crowded.length} addresses with ${CROWD} agents or more: if they are proxies, ${advice}`,
  ];
}

/** What was set aside, by reason. */
export function quarantineWarnings(quarantine: Quarantine): string[] {
  if (quarantine.rejected === 0) return [];
  const parts = [...quarantine.counts]
    .filter(([reason]) => !HARMLESS.has(reason))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, n]) => `${n} ${reason}`);
  const [are, and] = quarantine.rejected === 1 ? ['line is no request', 'is'] : ['lines are no requests', 'are'];
  return [`${quarantine.rejected} ${are} and ${and} in no figure: ${parts.join(', ')}`];
}

/** What a reader must know of times, texts and fields of the log. */
export function recorderWarnings(
  { clients, outOfOrder, assumedOffset, hugeSizes, decoding, has }: Recorder,
  rows: number,
): string[] {
  const warnings: string[] = [];
  const tell = (n: number, word: string, what: string) => {
    if (n > 0) warnings.push(`${n} ${word}${n === 1 ? '' : 's'} ${what}`);
  };
  tell(outOfOrder, 'line', 'earlier than the one before; sessions are sorted by time');
  tell(assumedOffset, 'line', 'without an offset from UTC, read as UTC');
  tell(hugeSizes, 'size', 'larger than any file: sums of bytes take them for a pebibyte');
  tell(decoding.fallbacks, 'distinct text', 'not in UTF-8, read as Latin-1');
  tell(clients.forwardedIgnored, 'forwarded header', 'ignored: name trustedProxies to believe them');
  for (const [name, { overflow }] of Object.entries({
    ip: clients.addresses,
    user_agent: clients.agent,
    client: clients,
  })) {
    tell(overflow, 'value', `of ${name} beyond maxDistinct, all under "(other)"`);
  }
  if (rows > 0 && !has.agent)
    warnings.push('the log has no user agent: agents are not measurable, and rules that need them are disabled');
  if (rows > 0 && !has.referrer)
    warnings.push('the log has no referrer: referrers are not measurable, and rules that need them are disabled');
  return warnings;
}
