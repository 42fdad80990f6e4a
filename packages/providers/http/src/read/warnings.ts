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
  if (outOfOrder > 0)
    warnings.push(
      outOfOrder === 1
        ? '1 line is earlier than the line before it; sessions are sorted by time'
        : `${outOfOrder} lines are earlier than the line before them; sessions are sorted by time`,
    );
  if (assumedOffset > 0) warnings.push(`${assumedOffset} lines name no offset from UTC and were read as UTC`);
  if (hugeSizes > 0)
    warnings.push(`${hugeSizes} sizes are larger than any file: sums of bytes take them for a pebibyte`);
  if (decoding.fallbacks > 0)
    warnings.push(`${decoding.fallbacks} distinct texts are no UTF-8 and were read as Latin-1`);
  if (clients.forwardedIgnored > 0) {
    warnings.push(`${clients.forwardedIgnored} forwarded headers were ignored: name trustedProxies to believe them`);
  }
  for (const [name, { overflow }] of Object.entries({
    ip: clients.addresses,
    user_agent: clients.agent,
    client: clients,
  })) {
    if (overflow > 0) warnings.push(`${overflow} values of ${name} are beyond maxDistinct and share "(other)"`);
  }
  if (rows > 0 && !has.agent)
    warnings.push('the log has no user agent: agents are not measurable, and rules that need them are disabled');
  if (rows > 0 && !has.referrer)
    warnings.push('the log has no referrer: referrers are not measurable, and rules that need them are disabled');
  return warnings;
}
