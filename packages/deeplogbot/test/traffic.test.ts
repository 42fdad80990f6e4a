import { bindSchema, defineSchema, type Engine, insufficientEvidence, sql, type Verdict } from '@deeplogbot/core';
import { openEngine } from '@deeplogbot/core/node';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stepsOf, trafficOverTime } from '../src/steps/statistics/traffic.js';

const HOUR = 3_600_000_000;
const at = (text: string) => Date.parse(`${text}Z`) * 1000;
const iso = (steps: Float64Array) => Array.from(steps, (us) => new Date(us / 1000).toISOString().slice(0, 13));

describe('steps of time', () => {
  it('begin with the hour, day, Monday or month of the first event and end with that of the last', () => {
    expect(iso(stepsOf('hour', at('2024-02-28T22:59:59'), at('2024-02-29T00:00:00')))).toEqual([
      '2024-02-28T22',
      '2024-02-28T23',
      '2024-02-29T00',
    ]);
    expect(iso(stepsOf('week', at('2024-03-03T23:00:00'), at('2024-03-04T00:00:00')))).toEqual([
      '2024-02-26T00',
      '2024-03-04T00',
    ]);
    expect(iso(stepsOf('month', at('2023-12-31T23:59:59'), at('2024-02-01T00:00:00')))).toEqual([
      '2023-12-01T00',
      '2024-01-01T00',
      '2024-02-01T00',
    ]);
  });

  it('hold every instant of the window exactly once', () => {
    const instant = fc.integer({ min: at('1995-01-01T00:00:00') / HOUR, max: at('2030-01-01T00:00:00') / HOUR });
    fc.assert(
      fc.property(
        instant,
        fc.integer({ min: 0, max: 20_000 }),
        fc.constantFrom('day', 'week', 'month'),
        (h, n, unit) => {
          const [first, last] = [h * HOUR, (h + n) * HOUR];
          const steps = stepsOf(unit, first, last);
          expect(steps[0]!).toBeLessThanOrEqual(first);
          expect(steps.at(-1)!).toBeLessThanOrEqual(last);
          expect([...steps].every((us, i) => i === 0 || us > steps[i - 1]!)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('traffic', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine();
  });
  afterAll(() => engine.close());

  it('counts the events of each kind in its step, and nothing of keys without a verdict', async () => {
    await engine.run(sql`CREATE TABLE log AS SELECT * FROM (VALUES
      ('a', TIMESTAMP '2024-01-01 00:10:00'), ('a', TIMESTAMP '2024-01-01 02:10:00'), ('b', TIMESTAMP '2024-01-01 02:59:59'),
      ('c', TIMESTAMP '2024-01-01 01:00:00')) t(client, timestamp)`);
    const relation = await engine.bind({ kind: 'relation', name: 'log' });
    const wanted = defineSchema({ locationField: 'client', timestampField: 'timestamp' });
    const none = {
      countryField: null,
      cityField: null,
      userField: null,
      projectField: null,
      fileField: null,
      methodField: null,
      bytesField: null,
    } as const;
    const schema = bindSchema({ ...wanted, ...none }, relation.columns);
    const unsure = insufficientEvidence({ id: 'x', sentence: 'x' });
    const bot: Verdict = { ...unsure, label: 'bot', subcategory: 'declared_bot' };
    const input = { schema, keys: ['a', 'b'], verdicts: [bot, unsure] };
    const window = { firstUs: at('2024-01-01T00:10:00'), lastUs: at('2024-01-01T02:59:59') };
    const { unit, startsUs, counts } = await trafficOverTime(engine, relation, input, window);
    expect([unit, iso(startsUs)]).toEqual(['hour', ['2024-01-01T00', '2024-01-01T01', '2024-01-01T02']]);
    expect(Object.fromEntries([...counts].map(([kind, n]) => [kind, [...n]]))).toEqual({
      declared_bot: [1, 0, 1],
      insufficient_evidence: [0, 0, 1],
    });
  });
});
