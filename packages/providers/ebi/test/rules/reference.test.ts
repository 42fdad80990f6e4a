import { parseRules, rulesClassifier } from '@deeplogbot/rules';
import { describe, expect, it } from 'vitest';
import { type Row, tableOf } from '../../../../../test/support/feature-rows.js';
import { referenceRules } from '../../src/reference-rules.generated.js';

const rules = parseRules(referenceRules, { file: 'reference.yaml' });
const classify = async (rows: readonly Row[]) =>
  rulesClassifier(rules).classify(tableOf(rows), { randomState: 42, contamination: 0.15 });

const HUB = 'legitimate_automation';

describe('reference.yaml', () => {
  it.each<[number, number, number, number, number, string | null, boolean]>([
    [3, 10, 30, 0.5, 0.1, null, false],
    [50, 200, 10000, 0.5, 0.1, null, false],
    [50, 200.1, 10005, 0.5, 0.1, null, true],
    [60, 0.5, 30, 0.5, 0.1, null, true],
    [100, 300, 30000, 0.3, 0.2, null, true],
    [101, 300, 30300, 0.3, 0.2, HUB, true],
    [101, 60, 6060, 0.3, 0.2, 'bot', true],
    [500, 60, 30000, 0.3, 0.2, 'bot', true],
    [501, 60, 30060, 0.3, 0.2, 'bot', true],
    [501, 100, 50100, 0.3, 0.2, HUB, true],
    [1000, 50, 50000, 0.5, 0.1, 'bot', false],
    [1000, 50.1, 50100, 0.5, 0.1, 'bot', true],
    [2000, 60, 120000, 0.3, 0.2, HUB, false],
    [2000, 60, 120000, 0.2, 0.5, 'bot', false],
    [2000, 60, 120000, 0.25, 0.35, HUB, false],
    [10, 500, 5000, 0.05, 0.9, HUB, false],
    [100, 500, 50000, 0.4, 0.2, HUB, false],
    [150, 600, 90000, 0.4, 0.2, HUB, false],
    [12000, 9, 108000, 0.1, 0.7, 'bot', false],
    [5, 100, 500, 0.05, 0.8, HUB, false],
    [700, 40, 28000, 0.2, 0.5, 'bot', false],
  ])('u %d, d %d, t %d, w %d, n %d → %s', async (u, d, t, w, n, category, fallback) => {
    const { rows } = await classify([
      { unique_users: u, downloads_per_user: d, total_downloads: t, working_hours_ratio: w, night_activity_ratio: n },
    ]);
    const [verdict] = rows;
    expect(verdict?.automationCategory).toBe(category);
    expect(verdict?.behaviorType).toBe(category === null ? 'organic' : 'automated');
    expect(verdict?.reasons.some(({ id }) => id.startsWith('fallback:'))).toBe(fallback);
  });

  it('lists the patterns whose columns are missing', async () => {
    const { warnings } = await classify([{ unique_users: 1, downloads_per_user: 1, working_hours_ratio: 0.5 }]);
    expect(warnings.join()).toContain('irregular_intervals (interval_cv)');
    expect(warnings.join()).toContain('non_working_hours (night_activity_ratio)');
  });

  it('derives total downloads where the column is missing', async () => {
    const row = { unique_users: 2000, downloads_per_user: 60, working_hours_ratio: 0.3, night_activity_ratio: 0.2 };
    expect((await classify([row])).rows[0]?.automationCategory).toBe(HUB);
  });

  it.each<[string, Row]>([
    ['individual_user', { unique_users: 5, downloads_per_user: 30, working_hours_ratio: 0.5 }],
    ['research_group', { unique_users: 5, downloads_per_user: 31, working_hours_ratio: 0.35 }],
    ['casual_bulk', { unique_users: 10, downloads_per_user: 150, working_hours_ratio: 0.3 }],
    ['scraper_bot', { unique_users: 5000, downloads_per_user: 20, working_hours_ratio: 0.5 }],
    ['crawler_bot', { unique_users: 1000, downloads_per_user: 20, working_hours_ratio: 0.5 }],
    ['coordinated_bot', { unique_users: 700, downloads_per_user: 5, user_coordination_score: 0.7 }],
    ['generic_bot', { unique_users: 700, downloads_per_user: 5, user_coordination_score: 0.5 }],
    ['mirror', { unique_users: 10, downloads_per_user: 500, working_hours_ratio: 0.3 }],
    ['institutional_hub', { unique_users: 2000, downloads_per_user: 60, working_hours_ratio: 0.3 }],
    ['ci_cd_pipeline', { unique_users: 10, downloads_per_user: 30, regularity_score: 0.7 }],
    ['data_aggregator', { unique_users: 50, downloads_per_user: 600, working_hours_ratio: 0.1 }],
    ['individual_user', { unique_users: 90, downloads_per_user: 3, working_hours_ratio: 0.1 }],
    ['generic_automation', { unique_users: 150, downloads_per_user: 110, working_hours_ratio: 0.1 }],
  ])('names the subcategory %s', async (name, row) => {
    expect((await classify([row])).rows[0]?.subcategory).toBe(name);
  });
});
