import { describe, expect, it } from 'vitest';
import { type AppendedColumn, codedColumn } from '../../src/parquet/coded-column.js';
import { ColumnEncoder } from '../../src/parquet/column-chunk.js';

/** What the footer says of rows that have the values once each. */
function statisticsOf(column: AppendedColumn) {
  const places = Uint32Array.from({ length: column.values.length }, (_, i) => i);
  return new ColumnEncoder(codedColumn(column, places.length)).encode({ places, ranks: places.slice() }).statistics;
}

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);
const number = (bytes: Uint8Array | undefined) =>
  bytes && new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true);

describe('statistics of a chunk', () => {
  it.each([
    [['ab', null, 'a', 'abc'], 'a', 'abc'],
    [['b', 'a', 'ab', ''], '', 'b'],
    [['z', '\u{1f600}', '\uffee', 'é'], 'z', '\u{1f600}'], // By code points, not by UTF-16.
    [['x'.repeat(64), 'y'], 'x'.repeat(64), 'y'],
    [['x'.repeat(65), 'y'], undefined, undefined],
    [['a', 'y'.repeat(65)], undefined, undefined],
    [[null, null], undefined, undefined],
  ])('bound the texts %j', (values, min, max) => {
    const found = statisticsOf({ name: 'x', type: 'text', values });
    expect([found.nulls, text(found.min), text(found.max)]).toEqual([
      values.filter((v) => v === null).length,
      min,
      max,
    ]);
  });

  it('bound numbers, whether they repeat or not', () => {
    for (const values of [
      [3, -1.5, null, 2],
      [3, -1.5, -1.5, null, 3, 3, 3, 3],
    ]) {
      const { nulls, min, max } = statisticsOf({ name: 'x', type: 'number', values });
      expect([nulls, number(min), number(max)]).toEqual([1, -1.5, 3]);
    }
  });

  it('bound flags', () => {
    const bounds = (values: readonly boolean[]) => {
      const { min, max } = statisticsOf({ name: 'x', type: 'flag', values });
      return [min?.[0], max?.[0]];
    };
    expect([bounds([true, true]), bounds([false, true]), bounds([false])]).toEqual([
      [1, 1],
      [0, 1],
      [0, 0],
    ]);
  });
});
