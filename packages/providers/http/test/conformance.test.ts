import { readFileSync } from 'node:fs';
import { parseRules } from '@deeplogbot/rules';
import { describe, expect, it } from 'vitest';
import { agentLists, defaultRules, httpProvider } from '../src/index.js';
import { featuresOf, line } from './support.js';

const DOCS = new URL('../../../../docs/', import.meta.url);
const text = readFileSync(new URL('http-conformance.md', DOCS), 'utf8');
const section = (title: string): string => text.split(`\n## ${title}\n`)[1]!.split('\n## ')[0]!;
/** Cells of the tables of a section, without their heads. */
const rows = (title: string): string[][] =>
  section(title)
    .split('\n')
    .filter((each) => each.startsWith('|') && !each.startsWith('|-'))
    .slice(1)
    .map((each) =>
      each
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
const codes = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
const features = httpProvider({ sequential: true }).extractors.flatMap(({ columns }) => Object.keys(columns));

describe('docs/http-conformance.md', () => {
  it('names features of the provider, each once or with each of its tests', () => {
    const named = rows('Features').flatMap(([names]) => codes(names!));
    expect(named.filter((name) => !features.includes(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(80);
  });

  it('names rules with their weights, and those that say nothing of small actors and shared addresses', () => {
    const rules = parseRules(defaultRules, { knownFeatures: features.map((name) => ({ name })) });
    const weights = new Map<string, string>([
      ...rules.evidence.map(({ pattern, weight }) => [pattern.id, String(weight)] as const),
      ...rules.vetoes.map(({ pattern }) => [pattern.id, 'veto'] as const),
    ]);
    const named = rows('Rules').map(([id, , weight]) => [codes(id!)[0]!, weight!] as const);
    expect(named).toHaveLength(22);
    for (const [id, weight] of named) expect([id, weights.get(id)]).toEqual([id, weight]);
  });

  it('names tests by words that are in them', () => {
    const files = new Map([...text.matchAll(/^\[([^\]]+)\]: (.*)$/gm)].map(([, name, path]) => [name!, path!]));
    const missing: string[] = [];
    let file = '';
    for (const [, name, words] of text.matchAll(/\[([a-z -]+)\](?![:(])|“([^”]+)”/g)) {
      if (name) file = readFileSync(new URL(files.get(name)!, DOCS), 'utf8');
      else if (!file.includes(words!)) missing.push(words!);
    }
    expect(missing).toEqual([]);
  });
});

it('the hour that summer time repeats: an hour apart in UTC, in order', async () => {
  const at = (clock: string, path: string) =>
    line({ request: `GET ${path} HTTP/1.1` }).replace(/\[[^\]]*\]/, `[27/Oct/2024:${clock}]`);
  // 02:59 of summer, then 02:01 of winter: two minutes later.
  const lines = [at('02:59:00 +0200', '/a'), at('02:01:00 +0100', '/b'), at('02:01:30 +0100', '/c')];
  const table = await featuresOf(lines.join('\n'));
  expect([table.need('duration')[0], table.need('min_interarrival')[0], table.need('session_count')[0]]).toEqual([
    150, 30, 1,
  ]);
});

it('every list has a date and a digest', () => {
  for (const { date, sha256 } of agentLists)
    expect([date, sha256]).toEqual([
      expect.stringMatching(/^20\d\d-\d\d-\d\d$/),
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
});
