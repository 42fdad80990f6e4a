import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const folder = new URL('../packages/providers/http/', import.meta.url);

const LISTS = {
  crawlerUserAgents: 'crawler-user-agents',
  counterRobots: 'counter-robots',
  aiRobots: 'ai-robots',
  robotWords: 'robot-words',
  generic: 'generic',
  genericPrograms: 'generic-programs',
  headless: 'headless',
  machines: 'machines',
  notRobots: 'not-robots',
  visitors: 'visitors',
  browsers: 'browsers',
  apps: 'apps',
  engines: 'engines',
  embedded: 'embedded',
  crawlerRanges: 'crawler-ranges',
  cloudRanges: 'cloud-ranges',
  hostingAsns: 'hosting-asns',
} as const;

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** The TypeScript module that holds the lists of agents and address ranges. */
export async function embeddedLists(): Promise<string> {
  const parts: string[] = [];
  const facts: string[] = [];
  for (const [name, file] of Object.entries(LISTS)) {
    const text = await readFile(new URL(`lists/${file}.txt`, folder), 'utf8');
    const lines = text.split('\n').filter((line) => line !== '');
    const [title, origin, licence, taken] = lines.slice(0, 4).map((line) => line.replace(/^# /, ''));
    const sha256 = createHash('sha256').update(text).digest('hex');
    const values = quoted(lines.slice(4).join('\n')).replaceAll('\n', '\\n');
    parts.push(`/** ${title}. ${licence}. */\nexport const ${name}: readonly string[] = ${values}.split('\\n');\n`);
    const fields = {
      name: file,
      title,
      origin,
      licence,
      date: taken?.slice('taken '.length, 'taken 2026-11-21'.length),
      sha256,
    };
    const entries = Object.entries(fields).map(([key, value]) => `    ${key}: ${quoted(value ?? '')},\n`);
    facts.push(`  {\n${entries.join('')}  },\n`);
  }
  return [
    '// biome-ignore-all format: generated\n// Made by scripts/embed-lists.ts from lists/*.txt; change those and run it again.\n',
    ...parts,
    `/** Where every list is from. */\nexport const AGENT_LISTS = [\n${facts.join('')}] as const;\n`,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(new URL('src/lists.generated.ts', folder), await embeddedLists());
}
