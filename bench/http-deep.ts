/**
 * Rules against the deep method on an access log: how far they agree, and which clients change.
 *
 *   npx tsx --tsconfig tsconfig.json bench/http-deep.ts LOG [MOST]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunResult } from '@deeplogbot/core';
import { httpProvider } from '@deeplogbot/provider-http';
import { clientVerdict, plain } from '@deeplogbot/reports';
import { runBotAnnotator } from 'deeplogbot';

const [input, most = '60'] = process.argv.slice(2);
if (input === undefined) {
  process.stderr.write('usage: npx tsx --tsconfig tsconfig.json bench/http-deep.ts LOG [MOST]\n');
  process.exit(2);
}
const outputDir = await mkdtemp(join(tmpdir(), 'http-deep-'));
const provider = httpProvider({ keepIp: true, salt: 'bench' });
const run = (classificationMethod: 'rules' | 'deep') =>
  runBotAnnotator({ input, provider, outputDir, classificationMethod, outputStrategy: 'reports_only', reporters: [] });
const rules = await run('rules');
const deep = await run('deep');
await rm(outputDir, { recursive: true });

const verdicts = ({ verdicts: { rows } }: RunResult) => rows.map(clientVerdict);
const [before, after] = [verdicts(rules), verdicts(deep)];
const names = [...new Set([...before, ...after])].sort();
console.log(`| rules ↓, deep → | ${names.join(' | ')} |\n|---|${names.map(() => '---|').join('')}`);
for (const name of names) {
  const cells = names.map((other) => before.filter((verdict, i) => verdict === name && after[i] === other).length);
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}
const changed = [...before.keys()].filter((i) => before[i] !== after[i]);
const requests = (rows: readonly number[]) => rows.reduce((sum, i) => sum + rules.downloads[i]!, 0);
console.log(
  `\n${before.length - changed.length} of ${before.length} clients agree; ${changed.length} clients with ${requests(changed)} of ${rules.stats.total} requests change`,
);
console.log(`${deep.verdicts.rows.filter(({ needsReview }) => needsReview).length} clients are for review`);
for (const warning of deep.verdicts.warnings) console.log(`note: ${warning}`);
for (const i of changed.sort((a, b) => rules.downloads[b]! - rules.downloads[a]!).slice(0, Number(most))) {
  const { reasons, probabilities } = deep.verdicts.rows[i]!;
  const { country: ip, city: agent } = rules.features.attributes;
  console.log(
    `\n${ip[i]} ${rules.downloads[i]} requests, ${before[i]} → ${after[i]} (${probabilities[1].toFixed(2)})  ${plain(agent[i] ?? '').slice(0, 130)}`,
  );
  for (const { sentence } of reasons.slice(0, 5)) console.log(`    ${sentence}`);
}
