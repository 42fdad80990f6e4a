import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SeriesQueue } from '../../src/plan/series.js';

/** A batch of the columns `key` and `x`. */
const batchOf = (rows: readonly (readonly [number, number])[]) => ({
  rows: rows.length,
  columns: {
    key: Float64Array.from(rows, ([key]) => key),
    x: Float64Array.from(rows, ([, x]) => x),
  },
});

const plain = (pieces: Iterable<{ readonly key: number; readonly series: Readonly<Record<string, Float64Array>> }>) =>
  Array.from(pieces, ({ key, series }) => [key, [...series.x!]]);

it('holds the last key back while it may go on', () => {
  const queue = new SeriesQueue();
  queue.add(
    batchOf([
      [1, 10],
      [1, 11],
      [2, 20],
    ]),
  );
  expect(queue.waiting).toBe(3);
  expect(plain(queue.take())).toEqual([[1, [10, 11]]]);
  expect(queue.waiting).toBe(0);
  queue.add(batchOf([[2, 21]]));
  expect(plain(queue.take())).toEqual([]);
  expect(plain(queue.takeAll())).toEqual([[2, [20, 21]]]);
  expect(plain(queue.takeAll())).toEqual([]);
});

it('gives the same pieces however the rows are cut into batches and whenever they are taken', () => {
  const rows = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 99 })), { maxLength: 40 })
    .map((list) => [...list].sort((a, b) => a[0] - b[0]));
  const cuts = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean()), { maxLength: 12 });
  fc.assert(
    fc.property(rows, cuts, (all, plan) => {
      const queue = new SeriesQueue();
      const found: unknown[] = [];
      let from = 0;
      for (const [length, takes] of [...plan, [all.length, false] as const]) {
        queue.add(batchOf(all.slice(from, from + length)));
        from += length;
        if (takes) found.push(...plain(queue.take()));
      }
      found.push(...plain(queue.takeAll()));
      const keys = [...new Set(all.map(([key]) => key))];
      expect(found).toEqual(keys.map((key) => [key, all.filter(([k]) => k === key).map(([, x]) => x)]));
    }),
  );
});
