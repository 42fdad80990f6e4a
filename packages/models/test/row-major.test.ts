import { expect, it } from 'vitest';
import { rowMajor } from '../src/scoring/row-major.js';

it('puts the values of each row side by side', () => {
  const columns = [Float64Array.of(1, 2, 3), Float64Array.of(10, Number.NaN, 30)];
  expect([...rowMajor(columns, 0, 3)]).toEqual([1, 10, 2, Number.NaN, 3, 30]);
  expect([...rowMajor(columns, 1, 2)]).toEqual([2, Number.NaN]);
  expect([...rowMajor(columns, 3, 3)]).toEqual([]);
});

it('does so over any number of rows', () => {
  const columns = [0, 1, 2].map((j) => Float64Array.from({ length: 333 }, (_, i) => 3 * i + j));
  expect([...rowMajor(columns, 70, 333)]).toEqual(Array.from({ length: 3 * 263 }, (_, place) => 210 + place));
});
