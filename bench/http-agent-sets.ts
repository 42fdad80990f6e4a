import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/**
 * Makes labelled agents for `http-agents.ts` out of what other projects test themselves with:
 * `npx tsx bench/http-agent-sets.ts PACKAGES OUT`, where PACKAGES holds these, unpacked, each in a folder of its name and version:
 *
 *     npm pack crawler-user-agents user-agents top-user-agents woothee
 *     pip download --no-deps --no-binary :all: device_detector crawlerdetect
 *
 * Every set is cut in two by a hash of the agent. The lists of the http provider may be improved by looking at `*.seen.csv`;
 * `*.unseen.csv` is for measuring alone.
 */
type Label = 'bot' | 'browser' | 'program';
type Labelled = readonly [agent: string, label: Label];

const [packages, out] = process.argv.slice(2);
if (packages === undefined || out === undefined) {
  process.stderr.write('usage: npx tsx bench/http-agent-sets.ts PACKAGES OUT\n');
  process.exit(2);
}

/** The folder of a package, whatever its version. */
function folder(name: string): string {
  const found = readdirSync(packages!).find((entry) => entry.startsWith(`${name}-`) && /-\d[\d.]*$/.test(entry));
  if (found === undefined) {
    process.stderr.write(`${packages} has no folder ${name}-VERSION; get it by npm pack ${name} and unpack it there\n`);
    process.exit(2);
  }
  return join(packages!, found);
}

const lines = (path: string, label: Label): Labelled[] =>
  readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => [line, label]);

function crawlerDetect(): Labelled[] {
  const fixtures = join(folder('crawlerdetect'), 'tests/fixtures/user_agent');
  return [...lines(join(fixtures, 'crawlers.txt'), 'bot'), ...lines(join(fixtures, 'devices.txt'), 'browser')];
}

interface Detected {
  readonly user_agent: string;
  readonly bot?: unknown;
  readonly client?: { readonly type?: string } | null;
}

function deviceDetector(): Labelled[] {
  const fixtures = join(folder('device_detector'), 'device_detector/tests/fixtures/upstream');
  const files = readdirSync(fixtures).filter((name) => name.endsWith('.yml') && name !== 'unknown.yml');
  return files.flatMap((name) =>
    (parse(readFileSync(join(fixtures, name), 'utf8'), { uniqueKeys: false, maxAliasCount: 0 }) as Detected[]).map(
      ({ user_agent, bot, client }): Labelled => [
        String(user_agent),
        bot ? 'bot' : client?.type === 'library' ? 'program' : 'browser',
      ],
    ),
  );
}

function woothee(): Labelled[] {
  const fixtures = join(folder('woothee'), 'package/woothee/testsets');
  return readdirSync(fixtures).flatMap((name) =>
    (parse(readFileSync(join(fixtures, name), 'utf8')) as { target: string; category: string }[])
      .filter(({ category }) => category !== 'UNKNOWN' && category !== 'misc')
      .map(({ target, category }): Labelled => [target, category === 'crawler' ? 'bot' : 'browser']),
  );
}

function crawlerUserAgents(): Labelled[] {
  const entries = JSON.parse(
    readFileSync(join(folder('crawler-user-agents'), 'package/crawler-user-agents.json'), 'utf8'),
  ) as { readonly instances: readonly string[] }[];
  return entries.flatMap(({ instances }) => instances.map((agent): Labelled => [agent, 'bot']));
}

function userAgents(): Labelled[] {
  const recorded = JSON.parse(readFileSync(join(folder('user-agents'), 'package/dist/user-agents.json'), 'utf8')) as {
    readonly userAgent: string;
  }[];
  const top = ['desktop', 'mobile'].flatMap(
    (name) => JSON.parse(readFileSync(join(folder('top-user-agents'), `package/src/${name}.json`), 'utf8')) as string[],
  );
  return [...recorded.map(({ userAgent }) => userAgent), ...top].map((agent) => [agent, 'browser']);
}

/** FNV-1a: which half an agent belongs to. */
function isUnseen(agent: string): boolean {
  let hash = 0x811c9dc5;
  for (let i = 0; i < agent.length; i++) hash = Math.imul(hash ^ agent.charCodeAt(i), 0x01000193) >>> 0;
  return ((hash >>> 16) & 1) === 1;
}

const csv = (rows: readonly Labelled[]): string =>
  `user_agent,label\n${rows.map(([agent, label]) => `"${agent.replaceAll('"', '""').replaceAll(/[\r\n]/g, ' ')}",${label}\n`).join('')}`;

const SETS = { crawlerDetect, deviceDetector, woothee, crawlerUserAgents, userAgents };

mkdirSync(out, { recursive: true });
for (const [name, read] of Object.entries(SETS)) {
  const rows = [...new Map(read())];
  writeFileSync(join(out, `${name}.seen.csv`), csv(rows.filter(([agent]) => !isUnseen(agent))));
  writeFileSync(join(out, `${name}.unseen.csv`), csv(rows.filter(([agent]) => isUnseen(agent))));
  console.log(`${name}: ${rows.length} agents`);
}
