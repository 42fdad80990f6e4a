import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PackedTexts } from '../../src/plan/packed-texts.js';

/** Any text that is no half of a character, which no engine gives. */
const text = fc.option(fc.string({ unit: 'grapheme' }), { nil: null });

it('gives every row its text, whatever the order they came in', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 20 }), fc.func(fc.nat()), (texts, rank) => {
      const packed = new PackedTexts(texts.length);
      const order = [...texts.keys()].sort((a, b) => rank(a) - rank(b));
      for (const row of order) packed.set(row, texts[row]!);
      const { list } = packed;
      expect([...list]).toEqual(texts);
      expect(list.map((each) => each)).toEqual(texts);
      expect(list.slice(1, 3)).toEqual(texts.slice(1, 3));
      expect([list.length, list[texts.length], list.indexOf('no such text')]).toEqual([texts.length, undefined, -1]);
      expect(Array.isArray(list)).toBe(true);
    }),
  );
});

it('keeps texts longer than a block, and what comes behind them', () => {
  const long = 'ü'.repeat(3_000_000);
  const packed = new PackedTexts(4);
  for (const [row, each] of ['a', long, 'b', long].entries()) packed.set(row, each);
  expect(packed.get(1) === long && packed.get(3) === long).toBe(true);
  expect([packed.get(0), packed.get(2)]).toEqual(['a', 'b']);
});

it('refuses more than places can be said of, instead of giving other texts', () => {
  const packed = new PackedTexts(3, 2);
  const long = 'x'.repeat(2 ** 22 - 100);
  packed.set(0, long);
  packed.set(1, long);
  expect(() => packed.set(2, 'y'.repeat(200))).toThrowError(
    expect.objectContaining({ code: 'TOO_MUCH_TEXT', message: 'The names of 3 keys take more than 4 GB.' }),
  );
  expect([packed.get(1) === long, packed.get(2)]).toEqual([true, null]);
});

it('is a list that cannot be changed', () => {
  const { list } = new PackedTexts(1);
  expect(() => {
    (list as (string | null)[])[0] = 'x';
  }).toThrow(TypeError);
  expect(list[0]).toBeNull();
});
