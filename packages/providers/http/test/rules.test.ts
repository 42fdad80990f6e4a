import { readdir, readFile } from 'node:fs/promises';
import { parseRules, rulesClassifier, rulesTrace } from '@deeplogbot/rules';
import { describe, expect, it } from 'vitest';
import { embeddedLists } from '../../../../scripts/embed-lists.js';
import { embeddedRules, RULE_FILES } from '../../../../scripts/embed-rules.js';
import { type Row, tableOf } from '../../../../test/support/feature-rows.js';
import { defaultRules, httpProvider } from '../src/index.js';

const folder = new URL('../', import.meta.url);
const features = httpProvider().extractors.flatMap(({ columns }) => Object.keys(columns));
const rules = parseRules(defaultRules, { file: 'default.yaml', knownFeatures: features.map((name) => ({ name })) });

const classify = async (...rows: readonly Row[]) =>
  (await rulesClassifier(rules).classify(tableOf(rows, features), { randomState: 42, contamination: 0.15 })).rows;

it('generated modules are what the scripts make of the lists and rules', async () => {
  for (const name of RULE_FILES.http) {
    const module = await readFile(new URL(`src/${name}-rules.generated.ts`, folder), 'utf8');
    expect(module).toBe(await embeddedRules('http', name));
  }
  expect(await readFile(new URL('src/lists.generated.ts', folder), 'utf8')).toBe(await embeddedLists());
});

describe('default.yaml', () => {
  const ids = [
    ...rules.evidence.map(({ pattern }) => pattern.id),
    ...rules.vetoes.map(({ pattern }) => pattern.id),
    ...Object.values(rules.sections).flatMap(({ patterns }) => patterns.map(({ id }) => id)),
  ];

  it.each(ids)('%s matches its nearest client and not its near miss', async (id) => {
    const read = async (name: string) =>
      JSON.parse(await readFile(new URL(`rules/fixtures/${id}/${name}.json`, folder), 'utf8')) as {
        why: string;
        features: Row;
      };
    const [match, miss] = [await read('match'), await read('near-miss')];
    expect(Math.min(match.why.length, miss.why.length)).toBeGreaterThan(8);
    const { fired } = rulesTrace(rules, tableOf([match.features, miss.features], features));
    expect(fired[0]).toContain(id);
    expect(fired[1]).not.toContain(id);
  });

  it('has no fixture without a rule, and a weight for each piece of evidence', async () => {
    expect((await readdir(new URL('rules/fixtures', folder))).sort()).toEqual([...ids].sort());
    for (const { weight } of rules.evidence) expect(weight).toBeGreaterThan(0);
  });

  it.each<[string, string, Row]>([
    ['bot', 'declared_bot', { ua_declared_bot: 1, ua_machine: 0 }],
    ['bot', 'declared_bot', { robots_txt_requested: 1, ua_machine: 0 }],
    ['bot', 'impostor', { ua_declared_bot: 1, ua_impersonation: 1 }],
    ['bot', 'undeclared_bot', { sensitive_level: 9, ua_machine: 0 }],
    ['hub', 'machine', { ua_machine: 1 }],
    ['hub', 'machine', { ua_machine: 1, robots_txt_requested: 1 }],
    ['bot', 'undeclared_bot', { ua_machine: 1, probing_level: 50 }],
    ['organic', 'suspicious', { ua_missing: 1 }],
    ['organic', 'human', { ua_missing: 0, number_requests_total: 40 }],
    [
      'organic',
      'human',
      {
        HEAD_requests_ratio: 1,
        no_referrer_requests_ratio: 1,
        time_per_page: 0.1,
        max_session_pages: 5,
        max_day_content: 9,
      },
    ],
    [
      'bot',
      'undeclared_bot',
      {
        HEAD_requests_ratio: 1,
        no_referrer_requests_ratio: 1,
        time_per_page: 0.1,
        max_session_pages: 12,
        max_day_content: 12,
      },
    ],
  ])('gives %s (%s)', async (label, subcategory, row) => {
    const [verdict] = await classify(row);
    expect([verdict!.label, verdict!.subcategory]).toEqual([label, subcategory]);
  });

  it('weighs: 1 − (1 − 0.6)(1 − 0.25)(1 − 0.35) = 0.805', async () => {
    const [verdict] = await classify({
      ua_missing: 1,
      no_referrer_requests_ratio: 1,
      page_requests: 12,
      image_ratio: 0,
      site_image_share: 0.4,
      max_day_content: 12,
    });
    expect(verdict!.confidence).toBeCloseTo(0.805, 12);
    expect(verdict!.reasons.map(({ id }) => id)).toEqual(['ua_missing', 'no_images', 'no_referrer', 'enough_evidence']);
  });

  it('names the rules that a log without agents and referrers cannot feed', async () => {
    const { warnings } = await rulesClassifier(rules).classify(tableOf([{ number_requests_total: 1 }], features), {
      randomState: 42,
      contamination: 0.15,
    });
    expect(warnings).toHaveLength(1);
    const disabled = [...warnings[0]!.matchAll(/(\w+) \(/g)].map(([, id]) => id);
    expect(disabled).toEqual(expect.arrayContaining(['ua_known_bot', 'ua_missing', 'no_referrer', 'fast_no_referrer']));
    expect(disabled).not.toContain('single_request');
  });
});
