import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { agentFacts } from '@deeplogbot/provider-http';

/**
 * Measures the bundled lists on labelled agents: `npx tsx bench/http-agents.ts [--errors] FILE…`, CSV with the columns
 * user_agent and label (bot, browser or program). `--errors` prints what was missed instead of the time.
 */
const [first, ...rest] = process.argv.slice(2);
const showErrors = first === '--errors';
const paths = showErrors ? rest : [first, ...rest].filter((path) => path !== undefined);
if (paths.length === 0) {
  process.stderr.write('usage: npx tsx bench/http-agents.ts [--errors] FILE…\n');
  process.exit(2);
}

/** First and second field of a CSV line. */
function fields(line: string): readonly [agent: string, label: string] {
  if (!line.startsWith('"')) return line.split(',', 2) as [string, string];
  let end = 1;
  while (line[end] !== '"' || line[end + 1] === '"') end += line[end] === '"' ? 2 : 1;
  return [line.slice(1, end).replaceAll('""', '"'), line.slice(end + 2).split(',', 1)[0]!];
}

const answer = (agent: string): 'bot' | 'machine' | 'browser' => {
  const facts = agentFacts(agent);
  return facts.declared || facts.headless ? 'bot' : facts.machine ? 'machine' : 'browser';
};
const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(2)} %`);

/** Microseconds of processor time of one call each. */
function usEach(agents: readonly string[], rounds = 1): number {
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) for (const agent of agents) agentFacts(agent);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / rounds / agents.length;
}

const files = paths.map((path) => ({
  path,
  rows: readFileSync(path, 'utf8').trim().split(/\r?\n/).slice(1).map(fields),
}));
const all = files.flatMap(({ rows }) => rows.map(([agent]) => agent));
const compileUs = usEach(['']);
const firstUs = usEach(all);

for (const { path, rows } of files) {
  const counts = new Map<string, number>();
  for (const [agent, label] of rows) {
    const said = answer(agent);
    counts.set(`${label} ${said}`, (counts.get(`${label} ${said}`) ?? 0) + 1);
    if (showErrors && said !== label) console.log(`${label} → ${said}\t${agent}`);
  }
  if (showErrors) continue;
  const of = (label: string, said: string) => counts.get(`${label} ${said}`) ?? 0;
  console.log(basename(path));
  for (const label of ['bot', 'browser', 'program']) {
    const n = of(label, 'bot') + of(label, 'machine') + of(label, 'browser');
    if (n === 0) continue;
    const automatic = of(label, 'bot') + of(label, 'machine');
    const share = label === 'browser' ? percent(of(label, 'browser'), n) : percent(automatic, n);
    console.log(
      `  ${label.padEnd(8)} ${String(n).padStart(7)}: bot ${of(label, 'bot')}, machine ${of(label, 'machine')}, browser ${of(label, 'browser')}; recall ${share}`,
    );
  }
  const saidBot = of('bot', 'bot') + of('browser', 'bot');
  const saidBrowser = of('bot', 'browser') + of('browser', 'browser');
  console.log(
    `  precision of bot ${percent(of('bot', 'bot'), saidBot)}, of browser ${percent(of('browser', 'browser'), saidBrowser)}`,
  );
}

if (!showErrors) {
  const later = Array.from({ length: 15 }, () => usEach(all, Math.ceil(20_000 / all.length))).sort((a, b) => a - b);
  const length = all.reduce((sum, agent) => sum + agent.length, 0) / all.length;
  console.log(`processor time of a look-up, ${Math.round(length)} characters on average:
  ${later[7]!.toFixed(2)} µs in the median of 15 rounds, ${later[0]!.toFixed(2)} in the least;
  ${firstUs.toFixed(2)} µs the first time, when the table grows, after ${Math.round(compileUs / 1000)} ms for compiling the lists`);
}
