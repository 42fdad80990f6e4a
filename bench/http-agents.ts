import { readFileSync } from 'node:fs';
import { agentFacts } from '@deeplogbot/provider-http';

/** Measures the bundled lists on labelled agents: `npx tsx bench/http-agents.ts FILE` with the columns user_agent and label (bot or browser). */
const [path] = process.argv.slice(2);
if (path === undefined) {
  process.stderr.write('usage: npx tsx bench/http-agents.ts FILE\n');
  process.exit(2);
}

/** First and second field of a CSV line. */
function fields(line: string): readonly [agent: string, label: string] {
  if (!line.startsWith('"')) return line.split(',', 2) as [string, string];
  let end = 1;
  while (line[end] !== '"' || line[end + 1] === '"') end += line[end] === '"' ? 2 : 1;
  return [line.slice(1, end).replaceAll('""', '"'), line.slice(end + 2).split(',', 1)[0]!];
}

const rows = readFileSync(path, 'utf8').trim().split(/\r?\n/).slice(1).map(fields);
const answer = (agent: string): 'bot' | 'machine' | 'browser' => {
  const facts = agentFacts(agent);
  return facts.declared || facts.headless ? 'bot' : facts.machine ? 'machine' : 'browser';
};
const counts = new Map<string, number>();
for (const [agent, label] of rows) {
  const key = `${label} → ${answer(agent)}`;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
for (const [key, n] of [...counts].sort()) console.log(key, n);
for (const name of ['bot', 'browser']) {
  const right = counts.get(`${name} → ${name}`) ?? 0;
  const said = [...counts].reduce((sum, [key, n]) => sum + (key.endsWith(`→ ${name}`) ? n : 0), 0);
  console.log(`precision of ${name}: ${(right / said).toFixed(4)}`);
}

const started = performance.now();
const ROUNDS = 20;
for (let round = 0; round < ROUNDS; round++) for (const [agent] of rows) agentFacts(agent);
console.log(`${(((performance.now() - started) * 1000) / ROUNDS / rows.length).toFixed(2)} µs for each look-up`);
