import { isolationForest, scoreDistinct } from '@deeplogbot/models';
import { expect, it } from 'vitest';

/** Rows of which most are alike, with what tells bits apart: NaN, −0, infinities left out as the forest refuses them. */
const columns = [
  Float64Array.from({ length: 4000 }, (_, i) => [1, 1, 1, Number.NaN, -0, 0][i % 6]!),
  Float64Array.from({ length: 4000 }, (_, i) => (i % 50 === 0 ? i : 2)),
];

it('gives every row the score that it has by itself, and asks for equal rows once', () => {
  const forest = isolationForest({ trees: 20 }).fit(columns);
  let asked = 0;
  const score = scoreDistinct(2, (part) => {
    asked += part[0]!.length;
    return forest.scores(part);
  });
  const found: number[] = [];
  for (let from = 0; from < 4000; from += 500) found.push(...score(columns.map((c) => c.subarray(from, from + 500))));
  expect(found).toEqual([...forest.scores(columns)]);
  expect(asked).toBeLessThan(1000); // 500 of the first part, and what is new in the others.
});

it('keeps rows apart whose values differ in sign or order alone', () => {
  const score = scoreDistinct(2, ([a, b]) => a!.map((x, i) => 1 / x + 10 * b![i]!));
  const once = [Float64Array.of(0, -0, 1, 2), Float64Array.of(1, 1, 2, 1)];
  const expected = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 21, 10.5];
  expect([...score(once)]).toEqual(expected);
  expect([...score(once)]).toEqual(expected);
});

it('has no scores for no rows', () => {
  expect([...scoreDistinct(1, ([a]) => a!)([new Float64Array()])]).toEqual([]);
});

it('does not take a row for another that is remembered in its place', () => {
  const score = scoreDistinct(1, ([a]) => Float64Array.from(a!));
  // Of 5,000 rows and 5,000 others some dozen share one of the half million places.
  for (const from of [0, 5000]) {
    const values = Float64Array.from({ length: 5000 }, (_, i) => Math.sqrt(from + i));
    expect([...score([values])]).toEqual([...values]);
  }
});

it('refuses other columns than it was made for, and so does a forest that would read those of the next row', () => {
  const refused = expect.objectContaining({ code: 'COLUMN_COUNT' });
  expect(() => scoreDistinct(2, ([a]) => a!)([columns[0]!])).toThrow(refused);
  expect(() => isolationForest({ trees: 20 }).fit(columns).scores([columns[0]!])).toThrow(refused);
});
