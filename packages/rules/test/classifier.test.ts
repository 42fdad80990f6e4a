import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { probabilities } from '../src/confidence.js';
import { formulaConfidence, parseRules, rulesClassifier } from '../src/index.js';
import { classify, tableOf, verdict } from './support.js';

const PLAIN = parseRules(`
classification: { minimum_downloads: 3 }
confidence: { method: stated, fallback: 0.4, priors: { organic: 1, bot: 3, hub: 1 } }
behavior_type:
  automated: { from_categories: true, patterns: [] }
  organic: { patterns: [ { id: people, reason: Few people., unique_users: { max: 10 }, confidence: 0.7, priority: 1 } ] }
automation_category:
  bot: { patterns: [ { id: crowd, reason: A crowd., unique_users: { min: 5 }, downloads_per_user: { max: 9 }, confidence: 0.9 } ] }
  legitimate_automation: { patterns: [ { id: mirror, downloads_per_user: { min: 9 }, priority: 2 } ] }
review: { below: 0.5, anomalous_organic: true }
`);

describe('rulesClassifier', () => {
  it('gives the same verdicts without words where none are wanted', async () => {
    const table = tableOf([
      { total_downloads: 60, unique_users: 20, downloads_per_user: 3 },
      { total_downloads: 2, unique_users: 1, downloads_per_user: 2 },
      { total_downloads: 90, unique_users: 3, downloads_per_user: 30 },
    ]);
    const context = { randomState: 1, contamination: 0.1 };
    const { rows } = await rulesClassifier(PLAIN).classify(table, context);
    const { rows: bare } = await rulesClassifier(PLAIN, { inWords: false }).classify(table, context);
    expect(rows.map(({ label }) => label)).toEqual(['bot', 'insufficient_evidence', 'hub']);
    expect(rows[0]!.reasons).toHaveLength(1);
    expect([bare[0], bare[2]]).toEqual([rows[0], rows[2]].map((each) => ({ ...each!, reasons: [] })));
  });

  it('names the rule, its feature, value and threshold in a sentence', async () => {
    const found = await verdict(PLAIN, { unique_users: 20, downloads_per_user: 2 });
    expect(found).toMatchObject({
      label: 'bot',
      behaviorType: 'automated',
      automationCategory: 'bot',
      confidence: 0.9,
    });
    expect(found.reasons).toEqual([
      {
        id: 'crowd',
        feature: 'unique_users',
        value: 20,
        threshold: 5,
        sentence: 'A crowd (unique_users 20 >= 5, downloads_per_user 2 <= 9).',
      },
    ]);
  });

  it('lets the higher priority win, and precedence decide among equals', async () => {
    expect((await verdict(PLAIN, { unique_users: 7, downloads_per_user: 2 })).label).toBe('organic');
    expect((await verdict(PLAIN, { unique_users: 7, downloads_per_user: 9 })).label).toBe('hub');
    const equal = parseRules(`
behavior_type: { organic: { patterns: [ { id: o } ] }, automated: { patterns: [ { id: a } ] } }
automation_category: { bot: { patterns: [ { id: b } ] }, legitimate_automation: { patterns: [ { id: l } ] } }`);
    expect((await verdict(equal, { unique_users: 1 })).label).toBe('hub');
  });

  it('gives what fired as reasons, the level that decided first and in it the higher priority', async () => {
    const rules = parseRules(`
behavior_type: { automated: { patterns: [ { id: a, unique_users: { min: 0 } } ] } }
automation_category: { bot: { patterns: [ { id: low, unique_users: { min: 0 }, priority: 1 },
  { id: high, unique_users: { min: 0 }, priority: 2 } ] } }`);
    expect((await verdict(rules, { unique_users: 1 })).reasons.map(({ id }) => id)).toEqual(['high', 'low', 'a']);
  });

  it('says insufficient evidence below the minimum and where nothing is measured', async () => {
    const few = await verdict(PLAIN, { unique_users: 1, downloads_per_user: 2 });
    expect(few).toMatchObject({ label: 'insufficient_evidence', automationCategory: null, confidence: Number.NaN });
    expect(few.reasons[0]?.sentence).toBe('Only 2 downloads; the rules ask for at least 3.');
    expect((await verdict(PLAIN, { unique_users: 1, downloads_per_user: 3 })).label).toBe('organic');
    const none = await verdict(PLAIN, { unique_users: Number.NaN, downloads_per_user: Number.NaN });
    expect(none.label).toBe('insufficient_evidence');
  });

  it('follows the thresholds where no rule matches: up to so many users organic, above so many with less each a bot, else a hub', async () => {
    const bare = parseRules(`classification: { fallback_thresholds:
      { organic_max_users: 10, bot_min_users: 100, bot_max_dl_per_user: 50, hub_min_dl_per_user: 20 } }`);
    const labelOf = async (unique_users: number, downloads_per_user: number) =>
      (await verdict(bare, { unique_users, downloads_per_user })).label;
    expect([await labelOf(10, 90), await labelOf(11, 90)]).toEqual(['organic', 'hub']);
    expect([await labelOf(100, 49), await labelOf(101, 49), await labelOf(101, 50)]).toEqual(['hub', 'bot', 'hub']);
    expect([await labelOf(11, 19), await labelOf(11, 20)]).toEqual(['bot', 'hub']);
  });

  it('asks for review below the bound, not at it', async () => {
    const bound = (below: number) =>
      parseRules(`
confidence: { method: stated }
review: { below: ${below} }
behavior_type: { organic: { patterns: [ { id: o, unique_users: { min: 0 }, confidence: 0.7 } ] } }`);
    const reviews = [0.7, 0.71].map(async (below) => (await verdict(bound(below), { unique_users: 1 })).needsReview);
    expect(await Promise.all(reviews)).toEqual([false, true]);
  });

  it('flags an anomalous organic key and a weak decision for review', async () => {
    const row = { unique_users: 3, downloads_per_user: 2 };
    expect((await verdict(PLAIN, { ...row, is_anomaly: 0 })).needsReview).toBe(false);
    expect((await verdict(PLAIN, { ...row, is_anomaly: 1 })).needsReview).toBe(true);
    expect((await verdict(PLAIN, { unique_users: 2, downloads_per_user: 9 })).needsReview).toBe(true);
    const together = await classify(
      PLAIN,
      [0, 1, 0].map((is_anomaly) => ({ ...row, is_anomaly })),
    );
    expect(together.rows.map(({ needsReview }) => needsReview)).toEqual([false, true, false]);
  });

  it('gives probabilities that sum to 1 with the label on top, whatever the numbers are', async () => {
    const row = fc.record({
      unique_users: fc.double(),
      downloads_per_user: fc.double(),
      total_downloads: fc.double(),
      working_hours_ratio: fc.double(),
      is_anomaly: fc.constantFrom(0, 1, Number.NaN),
    });
    const formula = parseRules('confidence: { method: formula }');
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1 }), fc.constantFrom(PLAIN, formula), async (rows, rules) => {
        for (const { label, probabilities, confidence, reasons } of (await classify(rules, rows)).rows) {
          expect(reasons.length).toBeGreaterThan(0);
          if (label === 'insufficient_evidence') continue;
          const own = probabilities[{ organic: 0, bot: 1, hub: 2 }[label]]!;
          expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
          expect(probabilities.filter((p) => p >= own)).toHaveLength(1);
          expect(Math.min(...probabilities)).toBeGreaterThanOrEqual(0);
          expect(confidence >= 0 && confidence <= 1).toBe(true);
        }
      }),
    );
  });

  it('shares what the label leaves by the priors, with no class above it', () => {
    expect(probabilities(PLAIN, 'hub', 0.8)).toEqual([expect.closeTo(0.05), expect.closeTo(0.15), 0.8]);
    expect(probabilities(PLAIN, 'hub', 0.4)).toEqual([expect.closeTo(0.2004), expect.closeTo(0.3996), 0.4]);
    expect(probabilities(PLAIN, 'organic', 0)).toEqual([0.334, expect.closeTo(0.333666), expect.closeTo(0.332334)]);
  });

  it('follows the published confidence formula', () => {
    expect(formulaConfidence('bot', 1000, 10, Number.NaN)).toBeCloseTo(0.865026, 6);
    expect(formulaConfidence('hub', 3, 999, Number.NaN)).toBeCloseTo(0.85, 6);
    expect(formulaConfidence('organic', 8, 4, 0.5)).toBeCloseTo(0.741504, 6);
    expect(formulaConfidence('hub', 99, 300, Number.NaN)).toBeCloseTo(0.771785, 6);
  });
});
