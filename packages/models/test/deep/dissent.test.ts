import { describe, expect, it } from 'vitest';
import { dissentOf, rulesColumns } from '../../src/deep/dissent.js';

/** The model says people, bot and hub of three places. */
const model = [Float64Array.of(0.8, 0.2, 0.1), Float64Array.of(0.1, 0.7, 0.2), Float64Array.of(0.1, 0.1, 0.7)];
const judges = (...rules: readonly ('organic' | 'bot' | 'hub' | null)[]) => ({ model, rules });

describe('dissentOf', () => {
  it('finds a label that neither other judge gives, and lets both have a part', () => {
    const both = dissentOf('organic', 1, judges(null, 'bot', null))!;
    expect(both.reason.sentence).toBe("The log's own exemplars make it organic, but model and rules both say bot.");
    const shared = both.shared([0.9, 0.05, 0.05]);
    [0.54, 0.43, 0.03].forEach((p, k) => void expect(shared[k]).toBeCloseTo(p, 12));
    const apart = dissentOf('hub', 1, judges(null, 'organic', null))!;
    expect(apart.reason.sentence).toMatch(/make it hub, but the model says bot and the rules say organic\.$/);
    apart.shared([0, 0, 1]).forEach((p, k) => void expect(p).toBeCloseTo([0.2, 0.2, 0.6][k]!, 12));
  });

  it.each([
    ['the model agrees', 'organic', 0, 'bot'],
    ['the rules agree', 'hub', 1, 'hub'],
    ['the rules say nothing', 'hub', 1, null],
    ['a bot that both take for people, which is one nearly always', 'bot', 0, 'organic'],
  ] as const)('finds none where %s', (_, label, row, rules) => {
    const said = [0, 1, 2].map((i) => (i === row ? rules : null));
    expect(dissentOf(label, row, judges(...said))).toBeUndefined();
  });
});

it('what the rules say is a column for each class, none of which is 1 where they say nothing', () => {
  const { rules_organic, rules_bot, rules_hub } = rulesColumns(['bot', null, 'organic']);
  expect([rules_organic, rules_bot, rules_hub].map((column) => [...column!])).toEqual([
    [0, 0, 1],
    [1, 0, 0],
    [0, 0, 0],
  ]);
});
