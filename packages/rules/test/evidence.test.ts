import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRules, rulesTrace } from '../src/index.js';
import { classify, tableOf, verdict } from './support.js';

const TEXT = `
version: 1
confidence: { method: evidence }
review: { below: 0.5 }
evidence:
  patterns:
    - { id: quiet, reason: Says nothing., weight: 0.6, groups: [manner], said: 0 }
    - { id: quick, reason: Is quick., weight: 0.5, groups: [manner, pace], speed: { gt: 10 } }
    - { id: named, reason: Says it is one., weight: 0.9, groups: [name], robot: 1 }
  vetoes:
    - { id: little, reason: Too little., groups: [pace], size: { lt: 5 } }
behavior_type:
  automated: { from_categories: true, patterns: [] }
  organic:
    patterns: [{ id: below, reason: Too little speaks for it., evidence_score: { lt: 0.8 } }]
automation_category:
  bot:
    patterns: [{ id: above, reason: Enough speaks for it., evidence_score: { min: 0.8 } }]
  legitimate_automation: { patterns: [] }
subcategories:
  mannered: { parent: bot, evidence_manner: { min: 0.8 } }
`;
const known = ['said', 'speed', 'robot', 'size'].map((name) => ({ name }));
const rules = parseRules(TEXT, { knownFeatures: known });

describe('evidence', () => {
  it('adds up as 1 − Π(1 − weight), in all and by group', async () => {
    const row = { said: 0, speed: 11, robot: 0, size: 9 };
    const both = await verdict(rules, row);
    expect(both.label).toBe('bot');
    expect(both.confidence).toBeCloseTo(1 - 0.4 * 0.5, 12);
    expect(both.subcategory).toBe('mannered');
    expect(both.reasons.map(({ id, contribution }) => [id, contribution])).toEqual([
      ['quiet', 0.6],
      ['quick', 0.5],
      ['above', undefined],
    ]);
    const named = await verdict(rules, { ...row, said: 1, speed: 1, robot: 1 });
    expect([named.label, named.subcategory]).toEqual(['bot', 'generic_bot']);
    expect(named.confidence).toBeCloseTo(0.9, 12);
  });

  it('gives a key among others, alike or not, the verdict that it has by itself', async () => {
    const strict = parseRules(
      `classification: { minimum_downloads: 3 }\n${TEXT.replace('below: 0.5', 'below: 0.5, anomalous_organic: true')}`,
      { knownFeatures: known },
    );
    const value = fc.constantFrom(0, 1, 4, 5, 10, 10.5, 11, Number.NaN);
    const total_downloads = fc.constantFrom(1, 2, 3, Number.NaN);
    const is_anomaly = fc.constantFrom(0, 1);
    const row = fc.record({ said: value, speed: value, robot: value, size: value, total_downloads, is_anomaly });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
        // A rule is disabled where no row at all has what it reads, so that two rows go with every table.
        const [measured, other] = [1, 20].map((x) => ({ said: x, speed: x, robot: x, size: x, total_downloads: 9 }));
        const { rows: found } = await classify(strict, [measured!, other!, ...rows, ...rows]);
        for (const [i, each] of rows.entries()) {
          const { rows: alone } = await classify(strict, [each, measured!, other!]);
          expect([found[i + 2], found[i + 2 + rows.length]]).toEqual([alone[0], alone[0]]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('gives no key the reasons of another whose rule of the same weight compares the same value', async () => {
    const alike = parseRules(`
confidence: { method: evidence }
evidence:
  patterns:
    - { id: a, weight: 0.5, speed: { gt: 10 } }
    - { id: b, weight: 0.5, size: { gt: 10 } }`);
    const { rows } = await classify(alike, [
      { speed: 11, size: 1, unique_users: 1, downloads_per_user: 1 },
      { speed: 1, size: 11, unique_users: 1, downloads_per_user: 1 },
    ]);
    expect(rows.map(({ reasons }) => reasons[0]!.id)).toEqual(['a', 'b']);
  });

  it('leaves a key organic below the bound, with what there is as reasons and 1 less the score as confidence', async () => {
    const some = await verdict(rules, { said: 0, speed: 1, robot: 0, size: 9 });
    expect([some.label, some.reasons.map(({ id }) => id)]).toEqual(['organic', ['quiet', 'below']]);
    expect(some.confidence).toBeCloseTo(0.4, 12);
    expect(some.needsReview).toBe(true);
  });

  it('does not count where a veto of one of its groups matches; a veto that is not measurable forbids nothing', async () => {
    const row = { said: 0, speed: 11, robot: 0 };
    const { rows } = await classify(rules, [
      { ...row, size: 4 },
      { ...row, size: Number.NaN },
    ]);
    expect(rows.map(({ label, reasons }) => [label, reasons.map(({ id }) => id)])).toEqual([
      ['organic', ['quiet', 'below']], // The veto is of the other group of rules alone.
      ['bot', ['quiet', 'quick', 'above']],
    ]);
  });

  it('is disabled and named where no row measures its feature', async () => {
    const table = tableOf([
      { said: 0, speed: Number.NaN, robot: 0, size: 9 },
      { said: 1, speed: Number.NaN, robot: 0, size: 9 },
    ]);
    const { warnings, fired } = rulesTrace(rules, table);
    expect(warnings).toEqual(['Rules that say nothing, because the log has not what they measure: quick (speed).']);
    expect(fired[0]).toEqual(expect.arrayContaining(['quiet', 'below']));
  });

  it('of alternatives is disabled only where none is measurable, and says the first that holds', async () => {
    const odd = parseRules(
      TEXT.replace(
        'robot: 1 }',
        'robot: 1, any: [{ size: { min: 5 }, speed: 7 }, { size: { min: 6 } }, { size: { min: 3 } }] }',
      ),
      { knownFeatures: known },
    );
    const row = { said: 1, speed: Number.NaN, robot: 1, size: 9 };
    const found = await verdict(odd, row);
    expect(found.reasons[0]).toMatchObject({ id: 'named', sentence: 'Says it is one (robot 1 = 1, size 9 >= 6).' });
    const { warnings } = rulesTrace(odd, tableOf([{ ...row, size: Number.NaN }]));
    expect(warnings[0]).toContain('named (size, speed)');
  });

  it('may be changed by a file over a base, and its scores are known features only where there is evidence', () => {
    const over = parseRules('evidence: { patterns: [{ id: named, weight: 0.7 }, { id: quick, disabled: true }] }', {
      base: rules,
      knownFeatures: known,
    });
    expect(over.evidence.map(({ pattern, weight }) => [pattern.id, weight])).toEqual([
      ['quiet', 0.6],
      ['named', 0.7],
    ]);
    const without = 'behavior_type: { organic: { patterns: [{ id: x, evidence_score: { lt: 0.8 } }] } }';
    expect(() => parseRules(without, { knownFeatures: known })).toThrow('unknown feature "evidence_score"');
  });

  it('refuses weights that are no shares', () => {
    const text = 'evidence: { patterns: [{ id: x, weight: 1.5, said: 0 }] }';
    expect(() => parseRules(text, { knownFeatures: known })).toThrow('weight must be <= 1');
  });
});
