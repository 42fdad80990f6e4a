import { describe, expect, it } from 'vitest';
import { criteriaV1, criteriaV8, protectHub } from '../../src/index.js';

const NAMES = [
  'unique_users',
  'downloads_per_user',
  'total_downloads',
  'working_hours_ratio',
  'night_activity_ratio',
  'years_span',
  'hourly_entropy',
  'burst_pattern_score',
  'user_coordination_score',
  'protocol_legitimacy_score',
  'unique_projects',
  'aspera_ratio',
];
const rowOf =
  (names: readonly string[], values: readonly number[]) =>
  (name: string): number =>
    values[names.indexOf(name)] ?? Number.NaN;

describe('exemplar criteria of version 0.1.0', () => {
  const none = { organic: 0, bot: 0, hub: 0 };
  it.each([
    [[5, 3, 15, 0.5, 0.1, 3, 2.5, 0.2, 0, 0.1, 5, 0], { ...none, organic: 1 }],
    [[40, 8, 320, 0.3, 0.2, 1, 2.0, 0.2, 0, 0.1, 50, 0], { ...none, organic: 0.7 }],
    [[150, 15, 2250, 0.2, 0.2, 1, 1.0, 0.9, 0.1, 0.6, 60, 0], { ...none, organic: 0.4 }],
    [[150, 15, 2250, 0.2, 0.2, 1, 1.0, 0.9, 0.1, 0.1, 60, 0], none],
    [[6000, 30, 180000, 0.3, 0.3, 2, 3.1, 0.2, 0.2, 0.1, 900, 0], { ...none, bot: 0.7 }],
    [[12000, 15, 180000, 0.3, 0.3, 2, 3.1, 0.2, 0.2, 0.1, 900, 0], { ...none, bot: 0.9 }],
    [[6000, 30, 180000, 0.05, 0.9, 2, 1.1, 0.2, 0.2, 0.1, 900, 0], { ...none, bot: 0.95 }],
    [[20, 2000, 40000, 0.3, 0.3, 2, 3.1, 0.2, 0.2, 0.1, 16000, 0], { ...none, bot: 0.7, hub: 0.8 }],
    [[3, 900, 2700, 0.3, 0.3, 2, 3.1, 0.2, 0.2, 0.1, 600, 0], { ...none, hub: 0.8 }],
    [[3, 900, 2700, 0.3, 0.3, 2, 3.1, 0.2, 0.2, 0.5, 600, 0.5], { ...none, hub: 0.95 }],
    [[3, 900, 2700, 0.05, 0.75, 2, 3.1, 0.2, 0.2, 0.1, 600, 0], none],
  ])('%j → %j', (values, wanted) => {
    expect(criteriaV1(rowOf(NAMES, values))).toEqual(wanted);
  });

  it('widens an organic tier where a measure is absent, and never calls anything a bot for want of one', () => {
    expect(criteriaV1(rowOf(['unique_users', 'downloads_per_user'], [5, 3]))).toEqual({ ...none, organic: 1 });
    expect(criteriaV1(() => Number.NaN)).toEqual({ ...none, organic: 1 });
  });
});

describe('exemplar criteria of the later version', () => {
  const names = [...NAMES, 'fraction_latest_year', 'spike_ratio'];
  it.each([
    ['too few downloads', [5, 3, 15, 0.5, 0.1, 3, 2.5, 0.2, 0, 0.1, 5, 0, 0.3, 1], { organic: 0, bot: 0, hub: 0 }],
    ['a few people', [10, 3, 30, 0.5, 0.1, 3, 2.5, 0.2, 0, 0.1, 5, 0, 0.3, 1], { organic: 1, bot: 0, hub: 0 }],
    [
      'a distributed farm',
      [900, 3, 2700, 0.33, 0.33, 1, 3.1, 0.6, 0.5, 0.1, 500, 0, 1, 5],
      { organic: 0, bot: 0.6, hub: 0 },
    ],
    [
      'an explosion',
      [300, 20, 6000, 0.5, 0.2, 1, 3.1, 0.6, 0.5, 0.1, 500, 0, 0.99, 60],
      { organic: 0, bot: 0.7, hub: 0 },
    ],
    [
      'a lasting mirror',
      [20, 300, 6000, 0.3, 0.3, 4, 3.1, 0.6, 0.5, 0.1, 500, 0, 0.2, 1],
      { organic: 0, bot: 0, hub: 0.85 },
    ],
    [
      'hub over bot',
      [20, 2000, 40000, 0.3, 0.3, 2, 3.1, 0.2, 0.2, 0.1, 16000, 0, 0.2, 1],
      { organic: 0, bot: 0, hub: 0.8 },
    ],
  ])('%s', (_, values, wanted) => {
    expect(criteriaV8(rowOf(names, values))).toEqual(wanted);
  });
});

describe('hub protection', () => {
  const names = [
    'unique_users',
    'downloads_per_user',
    'total_downloads',
    'aspera_ratio',
    'globus_ratio',
    'unique_projects',
    'top_project_concentration',
    'top3_project_concentration',
    'project_hhi',
    'working_hours_ratio',
    'night_activity_ratio',
  ];
  const clock = [0.5, 0.1];
  it.each([
    [[1, 51, 51, 0, 0, 4, 0.2, 0.4, 0.1, ...clock], 'organic', 'hub', 'organic'],
    [[100, 101, 10100, 0, 0, 50, 0.1, 0.2, 0.02, ...clock], 'organic', 'hub', 'organic'],
    [[200, 501, 100200, 0, 0, 50, 0.1, 0.2, 0.02, ...clock], 'bot', 'hub', 'hub'],
    [[201, 501, 100701, 0, 0, 50, 0.1, 0.2, 0.02, ...clock], 'bot', 'bot', 'bot'],
    [[30, 20, 600, 0.31, 0, 50, 0.1, 0.2, 0.02, ...clock], 'organic', 'hub', 'hub'],
    [[30, 20, 600, 0, 0.11, 50, 0.1, 0.2, 0.02, ...clock], 'organic', 'hub', 'hub'],
    [[3, 900, 2700, 0, 0, 50, 0.1, 0.2, 0.02, 0.05, 0.75], 'bot', 'bot', 'bot'],
    [[3, 900, 2700, 0, 0, 16000, 0.1, 0.2, 0.02, ...clock], 'bot', 'bot', 'hub'],
    [[3, 900, 2700, 0, 0, 5, 0.85, 0.95, 0.7, ...clock], 'hub', 'hub', 'bot'],
    [[3, 900, 2700, 0, 0, 5, 0.3, 0.55, 0.12, ...clock], 'bot', 'hub', 'bot'],
    [[3, 50000, 150000, 0, 0, 5, 0.2, 0.46, 0.06, ...clock], 'bot', 'hub', 'bot'],
    [[3, 50000, 150000, 0, 0, 5, 0.2, 0.44, 0.06, ...clock], 'bot', 'hub', 'hub'],
  ] as const)('%j: %s → %s, later %s', (values, before, first, later) => {
    const row = rowOf(names, values);
    expect([protectHub(before, row, 'v1'), protectHub(before, row, 'v9')]).toEqual([first, later]);
  });
});
