import fc from 'fast-check';
import { expect, it } from 'vitest';
import { largest, sumOf, sumWhere } from '../src/features/moments.js';

const counts = fc.array(fc.nat(1e6), { maxLength: 24 }).map((list) => Float64Array.from(list));

it('adds the values at the wanted places only', () => {
  expect(sumWhere(Float64Array.of(1, 2, 4, 8), (place) => place % 2 === 1)).toBe(10);
  fc.assert(
    fc.property(counts, fc.nat(24), (values, cut) => {
      const [before, after] = [sumWhere(values, (i) => i < cut), sumWhere(values, (i) => i >= cut)];
      expect(before + after).toBe(sumOf(values));
      expect(before).toBe(sumOf(values.subarray(0, cut)));
    }),
  );
});

it('finds the largest value wherever it is', () => {
  expect(largest(Float64Array.of(-3, -1, -2))).toBe(-1);
  expect(largest(new Float64Array())).toBe(Number.NEGATIVE_INFINITY);
  fc.assert(
    fc.property(counts, (values) => {
      expect(largest(values)).toBe(Math.max(...values));
    }),
  );
});
