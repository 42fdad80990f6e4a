import { csvCell } from '@deeplogbot/reports';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyCharacter } from '../../../test/support/any-character.js';
import { medianOf, threeDigits } from '../src/html/packed-column.js';
import { CsvBytes } from '../src/tables/csv-bytes.js';
import { remembered } from '../src/tables/remembered.js';

it('writes what csvCell gives, whatever is in a cell', () => {
  const row = fc.array(
    fc.oneof(fc.string({ unit: anyCharacter }), fc.double(), fc.integer({ min: -20, max: 20 }), fc.constant(null)),
    { minLength: 1, maxLength: 6 },
  );
  const [csv, cell] = [new CsvBytes(), remembered(csvCell)];
  fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), (rows) => {
      for (const cells of rows) {
        for (const each of cells) typeof each === 'number' ? csv.number(each) : csv.cells(cell(each));
        csv.endLine();
      }
      const text = rows.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
      expect(Buffer.from(csv.take()).equals(Buffer.from(text, 'utf8'))).toBe(true);
    }),
  );
});

it('grows for a cell larger than its block, and begins anew behind what was taken', () => {
  const csv = new CsvBytes();
  csv.cells(`"${'ü'.repeat(3_000_000)}"`);
  csv.number(7);
  csv.endLine();
  expect(csv.isFull).toBe(true);
  expect(csv.take().length).toBe(6_000_002 + 4);
  csv.number(1);
  expect([csv.isFull, Buffer.from(csv.take()).toString()]).toEqual([false, '1']);
});

it('finds the middle value of any numbers', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
      const x = [...values].sort((a, b) => a - b);
      const middle = threeDigits((x[(x.length - 1) >> 1]! + x[x.length >> 1]!) / 2);
      expect(medianOf(Float64Array.from([...values, Number.NaN]))! + 0).toBe(middle + 0); // −0 is 0.
    }),
  );
  expect(medianOf(Float64Array.of(Number.NaN))).toBeNull();
});
