import { describe, expect, it } from 'vitest';
import { applyHubRules, columnsOf, OUTCOMES, parseRules } from '../src/index.js';
import { tableOf, verdict } from './support.js';

const RULES = `
hub_protection:
  demote_applies_to: hubs
  protect:
    - { id: managed_transfer, any: [ { aspera_ratio: { gt: 0.3 } }, { globus_ratio: { gt: 0.1 } } ] }
    - { id: few_heavy_users, downloads_per_user: { gt: 500 }, unique_users: { max: 200 } }
  unless:
    - { id: nocturnal, working_hours_ratio: { lt: 0.1 }, night_activity_ratio: { gt: 0.7 } }
    - { id: one_project, top_project_concentration: { gt: 0.8 } }
  demote:
    - { id: few_projects, requires: { project_hhi: skip }, top3_project_concentration: { gt: 0.5 }, project_hhi: { gt: 0.05 } }
    - id: large_and_narrow
      total_downloads: { gt: 100000 }
      top3_project_concentration: { gt: 0.45 }
      project_hhi: { gt: 0.05 }
`;
const rules = parseRules(RULES);
const DAY = { working_hours_ratio: 0.5, night_activity_ratio: 0.1, aspera_ratio: 0, globus_ratio: 0 };
type Before = (typeof OUTCOMES)[number];

function after(before: Before, row: Record<string, number>, set = rules): string {
  const table = tableOf([{ ...DAY, ...row }]);
  const result = applyHubRules(set, columnsOf(table), Uint8Array.of(OUTCOMES.indexOf(before)));
  return OUTCOMES[result.outcome[0]!]!;
}

const vector = (u: number, d: number, top1: number, top3: number, hhi: number, more: Record<string, number> = {}) => ({
  unique_users: u,
  downloads_per_user: d,
  top_project_concentration: top1,
  top3_project_concentration: top3,
  project_hhi: hhi,
  ...more,
});

describe('hub protection and demotion', () => {
  it.each<[string, Record<string, number>, Before, string]>([
    ['one user, 51 downloads', vector(1, 51, 0.2, 0.4, 0.1), 'organic', 'organic'],
    ['100 users × 101', vector(100, 101, 0.1, 0.2, 0.02), 'organic', 'organic'],
    ['200 users × 501', vector(200, 501, 0.1, 0.2, 0.02), 'bot', 'hub'],
    ['201 users × 501', vector(201, 501, 0.1, 0.2, 0.02), 'bot', 'bot'],
    ['aspera', vector(30, 20, 0.1, 0.2, 0.02, { aspera_ratio: 0.31 }), 'organic', 'hub'],
    ['globus', vector(30, 20, 0.1, 0.2, 0.02, { globus_ratio: 0.11 }), 'organic', 'hub'],
    [
      'at night',
      vector(3, 900, 0.1, 0.2, 0.02, { working_hours_ratio: 0.05, night_activity_ratio: 0.75 }),
      'bot',
      'bot',
    ],
    ['16 000 projects', vector(3, 900, 0.1, 0.2, 0.02), 'bot', 'hub'],
    ['one dominant project', vector(3, 900, 0.85, 0.95, 0.7), 'hub', 'bot'],
    ['three projects of five', vector(3, 900, 0.3, 0.55, 0.12), 'bot', 'bot'],
    ['large, 0.46', vector(3, 50000, 0.2, 0.46, 0.06), 'bot', 'bot'],
    ['large, 0.44', vector(3, 50000, 0.2, 0.44, 0.06), 'bot', 'hub'],
    ['aspera where users are not known', { aspera_ratio: 0.31 }, 'unmeasurable', 'unmeasurable'],
  ])('%s', (_name, row, before, expected) => {
    expect(after(before, row)).toBe(expected);
  });

  it('uses the top-three share alone without the concentration index, and nothing without either', () => {
    const { project_hhi: _, ...narrow } = vector(3, 900, 0.3, 0.55, 0);
    expect(after('bot', narrow)).toBe('bot');
    expect(after('bot', { unique_users: 3, downloads_per_user: 900 })).toBe('hub');
  });

  it('gives its own reason and confidence, also for a hub that the rules had found', async () => {
    const stated = parseRules(`confidence: { method: stated, hub_rules: 0.6 }\n${RULES}
automation_category: { legitimate_automation: { patterns: [ { id: heavy, downloads_per_user: { gt: 100 }, confidence: 0.9 } ] } }
behavior_type: { automated: { from_categories: true, patterns: [] } }`);
    const kept = await verdict(stated, { ...DAY, ...vector(3, 900, 0.1, 0.2, 0.02) });
    expect([kept.label, kept.confidence, kept.reasons.map(({ id }) => id)]).toEqual(['hub', 0.6, ['few_heavy_users']]);
    const plain = await verdict(stated, { ...DAY, ...vector(300, 400, 0.1, 0.2, 0.02) });
    expect([plain.label, plain.confidence, plain.reasons.map(({ id }) => id)]).toEqual(['hub', 0.9, ['heavy']]);
  });

  it('leaves hubs of the rules alone unless asked to demote every hub', () => {
    const protectedOnly = parseRules(RULES.replace('demote_applies_to: hubs', 'demote_applies_to: protected'));
    const row = vector(300, 90, 0.3, 0.55, 0.12);
    expect(after('hub', row, protectedOnly)).toBe('hub');
    expect(after('hub', row)).toBe('bot');
  });
});
