import fc from 'fast-check';
import { expect, it } from 'vitest';
import { codedColumn, LENGTH_BYTES } from '../../src/parquet/coded-column.js';

const ROWS = 1000;

/** The values that a dictionary stands for, read back from its bytes. */
function decoded(column: ReturnType<typeof codedColumn>) {
  if (column.kind !== 'dictionary') return [...column.values];
  const { codes, bytes, starts, type } = column;
  const view = new DataView(bytes.buffer);
  return Array.from(codes, (code) => {
    if (code < 0) return null;
    const [from, to] = [starts[code]!, starts[code + 1]!];
    if (type === 'number') return view.getFloat64(from, true);
    expect(view.getUint32(from, true)).toBe(to - from - LENGTH_BYTES);
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(from + LENGTH_BYTES, to));
  });
}

it('numbers come back from their dictionary, NaN as NULL and one zero for both', () => {
  const numbers = fc.array(fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 }), fc.constant(null)), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(numbers, (values) => {
      const column = codedColumn({ name: 'x', type: 'number', values }, ROWS);
      const known = [...new Set(values.filter((value) => value !== null && !Number.isNaN(value)))];
      expect(decoded(column)).toEqual(values.map((value) => (Number.isNaN(value) ? null : value === 0 ? 0 : value)));
      expect(column.kind === 'dictionary' && column.starts.length - 1).toBe(known.length);
    }),
  );
});

it('texts come back from theirs', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.string({ unit: 'grapheme' }))), (values) => {
      expect(decoded(codedColumn({ name: 'x', type: 'text', values }, ROWS))).toEqual(values);
    }),
  );
});

it('numbers have no dictionary when more than half of the rows have one of their own', () => {
  const column = (different: number) =>
    codedColumn({ name: 'x', type: 'number', values: Float64Array.from({ length: 10 }, (_, i) => i % different) }, 10);
  expect(column(5).kind).toBe('dictionary');
  expect(column(6).kind).toBe('numbers');
});
