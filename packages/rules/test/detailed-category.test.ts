import { expect, it } from 'vitest';
import { parseRules } from '../src/index.js';
import { classify } from './support.js';

/** The older pass over ordinary locations: first match in this order; a missing behavioural column drops only its constraint. */
const RULES = parseRules(`
behavior_type:
  automated: { from_categories: true, patterns: [] }
  organic: { patterns: [ { id: anyone } ] }
automation_category:
  bot: { patterns: [ { id: crowd, priority: 1, unique_users: { min: 5000 } } ] }
  legitimate_automation: { patterns: [ { id: mirror, priority: 1, downloads_per_user: { gt: 1000 } } ] }
subcategories:
  ci_cd_pipeline:
    parent: organic
    requires: { file_diversity_ratio: skip, regularity_score: skip }
    unique_users: { max: 10 }
    downloads_per_user: { min: 50, max: 500 }
    file_diversity_ratio: { max: 0.3 }
    regularity_score: { min: 0.8 }
  research_group:
    parent: organic
    requires: { working_hours_ratio: skip, file_diversity_ratio: skip }
    unique_users: { min: 5, max: 50 }
    downloads_per_user: { min: 10, max: 100 }
    working_hours_ratio: { min: 0.5 }
    file_diversity_ratio: { min: 0.3 }
  bulk_downloader: { parent: organic, unique_users: { max: 5 }, downloads_per_user: { min: 100, max: 1000 } }
  course_workshop:
    parent: organic
    requires: { file_diversity_ratio: skip }
    unique_users: { min: 50, max: 500 }
    downloads_per_user: { min: 5, max: 20 }
    file_diversity_ratio: { max: 0.3 }
`);

const row = (u: number, d: number, diversity: number, regularity: number, w: number) => ({
  unique_users: u,
  downloads_per_user: d,
  file_diversity_ratio: diversity,
  regularity_score: regularity,
  working_hours_ratio: w,
});

const SEVEN = [
  row(8, 200, 0.15, 0.95, 0.3),
  row(25, 45, 0.65, 0.2, 0.75),
  row(3, 750, 0.5, 0.1, 0.3),
  row(150, 12, 0.25, 0.1, 0.3),
  row(9000, 8, 0.2, 0.9, 0.3),
  row(4, 2000, 0.9, 0.9, 0.3),
  row(2, 3, 0.9, 0.1, 0.6),
];

it('names the seven rows of the demonstration, bots and hubs left alone', async () => {
  const { rows } = await classify(RULES, SEVEN);
  expect(rows.map(({ subcategory }) => subcategory)).toEqual([
    'ci_cd_pipeline',
    'research_group',
    'bulk_downloader',
    'course_workshop',
    'generic_bot',
    'generic_automation',
    'individual_user',
  ]);
});

it('drops only the constraint whose column is missing', async () => {
  const bare = SEVEN.map(({ unique_users, downloads_per_user }) => ({ unique_users, downloads_per_user }));
  const { rows } = await classify(RULES, bare);
  expect(rows.slice(0, 4).map(({ subcategory }) => subcategory)).toEqual([
    'ci_cd_pipeline',
    'research_group',
    'bulk_downloader',
    'course_workshop',
  ]);
});
