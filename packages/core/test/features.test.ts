import { FeatureTable } from '@deeplogbot/core';
import { expect, it } from 'vitest';

it('a table gives the rows that are picked, in their order, with names and places', () => {
  const table = new FeatureTable(
    ['a', 'b', 'c'],
    { country: ['X', null, 'Z'], city: ['x', 'y', 'z'] },
    new Map([['n', Float64Array.of(1, Number.NaN, 3)]]),
    new Map(),
  );
  const picked = table.pick([2, 1]);
  expect(picked.keys).toEqual(['c', 'b']);
  expect(picked.attributes).toEqual({ country: ['Z', null], city: ['z', 'y'] });
  expect([...picked.need('n')]).toEqual([3, Number.NaN]);
});
