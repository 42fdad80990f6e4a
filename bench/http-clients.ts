import { readFileSync } from 'node:fs';
import { httpProvider } from '@deeplogbot/provider-http';
import { runBotAnnotator } from 'deeplogbot';

/**
 * Holds the verdicts on a log against what its clients call themselves: `npx tsx bench/http-clients.ts LOG CLIENTS`, where
 * CLIENTS is a CSV with the columns ip, user_agent and declared_bot. Writes its reports to output/http.
 */
const [log, clients] = process.argv.slice(2);
if (log === undefined || clients === undefined) {
  process.stderr.write('usage: npx tsx bench/http-clients.ts LOG CLIENTS\n');
  process.exit(2);
}

/** Records of a CSV file (RFC 4180), quoted line breaks included. */
function* records(text: string): Generator<string[]> {
  let record: string[] = [];
  let i = 0;
  while (i < text.length) {
    let value = '';
    if (text[i] === '"') {
      for (i++; text[i] !== '"' || text[i + 1] === '"'; i++) {
        value += text[i];
        if (text[i] === '"') i++;
      }
      i++;
    } else {
      const end = /[,\r\n]|$/g;
      end.lastIndex = i;
      const stop = end.exec(text)!.index;
      value = text.slice(i, stop);
      i = stop;
    }
    record.push(value);
    if (text[i] === ',') {
      i++;
      continue;
    }
    yield record;
    record = [];
    while (text[i] === '\r' || text[i] === '\n') i++;
  }
}

const [header, ...rows] = [...records(readFileSync(clients, 'utf8'))];
const column = (name: string) => header!.indexOf(name);
const keyOf = (ip: string | null, agent: string | null) => `${ip}\n${agent === '-' ? '' : (agent ?? '')}`;
const declared = new Map(
  rows.map((row) => [keyOf(row[column('ip')]!, row[column('user_agent')]!), row[column('declared_bot')] === '1']),
);

const run = await runBotAnnotator({ input: log, outputDir: 'output/http', provider: httpProvider({ keepIp: true }) });
const { country: ips, city: agents } = run.features.attributes;
const robots = run.features.need('robots_txt_requested');
const says = run.features.need('ua_declared_bot');
const counts = new Map<string, number>();
const add = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
for (const [i, verdict] of run.verdicts.rows.entries()) {
  const known = declared.get(keyOf(ips[i]!, agents[i]!));
  add(`${known === undefined ? 'not in the list' : known ? 'declares itself' : 'does not'} → ${verdict.subcategory}`);
  if (robots[i] === 1 && says[i] === 0) add(`reads robots.txt without saying so → ${verdict.subcategory}`);
}
for (const [key, n] of [...counts].sort()) console.log(key, n);
const of = (...kinds: readonly string[]) =>
  kinds.reduce((sum, kind) => sum + (counts.get(`declares itself → ${kind}`) ?? 0), 0);
const all = [...declared.values()].filter(Boolean).length;
const machines = of('machine');
console.log(
  `${all} declare themselves: ${of('declared_bot', 'undeclared_bot', 'impostor')} bots, ${machines} machines`,
);
console.log(`caught as bot or machine: ${((all - of('human', 'suspicious')) / all).toFixed(4)}`);
