import type { ClassName } from '@deeplogbot/core';
import { expect, it } from 'vitest';
import { Contributions } from '../../src/deep/contributions.js';
import type { ShapParts } from '../../src/deep/shap-parts.js';

/** Parts that say the given weights of one row for any label. */
const parts = (weights: Readonly<Record<string, number>>): ShapParts =>
  ({
    features: Object.keys(weights),
    needs: () => false,
    ensure: () => undefined,
    towards: (_row: number, _label: ClassName) => Float64Array.from(Object.values(weights)),
    value: (feature: number) => feature,
    median: (feature: number) => -feature,
  }) as unknown as ShapParts;

const told = (outer: Readonly<Record<string, number>>, base: Readonly<Record<string, number>>) => {
  const all = new Contributions(parts(outer), [['base', parts(base)]]);
  return Object.fromEntries([...all.towards(0, 'bot')].map((weight, place) => [all.features[place]!, weight]));
};

it('hands all that a model says on, in proportion to what it read, and adds it to what is there', () => {
  // 3 are handed on in the proportion 4 : −1, which is 4 and −1 of them, since their sum is 3.
  expect(told({ a: 0.5, base_bot: 2, base_hub: 1 }, { a: 4, b: -1 })).toEqual({
    a: 4.5,
    b: -1,
    base_bot: 0,
    base_hub: 0,
  });
  // 1 is handed on in the same proportion: a third of each.
  const third = told({ a: 0.5, base_bot: 1 }, { a: 4, b: -1 });
  expect(third.a).toBeCloseTo(0.5 + 4 / 3, 12);
  expect(third.b).toBeCloseTo(-1 / 3, 12);
});

it('leaves its words where it says otherwise, or hardly anything in sum', () => {
  const kept = { a: 0, base_bot: 1, b: 0 };
  expect(told({ base_bot: -1 }, { a: 4, b: -1 })).toEqual({ a: 0, base_bot: -1, b: 0 });
  expect(told({ base_bot: 1 }, { a: -4, b: 1 })).toEqual(kept);
  // 0.1 of 1.9 in size: were it blown up to 1, a would say 10.
  expect(told({ base_bot: 1 }, { a: 1, b: -0.9 })).toEqual(kept);
});

it('takes what nobody else says for a feature from the model that reads it', () => {
  const all = new Contributions(parts({ a: 1, base_bot: 1 }), [['base', parts({ b: 1, a: 1, c: 1 })]]);
  expect(all.features).toEqual(['a', 'base_bot', 'b', 'c']);
  expect(all.features.map((_, place) => all.value(place, 0))).toEqual([0, 1, 0, 2]);
  expect(all.features.map((_, place) => all.median(place))).toEqual([-0, -1, -0, -2]);
});
