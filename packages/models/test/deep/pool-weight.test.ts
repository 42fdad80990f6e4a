import { describe, expect, it } from 'vitest';
import { joinedByBase } from '../../src/deep/exemplars.js';
import { canCheck, thresholdByLabels, weightByExemplars, weightByLabels } from '../../src/deep/pool-weight.js';
import { exemplarProbabilities, pooled } from '../../src/deep/pooling.js';

const ROWS = 60;
/** A third of the rows of each class, in turn. */
const classOf = (row: number) => row % 3;
const exemplars = {
  organic: Float64Array.from({ length: ROWS }, (_, row) => Number(classOf(row) === 0)),
  bot: Float64Array.from({ length: ROWS }, (_, row) => Number(classOf(row) === 1)),
  hub: Float64Array.from({ length: ROWS }, (_, row) => Number(classOf(row) === 2)),
  counts: { organic: 20, bot: 20, hub: 20 },
};
/** Gives the true class this probability and the others the rest. */
const base = (p: number) =>
  [0, 1, 2].map((k) => Float64Array.from({ length: ROWS }, (_, row) => (classOf(row) === k ? p : (1 - p) / 2)));

describe('labels that check', () => {
  it('are forty or more, not all of one class', () => {
    const of = (n: number, other: 'bot' | null) => [
      ...Array.from({ length: n - 1 }, () => 'hub' as const),
      other,
      null,
    ];
    expect([canCheck(of(39, 'bot')), canCheck(of(40, 'bot')), canCheck([...of(40, null), 'hub'])]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('leave the model without weight where it says what was learned here', () => {
    const labels = Array.from({ length: ROWS }, (_, row) => (['organic', 'bot', 'hub'] as const)[classOf(row)]!);
    expect(weightByLabels(base(0.8), { rows: [...labels.keys()], probabilities: base(0.8) }, labels)).toBe(0);
  });
});

describe('the threshold of sets', () => {
  const labels = Array.from({ length: ROWS }, (_, row) => (['organic', 'bot', 'hub'] as const)[classOf(row)]!);
  const rows = [...labels.keys()];
  /** The true class of six rows of sixty gets 0.2, that of the others 0.8. */
  const held = [0, 1, 2].map((k) =>
    Float64Array.from(rows, (row) => (classOf(row) === k ? (row < 6 ? 0.2 : 0.8) : row < 6 ? 0.4 : 0.1)),
  );
  it('is what one labelled row in ten stays at or below', () => {
    // ⌊0.1 · 61⌋ = 6: the sixth smallest.
    expect(thresholdByLabels(undefined, { rows, probabilities: held }, 0, labels)).toBe(0.2);
    expect(thresholdByLabels(base(0.9), { rows, probabilities: held }, 0, labels)).toBeCloseTo(0.2, 12);
    expect(thresholdByLabels(base(0.9), { rows, probabilities: held }, 1, labels)).toBeCloseTo(0.9, 12);
  });
  it('is not known from fewer than forty labels', () => {
    const few = { rows: rows.slice(0, 39), probabilities: held.map((column) => column.slice(0, 39)) };
    expect(thresholdByLabels(undefined, few, 0, labels)).toBeUndefined();
  });
});

describe('the weight of a fitted model', () => {
  it('grows with what it makes of the exemplars, and is half where there are none', () => {
    expect(weightByExemplars(base(1), exemplars)).toBe(0.5);
    expect(weightByExemplars(base(0.75), exemplars)).toBeCloseTo(0.25, 12);
    expect(weightByExemplars(base(0.4), exemplars)).toBe(0);
    expect(weightByExemplars(base(0.4), { ...exemplars, counts: { organic: 0, bot: 4, hub: 0 } })).toBe(0.5);
  });

  it('is what the labels say where there are enough', () => {
    const labels = Array.from({ length: ROWS }, (_, row) => (['organic', 'bot', 'hub'] as const)[classOf(row)]!);
    const rows = [...labels.keys()];
    expect(weightByLabels(base(0.9), { rows, probabilities: base(0.34) }, labels)).toBe(1);
    expect(weightByLabels(base(0.34), { rows, probabilities: base(0.9) }, labels)).toBe(0);
    expect(weightByLabels(base(0.9), { rows: rows.slice(0, 39), probabilities: base(0.9) }, labels)).toBeUndefined();
  });

  it('is the exponent of the pool', () => {
    const [a, b] = [base(0.9), base(0.4)];
    expect(pooled(a, b, 1).map((column) => column[0])).toEqual(a.map((column) => column[0]));
    const half = pooled(a, b).map((column) => column[0]!);
    expect(half[0]! / half[1]!).toBeCloseTo(Math.sqrt((0.9 / 0.05) * (0.4 / 0.3)), 12);
  });
});

describe('exemplars that a fitted model joins', () => {
  it('takes rows it is sure of, unless exemplars show that it is wrong about their class', () => {
    const some = {
      ...exemplars,
      organic: exemplars.organic.slice().fill(0, 30),
      counts: { organic: 10, bot: 20, hub: 20 },
    };
    const right = joinedByBase(some, base(0.95));
    expect(right.counts.organic).toBe(20);
    expect(right.organic[30]).toBeCloseTo(0.475, 12);
    const allOrganic = [0.96, 0.02, 0.02].map((p) => new Float64Array(ROWS).fill(p));
    expect(joinedByBase(some, allOrganic).counts.organic).toBe(10);
    expect(some.organic[30]).toBe(0);
  });

  it('counts exemplars as far as the model agrees, and trusts it in all, where the log is like its own rows', () => {
    const model = [0.2, 0.7, 0.1].map((p) => new Float64Array(ROWS).fill(p));
    const [before, after, half] = [0, 1, 0.5].map((like) => joinedByBase(exemplars, model, like));
    const at = (name: 'organic' | 'bot' | 'hub') => exemplars[name].findIndex((weight) => weight > 0);
    for (const [name, p] of [
      ['organic', 0.2],
      ['bot', 0.7],
      ['hub', 0.1],
    ] as const) {
      expect(after![name][at(name)]! / before![name][at(name)]!).toBeCloseTo(p, 12);
      expect(half![name][at(name)]! / before![name][at(name)]!).toBeCloseTo((1 + p) / 2, 12);
    }
    const some = {
      ...exemplars,
      organic: exemplars.organic.slice().fill(0, 30),
      counts: { organic: 10, bot: 20, hub: 20 },
    };
    const allOrganic = [0.96, 0.02, 0.02].map((p) => new Float64Array(ROWS).fill(p));
    expect(joinedByBase(some, allOrganic, 1).counts.organic).toBe(20);
  });
});

describe('exemplarProbabilities', () => {
  const column = (n: number, weight: number) => Float64Array.from({ length: 30 }, (_, row) => (row < n ? weight : 0));
  const of = (organic: number, bot: number) =>
    exemplarProbabilities(
      { organic: column(organic, 0.8).reverse(), bot: column(bot, 0.8), hub: new Float64Array(30) },
      30,
    );

  it('believe five exemplars of a class, and a lone one among another class a fifth as much', () => {
    const [, five] = of(20, 5);
    const [people, lone] = of(20, 1);
    expect(five![0]).toBeGreaterThan(0.8);
    // 0.16 by its own weight, and its share of the other 0.84: 0.82 of 16.86.
    expect(lone![0]).toBeCloseTo(0.16 + 0.84 * (0.82 / 16.86), 9);
    expect(people![0]).toBeGreaterThan(lone![0]!);
    expect(people![29]).toBeGreaterThan(0.8);
  });
});
